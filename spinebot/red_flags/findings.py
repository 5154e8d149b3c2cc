"""What a message says about the signs: present, absent, whose, since when, after what."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Mapping, Optional

from spacy.tokens import Doc

from spinebot.red_flags.vocabulary import Vocabulary, vocabulary

YES, NO, UNSURE = "yes", "no", "not sure"
NEGATION_REACH = 5  # words; NegEx (2001) used five as well
MAX_CHARACTERS = 2_000  # longer texts are cut by the channels before they come here

# The form's questions, in the order they are asked (design, section 1: the document's
# symptoms first, then the risks of the document and of the safety annex).
QUESTIONS = ("sudden_onset", "weakness", "walking", "bladder_bowel", "numbness",
             "bleeding_risk", "recent_procedure", "blood_pressure")

_WHEN = re.compile(
    r"\b(?:since|for|from)\s+(?:the\s+)?(?:last\s+|past\s+|about\s+|around\s+|this\s+|yesterday\s*)?"
    r"(?:\d+|one|two|three|four|five|six|a|an|few|couple of|half)?\s*"
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|morning|afternoon|evening|night|noon|"
    r"yesterday|today|breakfast|lunch|dinner|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|\d{1,2}\s*(?:am|pm))\b"
    r"|\b(?:\d+|an|one|two|three|four|five|six|a few|few|couple of)\s*"
    r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?)\s*(?:ago|back)\b"
    r"|\b(?:this morning|this afternoon|this evening|last night|yesterday|today|tonight|just now)\b"
    r"|\b(?:subah|raat|kal|aaj)(?:\s+se)?\b", re.I)


@dataclass(frozen=True)
class Findings:
    """What one message says.

    Attributes:
        values: for each question spoken of, YES or NO.
        person: the visitor's own word for who has the signs ("dad"), None for themselves.
        onset: the visitor's own words for when it began ("since this morning").
        procedure: the visitor's own words for what came before ("epidural").
    """

    values: Mapping[str, str] = field(default_factory=dict)
    person: Optional[str] = None
    onset: Optional[str] = None
    procedure: Optional[str] = None


def find(text: str) -> Findings:
    """Read a message with the rules of `vocabulary.yml`.

    A finding that is said to be present anywhere wins over a negation elsewhere: "no pain,
    but my feet are numb" is numb (design, promise 6: when in doubt, alarm).
    """
    words = vocabulary()
    doc = words.language.make_doc(text.replace("’", "'")[:MAX_CHARACTERS])
    matches = [(*doc.vocab.strings[key].split("/"), start, end)
               for key, start, end in words.matcher(doc)]
    # "haven't peed since last night": a negator that is part of a sign negates nothing else
    taken = {place for *label, start, end in matches if label[1:] == ["present"]
             for place in range(start, end)}
    values: dict[str, str] = {}
    named: dict[str, str] = {}
    for *label, start, end in matches:
        if len(label) == 1:
            named[label[0]] = max(named.get(label[0], ""), doc[start:end].text, key=_specific)
            continue
        name, sense = label
        denied = sense == "absent" or _negated(doc, start, end, words, taken)
        if values.get(name) != YES:
            values[name] = NO if denied else YES
    when = _WHEN.search(text)
    return Findings(values, named.get("person"), when.group().strip() if when else None,
                    named.get("procedure"))


def _specific(words: str) -> tuple[bool, int]:
    """Prefer "father" to "he", then the longer wording."""
    return words.lower() not in {"he", "she", "him", "her", "his", "hers", ""}, len(words)


def _negated(doc: Doc, start: int, end: int, words: Vocabulary, taken: set[int]) -> bool:
    """Whether the clause denies the match between `start` and `end`."""
    if end < len(doc) and doc[end].lower_ in words.after_answers:
        return end + 1 == len(doc) or doc[end + 1].is_punct
    for token in reversed(doc[max(0, start - NEGATION_REACH):start]):
        lower = token.lower_
        if lower in words.scope_ends:
            return False
        if lower == "," and doc[token.i - 1].lower_ in words.negators:
            return False  # "no, I can't walk": the "no" answers a question
        if lower in words.negators and token.i not in taken:
            return True
    return False
