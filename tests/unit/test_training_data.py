"""The phrases: enough of them, each under one intent, and none that a measurement knows."""
from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Iterator, NamedTuple

import pytest
import yaml

from evaluation.pipelines.lines import HARD_KINDS, MESSAGES, messages
from spinebot.nlu.features import normalise
from spinebot.paths import ROOT
from spinebot.red_flags.findings import find
from spinebot.red_flags.flow import REPORT
from spinebot.red_flags.gate import reads_present_sign
from spinebot.texts import domain

VALIDATION = ROOT.parent / "shared" / "eval" / "validation"
MIN_PHRASES = 150
MIN_HARD_NEGATIVES, MIN_OUT_OF_SCOPE, MIN_REPORTS = 1_200, 1_000, 1_500
SHORT = 3  # so many words anybody writes alike
KINDS = {"sudden_pain", "weakness", "unresponsive", "walking", "bladder_bowel", "numbness",
         "back_pain_with_risk", "multiple"}
SECTIONS = ("definition", "causes", "symptoms", "diagnosis", "treatment", "prevention",
            "prognosis", "contact", "doctor")


class Phrase(NamedTuple):
    """One example and where it stands."""

    intent: str
    text: str
    file: str
    kind: str


def phrases(folder: Path) -> Iterator[Phrase]:
    for path in sorted(folder.rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield Phrase(block["intent"], line.strip().removeprefix("- ").strip(),
                                 str(path.relative_to(ROOT)),
                                 (block.get("metadata") or {}).get("kind", ""))


def plain(text: str) -> str:
    """Without case, punctuation and odd blanks; signs alone stay as they are."""
    words = "".join(" " if unicodedata.category(c).startswith("P") else c
                    for c in normalise(text))
    return " ".join(words.split()) or text.strip()


TRAINING = list(phrases(ROOT / "data" / "nlu"))
TESTS = list(phrases(ROOT / "tests" / "nlu"))


def test_no_test_phrase_is_trained_on() -> None:
    trained = {plain(phrase.text) for phrase in TRAINING}
    assert len(TESTS) > 100
    assert sorted({phrase.text for phrase in TESTS if plain(phrase.text) in trained}) == []


def test_no_phrase_stands_under_two_intents() -> None:
    intents: defaultdict[str, set[str]] = defaultdict(set)
    for phrase in TRAINING:
        intents[plain(phrase.text)].add(phrase.intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_enough_different_phrases(section: str) -> None:
    different = {plain(phrase.text) for phrase in TRAINING if phrase.intent == f"ask_{section}"}
    assert len(different) >= MIN_PHRASES


def test_reports_are_many_and_of_every_sort() -> None:
    reports = {plain(phrase.text): phrase for phrase in TRAINING if phrase.intent == REPORT}
    files = Counter(Path(phrase.file).name for phrase in reports.values())
    assert len(reports) >= MIN_REPORTS
    assert files["hinglish.yml"] >= 200
    assert files["typing_slips.yml"] >= 150
    assert files["with_question.yml"] >= 150
    assert Counter(phrase.kind for phrase in reports.values()).keys() >= KINDS
    read = [find(phrase.text) for phrase in reports.values()]
    assert sum(found.person is not None for found in read) >= len(reports) / 4
    # indirect: the rules, which know the plain words, read no sign in it
    assert sum(not reads_present_sign(found) for found in read) >= len(reports) / 3


def test_hard_negatives_and_out_of_scope_are_many() -> None:
    hard = {plain(p.text) for p in TRAINING if p.kind in HARD_KINDS and p.intent != REPORT}
    assert len(hard) >= MIN_HARD_NEGATIVES
    assert {p.kind for p in TRAINING if p.intent != REPORT} >= HARD_KINDS
    outside = {plain(p.text) for p in TRAINING if p.intent == "out_of_scope"}
    assert len(outside) >= MIN_OUT_OF_SCOPE


def test_every_intent_is_trained_and_tested() -> None:
    intents = set(domain()["intents"])
    assert {phrase.intent for phrase in TRAINING} == intents
    assert {phrase.intent for phrase in TESTS} == intents


def test_no_message_of_the_evaluation_is_trained_on() -> None:
    told = {plain(line.text) for line in messages(MESSAGES)}
    known = {text for text in told if len(text.split()) > SHORT}
    assert len(known) > 500
    assert sorted(p.text for p in TRAINING if plain(p.text) in known) == []


@pytest.mark.parametrize("sign", ["[", "]", "{", "}"])
def test_no_phrase_holds_markup(sign: str) -> None:  # Rasa would read it as an entity
    assert [phrase for phrase in (*TRAINING, *TESTS) if sign in phrase.text] == []


def test_no_phrase_is_empty_or_a_command() -> None:
    assert [phrase for phrase in (*TRAINING, *TESTS)
            if not phrase.text or phrase.text.startswith("/")] == []


@pytest.mark.skipif(not VALIDATION.is_dir(), reason="no validation set beside this project")
def test_no_phrase_is_a_line_of_the_validation_set() -> None:
    # counts only: nothing of the set may be shown or kept
    lines, known = compare_with_validation()
    assert lines > 0
    assert known == {}


def compare_with_validation() -> tuple[int, dict[str, int]]:
    """Number of lines compared, and for each file of phrases how many are among them."""
    found = {plain(text) for path in VALIDATION.rglob("*.jsonl")
             for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
             for text in strings(json.loads(line))}
    lines = {text for text in found if len(text.split()) > SHORT}
    return len(lines), dict(Counter(p.file for p in TRAINING if plain(p.text) in lines))


def strings(value: Any) -> Iterator[str]:
    """Every text inside a parsed line."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)
