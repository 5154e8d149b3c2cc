"""Slips are mended into words that reports use, and nothing else is touched."""
from __future__ import annotations

from pathlib import Path

import pytest

from spinebot.nlu.spelling import LEAST_USES, Spelling

REPORTS = ["my legs are numb and i can't feel them", "i can't pee since the epidural",
           "mere pair sunn hain"] * LEAST_USES
OTHERS = ["kya yeh khatarnak hai"] * LEAST_USES


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling.learn(REPORTS, OTHERS)


@pytest.mark.parametrize(("slip", "mended"), [
    ("my legs are nummb", "my legs are numb"),  # a letter too many
    ("epidral", "epidural"),  # one too few
    ("epidurla", "epidural"),  # two swapped
    ("epidursl, yes", "epidural, yes"),  # the key beside it
    ("mylegsarenumb", "my legs are numb"),
    ("ican'tfeelthem", "i can't feel them"),
    # known words stay: English, what is often written, a possessive, a short word
    ("the legal pier", "the legal pier"),
    ("kya yeh khatarnak hai", "kya yeh khatarnak hai"),
    ("epidural's", "epidural's"),
    ("nub", "nub"),
    # an unknown word that is near nothing stays, glued or not
    ("paraplegia-xyzzy", "paraplegia-xyzzy"),
    ("qwertyuiopasdf", "qwertyuiopasdf"),
    ("", ""),
    ("पैर", "पैर"),
])
def test_only_slips_are_mended(spelling: Spelling, slip: str, mended: str) -> None:
    assert spelling.mend(slip) == mended
    assert spelling.mend(mended) == mended


def test_it_mends_the_same_after_it_was_stored(spelling: Spelling, tmp_path: Path) -> None:
    spelling.save(tmp_path / "spelling.json")
    loaded = Spelling.load(tmp_path / "spelling.json")
    for slip in ("nummb", "mylegsarenumb", "khatarnak", "epidurla"):
        assert loaded.mend(slip) == spelling.mend(slip)


def test_a_word_that_reports_seldom_use_mends_nothing() -> None:
    assert Spelling.learn(["my legs are numb"] * (LEAST_USES - 1), []).mend("nummb") == "nummb"
