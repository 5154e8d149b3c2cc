"""Understand an answer to a question of the red-flag form."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Mapping, Optional

from spinebot.red_flags.findings import NO, UNSURE, YES, find

# What the message's intent says about the question that was just asked.
VALUE_OF_INTENT: Mapping[str, str] = {
    "affirm": YES, "deny": NO, "unsure": UNSURE, "deny_symptoms": NO}
SHORT_ANSWER_WORDS = 4

_YES = re.compile(
    r"^\W*(?:yes|yeah|yea|yep|yup|y|haan|han|ha(?!\W*ha)|ji haan|definitely|correct|both|either|"
    r"kind of|kinda|sort of|a bit|a little|little|slightly|somewhat|sometimes|some)\b", re.I)
_NO = re.compile(r"^\W*(?:no|nope|nah|n|nahi|nahin|none|neither|not at all|never)\b", re.I)
_UNSURE = re.compile(r"^\W*(?:i'?m |i am |i )?(?:not sure|unsure|maybe|perhaps|don'?t know|dunno|"
                     r"no idea|no clue|can'?t say|hard to say|depends|pata nahi|shayad|idk)\b",
                     re.I)
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
    values = dict(find(text).values)
    if asked is None or asked in values:
        return Answer(values)
    corrected = _CORRECTION.match(text)
    direct = _direct_value(text[corrected.end():] if corrected else text)
    if corrected and direct and previous:
        return Answer({previous: direct, **values})
    # An intent is the last resort: "my legs are fine" says nothing about the bladder asked for,
    # and a story ("it was on Tuesday, actually") is asked again rather than noted as a "no".
    short = len(text.split()) <= SHORT_ANSWER_WORDS
    value = direct or (VALUE_OF_INTENT.get(intent) if short and not values else None)
    if value:
        values[asked] = value
    return Answer(values)


def _direct_value(text: str) -> Optional[str]:
    """YES, NO or UNSURE where the message opens with such a word."""
    for pattern, value in ((_UNSURE, UNSURE), (_YES, YES), (_NO, NO)):
        if pattern.match(text):
            return value
    return None
