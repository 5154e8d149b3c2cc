"""Read a message again, mended and in pieces: a flag that is misspelt or drowned still counts."""
from __future__ import annotations

import re
from typing import Callable, List, NamedTuple

from spinebot.nlu.features import normalise

WINDOW_WORDS, WINDOW_STEP = 40, 20
# A piece has lost its context ("ten years ago"), so it alarms only where it is clear by itself;
# from 0.8 on, pieces add hardly any false alarm (docs/decisions/language-pipeline.md).
PIECE_CERTAINTY = 0.8
# A text this quiet as a whole is not read in pieces: of 77 flags that only a piece showed, none
# lay below 0.0018 before long greetings were tried (docs/decisions/language-pipeline.md).
PIECE_DOUBT = 0.0003
# A clause is idle where it is sure to be small talk or off the subject and hardly a report.
IDLE_CERTAINTY, IDLE_REPORT = 0.95, 0.01
_CLAUSE_END = re.compile(r"(?<=[.!?;])\s+|\n|,?\s+\b(?:but|except|lekin|par|magar)\b\s+", re.I)


class Reading(NamedTuple):
    """The probability that a text is a report, and that it is small talk or off the subject."""

    report: float
    idle: float


Read = Callable[[List[str]], List[Reading]]


def highest_report(text: str, whole: float, mend: Callable[[str], str], read: Read) -> float:
    """The highest probability of a report over all readings of a message, never below `whole`.

    Args:
        text: the message.
        whole: the probability of the message as it stands.
        mend: gives a normalised text with its slips mended.
        read: reads each of some texts; not called where nothing is left to read, or where the
            message is a sure report already.
    """
    if whole >= PIECE_CERTAINTY:
        return whole
    mended = _mended([text], mend)
    parts = pieces(text) if whole >= PIECE_DOUBT else []
    again = [*mended, *parts, *_mended(parts, mend)]
    if not again:
        return whole
    found = read(again)
    after = found[len(mended):]
    clearest = max((reading.report for reading in after), default=0.0)
    heard = _without_idle(parts, after[:len(parts)])
    rest = read([heard, *_mended([heard], mend)]) if heard else []
    # no clearer than its clearest clause: a harmless story in bits is a strange text
    return max([whole, *(reading.report for reading in found[:len(mended)]),
                clearest if clearest >= PIECE_CERTAINTY else 0.0,
                *(min(reading.report, clearest) for reading in rest)])


def _without_idle(parts: List[str], readings: List[Reading]) -> str:
    """The message without greetings, thanks and the like, which must not drown the rest of it.

    Empty where there are none, or nothing else.
    """
    rest = [part for part, reading in zip(parts, readings)
            if reading.idle < IDLE_CERTAINTY or reading.report >= IDLE_REPORT]
    return "\n".join(rest) if len(rest) < len(parts) else ""


def _mended(texts: List[str], mend: Callable[[str], str]) -> List[str]:
    """The texts that have slips, without them."""
    clean = [normalise(text) for text in texts]
    return [again for before in clean for again in [mend(before)] if again != before]


def pieces(text: str) -> List[str]:
    """The clauses of a text, long ones in overlapping windows; none where there is only one."""
    clauses = [clause for clause in _CLAUSE_END.split(text) if len(clause.split()) > 1]
    found = [window for clause in clauses or [text] for window in _windows(clause)]
    return found if len(found) > 1 else []


def _windows(clause: str) -> List[str]:
    words = clause.split()
    if len(words) <= WINDOW_WORDS:
        return [clause]
    return [" ".join(words[start:start + WINDOW_WORDS])
            for start in range(0, len(words) - WINDOW_STEP, WINDOW_STEP)]
