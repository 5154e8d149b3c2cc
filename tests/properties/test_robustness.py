"""Core red flags in disguise are caught, and harmless lines in the same disguises stay quiet."""
from __future__ import annotations

from pathlib import Path
from typing import Dict, List

import pytest
import yaml

from tests.properties.understanding import understand
from tests.unit.test_training_data import TRAINING, plain

_FILE = yaml.safe_load(Path(__file__).with_name("robustness.yml").read_text("utf-8"))
LINES: Dict[str, Dict[str, List[str]]] = {kind: _FILE[kind] for kind in ("alarm", "quiet")}
LONG_FLAGS: List[str] = _FILE["long_flags"]
DISGUISES = {
    "spelling noise", "all caps", "no blanks", "elongations", "emoji in between",
    "Hindi in Latin script", "Hindi in Devanagari", "very long"}
ONLY_FLAGS = {"one flag among sentences", "flag and question", "behind no or minimising"}
LEAST_FLAGS, LEAST_HARMLESS = 8, 5
LONG = range(600, 1_001)  # characters


def lines(kind: str) -> List[object]:
    """Parameters: disguise and line."""
    return [pytest.param(text, id=f"{disguise}-{place}")
            for disguise, texts in LINES[kind].items() for place, text in enumerate(texts)]


@pytest.mark.parametrize("text", lines("alarm"))
def test_a_red_flag_in_disguise_is_caught(text: str) -> None:
    assert understand(text).alarmed, f"missed: {text!r}, {understand(text)}"


@pytest.mark.parametrize("text", lines("quiet"))
def test_a_harmless_line_in_disguise_does_not_alarm(text: str) -> None:
    assert not understand(text).alarmed, f"alarmed: {text!r}, {understand(text)}"


@pytest.mark.parametrize("place", range(len(LONG_FLAGS)))
def test_it_is_the_flag_that_alarms_in_a_very_long_message(place: int) -> None:
    before, after = LINES["alarm"]["very long"][place].split(LONG_FLAGS[place])
    rest = f"{before.strip()} {after.strip()}"
    assert not understand(rest).alarmed, f"alarmed: {rest!r}, {understand(rest)}"


def test_every_disguise_has_enough_different_lines() -> None:
    assert set(LINES["alarm"]) == DISGUISES | ONLY_FLAGS
    assert set(LINES["quiet"]) == DISGUISES
    assert all(len(set(texts)) >= LEAST_FLAGS for texts in LINES["alarm"].values())
    assert len(LONG_FLAGS) == len(LINES["alarm"]["very long"])
    assert all(len(set(texts)) >= LEAST_HARMLESS for texts in LINES["quiet"].values())


@pytest.mark.parametrize("kind", ["alarm", "quiet"])
def test_the_lines_wear_their_disguise(kind: str) -> None:
    texts = LINES[kind]
    assert [text for text in texts["all caps"] if text != text.upper()] == []
    assert [text for text in texts["no blanks"] if " " in text] == []
    assert [text for text in texts["very long"] if len(text) not in LONG] == []
    assert [text for text in texts["Hindi in Devanagari"] if any("a" <= c <= "z" for c in text)
            ] == []
    assert [text for text in texts["emoji in between"] if text.isascii()] == []


def test_no_line_is_trained_on() -> None:
    trained = {plain(phrase.text) for phrase in TRAINING}
    assert [text for texts in (*LINES["alarm"].values(), *LINES["quiet"].values())
            for text in texts if plain(text) in trained] == []
