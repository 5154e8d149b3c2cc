"""Every reading of a message can raise the alarm, and none can lower it."""
from __future__ import annotations

from typing import Dict, Tuple

import pytest

from spinebot.nlu.rereading import (
    IDLE_CERTAINTY,
    IDLE_REPORT,
    PIECE_CERTAINTY,
    PIECE_DOUBT,
    WINDOW_STEP,
    WINDOW_WORDS,
    Reading,
    highest_report,
    pieces,
)

TWO = "it is raining here. i cannt walk"
SHARES = {"it is raining here.": 0.1, "i cannt walk": 0.9, "it is raining here. i cannot walk": 0.4,
          "i cannot walk": 0.7}


def mend(text: str) -> str:
    return text.replace("cannt", "cannot")


def heard(whole: float, readings: Dict[str, Tuple[float, float]]) -> float:
    told = {text: (share, 0.0) for text, share in SHARES.items()} | readings
    return highest_report(TWO, whole, mend, lambda texts: [Reading(*told[text]) for text in texts])


@pytest.mark.parametrize(("whole", "changed", "highest"), [
    (0.3, {}, 0.9),  # a clear piece
    (0.3, {"i cannt walk": PIECE_CERTAINTY - 0.01}, 0.4),  # one that is not: the mended text
    (0.3, {"i cannt walk": 0.2, "i cannot walk": 0.95}, 0.95),  # a piece that is clear when mended
    (0.5, {"i cannt walk": 0.0}, 0.5),  # nothing lowers the whole
    (PIECE_DOUBT / 2, {}, 0.4),  # too quiet for pieces, but a slip is still mended
])
def test_the_highest_reading_counts(whole: float, changed: dict[str, float],
                                    highest: float) -> None:
    assert heard(whole, {text: (share, 0.0) for text, share in changed.items()}) == highest


@pytest.mark.parametrize(("rain", "highest"), [
    ((IDLE_REPORT / 2, IDLE_CERTAINTY), 0.7),  # small talk: the rest is read as a whole message
    ((IDLE_REPORT / 2, IDLE_CERTAINTY - 0.01), 0.4),  # it may belong to the story
    ((IDLE_REPORT, IDLE_CERTAINTY), 0.4),
])
def test_small_talk_does_not_drown_an_unclear_report(rain: Tuple[float, float],
                                                     highest: float) -> None:
    assert heard(0.3, {"it is raining here.": rain, "i cannt walk": (0.6, 0.0)}) == highest


def test_a_message_of_small_talk_alone_stays_quiet() -> None:
    idle = (0.0, 1.0)
    readings = dict.fromkeys(SHARES, idle)
    assert heard(0.05, readings) == 0.05


@pytest.mark.parametrize(("text", "whole"), [
    (TWO, PIECE_CERTAINTY), ("hello there", 0.2), ("", 0.0)])
def test_nothing_is_read_again_in_vain(text: str, whole: float) -> None:
    def read(texts: list[str]) -> list[Reading]:
        raise AssertionError(f"read again: {texts}")
    assert highest_report(text, whole, mend, read) == whole


@pytest.mark.parametrize(("text", "clauses"), [
    ("no pain, no weakness, but I can't pee", ["no pain, no weakness", "I can't pee"]),
    ("I fell. Now my legs are numb", ["I fell.", "Now my legs are numb"]),
    ("Help! my legs are numb", []),  # one word is no clause, and one clause is the text
])
def test_a_text_falls_into_clauses(text: str, clauses: list[str]) -> None:
    assert pieces(text) == clauses


def words(count: int) -> list[str]:
    return [f"word{place}" for place in range(count)]


@pytest.mark.parametrize("count", [0, 1, WINDOW_WORDS])
def test_a_short_message_has_no_pieces(count: int) -> None:
    assert pieces(" ".join(words(count))) == []


@pytest.mark.parametrize("count", [
    WINDOW_WORDS + 1, WINDOW_WORDS + WINDOW_STEP, WINDOW_WORDS + WINDOW_STEP + 1, 137, 500])
def test_a_long_story_is_read_in_overlapping_windows(count: int) -> None:
    told = words(count)
    split = [window.split() for window in pieces(" ".join(told))]
    assert max(map(len, split)) == WINDOW_WORDS
    assert split[0][0] == told[0]
    assert split[-1][-1] == told[-1]
    for before, after in zip(split, split[1:]):
        assert after[0] == before[WINDOW_STEP]  # a flag on the seam stands whole in one of them
