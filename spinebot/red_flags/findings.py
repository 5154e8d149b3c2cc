"""What a message says about the signs: present, absent, whose, since when, after what."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Mapping, Optional

from spacy.tokens import Doc

from spinebot.red_flags.vocabulary import CONTEXT, Vocabulary, vocabulary

YES, NO, UNSURE = "yes", "no", "not sure"
NEGATION_REACH = 5  # words; NegEx (2001) used five as well
QUESTION = "question"
CONTEXTS = ("hypothetical", "past", "over", "persisting", "general", QUESTION)
MAX_CHARACTERS = 2_000  # longer texts are cut by the channels before they come here

# The form's questions, in the order they are asked (design, section 1: the document's
# symptoms first, then the risks of the document and of the safety annex).
QUESTIONS = ("sudden_onset", "weakness", "walking", "bladder_bowel", "numbness",
             "bleeding_risk", "recent_procedure", "blood_pressure")

# "my legs are numb, my husband is calling": the signs are the writer's own
_OWN_SIGN = re.compile(
    r"\b(?:my|mere|mera|meri) (?:(?:own|left|right|both|lower|upper|whole|dono) )*(?:legs?|arms?|"
    r"hands?|foot|feet|back|neck|spine|knees?|toes?|fingers?|thighs?|bladder|bowels?|bum|bottom|"
    r"groin|pair|haath|kamar)\b|\bI (?:can't|cannot|cant|lost|wet)\b", re.I)
PRONOUNS = frozenset({"he", "she", "him", "her", "his", "hers"})  # a name replaces them

_WHEN = re.compile(
    r"\b(?:since|for|from)\s+(?:the\s+)?(?:last\s+|past\s+|about\s+|around\s+|this\s+|yesterday\s*)?"
    r"(?:\d+|one|two|three|four|five|six|a|an|few|couple of|half)?\s*"
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|morning|afternoon|evening|night|noon|"
    r"yesterday|today|breakfast|lunch|dinner|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|\d{1,2}\s*(?:am|pm))\b"
    r"|\b(?:\d+|an|one|two|three|four|five|six|a few|few|couple of)\s*"
    r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?)\s*(?:ago|back)\b"
    r"|\b(?:this morning|this afternoon|this evening|yesterday|today|tonight|just now)\b"
    r"|\blast\s+(?:night|week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
    r"|\b(?:\d+|ek|do|teen|char|kuch)\s+(?:ghante|din|hafte)\s+se\b"
    r"|\b(?:(?:kal|aaj)\s+)?(?:subah|shaam|raat|kal|aaj)(?:\s+se)?\b", re.I)
_BEFORE_ANSWER = (":", "-", "=")
_TWO_WORDS = re.compile(r"\b(can|could) not\b", re.I)
_ONE_WORD = {"can": "cannot", "could": "couldn't"}


@dataclass(frozen=True)
class Findings:
    """What one message says.

    Attributes:
        values: for each question spoken of, YES or NO; nothing where the writer is not sure.
        person: the visitor's own word for who has the signs ("dad"), None for themselves.
        onset: the visitor's own words for when it began ("since this morning").
        procedure: the visitor's own words for what came before ("epidural").
        contexts: which of CONTEXTS it speaks of besides its signs; their words stand in the
            vocabulary, and QUESTION is a message that begins by asking.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    person: Optional[str] = None
    onset: Optional[str] = None
    procedure: Optional[str] = None
    contexts: frozenset[str] = frozenset()


@lru_cache(maxsize=1_024)
def find(text: str) -> Findings:
    """Read a message with the rules of `vocabulary.yml`.

    A finding that is said to be present anywhere wins over a negation elsewhere: "no pain,
    but my feet are numb" is numb (design, promise 6: when in doubt, alarm).
    """
    words = vocabulary()
    plain = text.replace("’", "'")[:MAX_CHARACTERS]
    doc = words.language.make_doc(
        _TWO_WORDS.sub(lambda found: _ONE_WORD[found[1].lower()], plain))
    matches = [(*doc.vocab.strings[key].split("/"), start, end)
               for key, start, end in words.matcher(doc)]
    # "haven't peed since last night": a negator that is part of a sign negates nothing else
    taken = {place for *label, start, end in matches if label[1:] == ["present"]
             for place in range(start, end)}
    values: dict[str, str] = {}
    named: dict[str, str] = {}
    asks = len(doc) > 0 and doc[0].lower_ in words.askers
    contexts = {QUESTION} if asks else set()
    for *label, start, end in matches:
        if len(label) == 1:
            named[label[0]] = max(named.get(label[0], ""), doc[start:end].text, key=_specific)
            continue
        name, sense = label
        if name == CONTEXT:
            contexts.add(sense)
            continue
        value = (_value_of_absence(doc, start, end, words) if sense == "absent" else
                 _value_of_sign(doc, start, end, words, taken))
        if value and values.get(name) != YES:
            values[name] = value
    when = _WHEN.search(text)
    person = None if _OWN_SIGN.search(text) else named.get("person")
    return Findings(values, person, when.group().strip() if when else None,
                    named.get("procedure"), frozenset(contexts))


def _specific(words: str) -> tuple[bool, int]:
    """Prefer "father" to "he", then the longer wording."""
    return bool(words) and words.lower() not in PRONOUNS, len(words)


def _value_of_sign(doc: Doc, start: int, end: int, words: Vocabulary,
                   taken: set[int]) -> Optional[str]:
    """NO where the clause denies the sign between `start` and `end`, None where it doubts it."""
    if _denied_after(doc, end, words):
        return NO
    if doc[start].lower_ in words.negators | words.clause_starts | words.scope_ends:
        return YES  # "no pain, can't pee", "not peed since noon": a sign that begins anew
    for token in reversed(doc[max(0, start - NEGATION_REACH):start]):
        lower, following = token.lower_, doc[token.i + 1]
        new_clause = lower in (",", "and") and following.lower_ in words.clause_starts
        if new_clause or lower in words.scope_ends:
            return YES
        if lower in words.negators and token.i not in taken:
            if following.lower_ in words.unsure:
                return None
            # "no, I can't walk", "no my feet are numb": the "no" answers a question
            answers = following.is_punct or (
                lower in words.after_answers and following.lower_ in words.clause_starts)
            return YES if answers else NO
    return YES


def _value_of_absence(doc: Doc, start: int, end: int, words: Vocabulary) -> Optional[str]:
    """NO where all is said to be well now, None where it speaks of another time, YES where
    "can walk" or "legs are fine" is undone: "can barely walk", "are not fine"."""
    if any(token.lower_ in words.other_time for token in doc):
        return None
    spoilers = (words.negators - words.after_answers) | words.doubters
    spoilt = any(token.lower_ in spoilers for token in doc[max(0, start - 1):end]
                 if token.i != start)
    after = end < len(doc) and doc[end].lower_ in words.doubters
    return YES if spoilt or after or _denied_after(doc, end, words) else NO


def _denied_after(doc: Doc, end: int, words: Vocabulary) -> bool:
    """Whether an answer follows at once: "numb no", "numbness: no", "kamzori nahi hai"."""
    place = end + 1 if end < len(doc) and doc[end].text in _BEFORE_ANSWER else end
    if place >= len(doc) or doc[place].lower_ not in words.after_answers:
        return False
    if place + 1 == len(doc):
        return True
    following = doc[place + 1]
    return (following.is_punct and following.text != "?"  # "it is weak no?" asks for a yes
            or following.lower_ in words.scope_ends - {"?"} or following.lower_ in words.copulas)
