"""Understand an answer to a question of the red-flag form."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Mapping, Optional

from spinebot.red_flags.findings import NO, UNSURE, YES, find
from spinebot.red_flags.flow import REPORT

# What the message's intent says about the question that was just asked, if it is short: a "deny"
# only in a word or two, since "nothing comes out" denies the ability, not the sign.
VALUE_OF_INTENT: Mapping[str, str] = {
    "affirm": YES, "unsure": UNSURE, "deny": NO, "deny_symptoms": NO}
SHORT_ANSWER_WORDS, SHORT_DENIAL_WORDS = 4, 2
_INABILITY = re.compile(r"possible|can'?t|cannot|unable", re.I)

_YES = re.compile(
    r"^\W*(?:yes|yeah|yea|yep|yup|y|haan|han|ha(?!\W*ha)|ji haan|definitely|correct|both|either|"
    r"kind of|kinda|sort of|a bit|a little|little|slightly|somewhat|sometimes|some)\b", re.I)
# A "no" counts where nothing else is said, or where "but" follows: "no, very hard" is no "no".
_NO = re.compile(
    r"^\W*(?:oh )?(?:no|nope|nah|na|n|nahi|nahin|none|neither|never|nothing|not at all|"
    r"(?:certainly|definitely|absolutely|bilkul) (?:not|nahi|nahin)|i don'?t think so)\b"
    r"(?:\W+(?:no|nope|nah|nahi|nahin|ji|sir|madam|dear|doctor|none|not|at all|all|"
    r"of (?:them|those|these|it|that|course)|never|nothing|really|such|like that|"
    r"of the (?:kind|above|sort)|yet|so far|as well|either|thanks?|thank you|i don'?t think so|"
    r"(?:s?he|it|they|i) (?:hasn'?t|haven'?t|isn'?t|doesn'?t|don'?t|didn'?t)))*"
    r"\W*(?:$|\b(?:but|only|just|except|however|although|lekin|par|magar|and)\b)", re.I)
_UNSURE = re.compile(
    r"^\W*(?:i'?m |i am |i )?(?:not sure|unsure|maybe|perhaps|don'?t know|dunno|no idea|no clue|"
    r"nahi (?:pata|maloom)|no,? (?:not sure|don'?t know)|no one|can'?t say|hard to say|depends|"
    r"pata nahi|shayad|idk)\b", re.I)
_CORRECTION = re.compile(r"^(?:\W*(?:oh\W+)?(?:actually|sorry|no\W+wait|wait|correction|i meant?)\b"
                         r"\W*)+", re.I)


@dataclass(frozen=True)
class Answer:
    """What a message answers.

    Attributes:
        values: question -> YES, NO or UNSURE; empty where the message answers nothing.
    """

    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether anything was learnt."""
        return bool(self.values)


def understand(text: str, intent: str, asked: Optional[str],
               previous: Optional[str] = None) -> Answer:
    """Read one message as an answer.

    Args:
        text: the visitor's message.
        intent: the intent that the classifier gave it.
        asked: the question that stands open, None when the flow has just begun.
        previous: the question answered last, which "actually yes" corrects.

    Returns:
        Every question the message answers: the open one, others spoken of on the way ("no but
        my feet tingle"), or the previous one where the message corrects it.
    """
    # In a report no "no" is read between the lines: "no change in the numbness" is numb.
    values = {question: value for question, value in find(text).values.items()
              if intent != REPORT or value == YES}
    if asked is None or asked in values:
        return Answer(values)
    corrected = _CORRECTION.match(text)
    direct = _direct_value(text[corrected.end():] if corrected else text)
    polite = corrected is not None and corrected.group().strip(" ,.").lower() == "sorry"
    if corrected and direct and previous and not (polite and direct == NO):
        return Answer({previous: direct, **values})
    # An intent is the last resort: "my legs are fine" says nothing about the bladder asked for,
    # and a story ("it was on Tuesday, actually") is asked again rather than noted as a "no".
    value = direct or (None if values else _value_of_intent(text, intent))
    if value:
        values[asked] = value
    return Answer(values)


def _value_of_intent(text: str, intent: str) -> Optional[str]:
    limit = SHORT_DENIAL_WORDS if intent == "deny" else SHORT_ANSWER_WORDS
    if len(text.split()) > limit or _INABILITY.search(text):
        return None
    return VALUE_OF_INTENT.get(intent)


def _direct_value(text: str) -> Optional[str]:
    """YES, NO or UNSURE where the message opens with such a word."""
    for pattern, value in ((_UNSURE, UNSURE), (_YES, YES), (_NO, NO)):
        if pattern.match(text):
            return value
    return None
