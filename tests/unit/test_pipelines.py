"""The comparison of pipelines: its figures, its samples and its tables."""
from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from evaluation.pipelines import compare, linear, measure
from evaluation.pipelines.contender import CONTENDERS, Contender
from evaluation.pipelines.figures import (
    Answer,
    brier_score,
    calibration_error,
    milliseconds,
    quality,
    recall_at_alarms,
)
from evaluation.pipelines.lines import (
    HARD_NEGATIVE,
    LEAST,
    OUT_OF_SCOPE,
    PLAIN,
    RED_FLAG,
    REPORT,
    Line,
    checksum,
    messages,
    sample,
    training_phrases,
)
from evaluation.pipelines.report import number, page, quality_rows, table
from evaluation.pipelines.settings import Settings, add_arguments, from_arguments
from spinebot.red_flags import flow

TWENTY = [place / 20 for place in range(20)]  # 0 to 0.95


@pytest.mark.parametrize(("flags", "negatives", "alarms", "recall", "threshold"), [
    ([0.92, 0.91, 0.5], TWENTY, 0.05, 2 / 3, 0.90),  # one of twenty may alarm: 0.95
    ([0.92, 0.91, 0.5], TWENTY, 0.0, 0.0, 0.95),
    ([0.9, 0.95, 0.2], [0.9] * 10, 0.05, 1 / 3, 0.9),  # equal ones do not alarm
    ([0.9, 0.95, 0.2], [0.9] * 40, 0.05, 1 / 3, 0.9),
    ([0.0, 0.5], [], 0.05, 1.0, -1.0),
    ([0.0, 0.5], [0.7, 0.8], 1.0, 1.0, -1.0),
])
def test_recall_is_taken_where_few_negatives_alarm(flags: list[float], negatives: list[float],
                                                   alarms: float, recall: float,
                                                   threshold: float) -> None:
    found = recall_at_alarms(flags, negatives, alarms)
    assert found == pytest.approx((recall, threshold))
    assert sum(share > found.threshold for share in negatives) <= alarms * len(negatives)


@pytest.mark.parametrize(("probabilities", "outcomes", "error"), [
    ([0.0, 1.0], [False, True], 0.0),
    ([0.0, 1.0], [True, False], 1.0),
    ([0.25] * 4, [True, False, False, False], 0.0),
    ([0.75] * 4, [True, False, False, False], 0.5),
    ([0.05, 0.95, 0.95, 0.95], [False, True, True, False], (0.05 + 0.85) / 4),
])
def test_calibration_error_is_the_gap_in_each_bin(probabilities: list[float],
                                                  outcomes: list[bool], error: float) -> None:
    assert calibration_error(probabilities, outcomes) == pytest.approx(error)


def test_brier_score_is_the_squared_distance() -> None:
    assert brier_score([0.0, 0.5, 1.0], [False, True, False]) == pytest.approx(1.25 / 3)


def test_times_are_told_in_milliseconds() -> None:
    assert milliseconds([0.001, 0.002, 0.003]) == pytest.approx({"p50": 2.0, "p95": 2.9})


LINES = [Line("numb", None, RED_FLAG), Line("not numb", None, HARD_NEGATIVE),
         Line("why", "ask_causes", "info"), Line("hi", "greet", "smalltalk"),
         Line("cake", OUT_OF_SCOPE, "out_of_scope")]


def test_quality_counts_only_lines_that_have_an_intent() -> None:
    found = quality(LINES, [Answer(REPORT, 0.9), Answer("deny_symptoms", 0.1),
                            Answer("ask_causes", 0.0), Answer("thank", 0.0),
                            Answer(OUT_OF_SCOPE, 0.0)])
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert (found["info"], found["smalltalk"], found["out_of_scope"]) == (1.0, 0.0, 1.0)
    assert (found["recall"], found["red_flags"], found["hard_negatives"]) == (1.0, 1, 1)


def test_the_report_is_the_intent_of_the_flow() -> None:
    assert REPORT == flow.REPORT


def test_a_sample_keeps_the_shares_and_some_of_each_intent() -> None:
    lines = [Line(f"many {place}", "many", PLAIN) for place in range(900)]
    lines += [Line(f"few {place}", "few", PLAIN) for place in range(100)]
    lines += [Line(f"rare {place}", "rare", PLAIN) for place in range(20)]
    chosen = sample(lines, 200)
    assert chosen == sample(lines, 200)
    assert Counter(line.intent for line in chosen) == {"many": 176, "few": 20, "rare": LEAST}
    assert len(set(chosen)) == len(chosen)
    assert sample(lines, 5_000) == lines


def test_the_checksum_tells_texts_and_intents_and_no_order() -> None:
    one, two = Line("a", "x", PLAIN), Line("b", "y", PLAIN)
    assert checksum([one, two]) == checksum([two, one])
    assert len({checksum([one, two]), checksum([one]), checksum([one, Line("b", "x", PLAIN)])}) == 3


def test_training_phrases_are_grouped_by_intent_and_kind(tmp_path: Path) -> None:
    blocks = [{"intent": REPORT, "metadata": {"kind": "numbness"}, "examples": "- numb feet\n"},
              {"intent": "deny_symptoms", "metadata": {"kind": "negated"},
               "examples": "- not numb\n\n- no - not at all\n"},
              {"intent": "greet", "examples": "- hi\n"}]
    (tmp_path / "phrases.yml").write_text(yaml.safe_dump({"nlu": blocks}), encoding="utf-8")
    assert training_phrases(tmp_path) == [
        Line("numb feet", REPORT, RED_FLAG), Line("not numb", "deny_symptoms", HARD_NEGATIVE),
        Line("no - not at all", "deny_symptoms", HARD_NEGATIVE), Line("hi", "greet", PLAIN)]


def test_messages_carry_the_intents_of_their_labels(tmp_path: Path) -> None:
    labels = {"redflag": "red_flag", "hard_negative": "no_red_flag", "info": "causes",
              "out_of_scope": "out_of_scope", "smalltalk": "help"}
    for name, label in labels.items():
        row = json.dumps({"text": f"a\u2028{name}", "label": label}, ensure_ascii=False)
        (tmp_path / f"{name}.jsonl").write_text(row + "\n", encoding="utf-8")
    assert [(line.intent, line.group) for line in messages(tmp_path)] == [
        (None, "redflag"), (None, "hard_negative"), ("ask_causes", "info"),
        ("out_of_scope", "out_of_scope"), ("ask_help", "smalltalk")]


def test_an_unsure_or_ambiguous_answer_is_out_of_scope() -> None:
    shares = np.array([[0.6, 0.3, 0.1], [0.29, 0.05, 0.2], [0.45, 0.44, 0.11]], np.float32)
    found = linear.answers(["greet", REPORT, "thank"], shares, (0.3, 0.02))
    assert [answer.intent for answer in found] == ["greet", OUT_OF_SCOPE, OUT_OF_SCOPE]
    assert [answer.report for answer in found] == pytest.approx([0.3, 0.05, 0.44])


ROWS = csr_matrix(np.random.default_rng(0).normal(0, 1, (90, 6))
                  + np.repeat(np.eye(3, 6) * 2, 30, axis=0))
LABELS = np.repeat(["greet", REPORT, "thank"], 30)


def test_logistic_regression_keeps_its_probabilities_as_a_linear_model() -> None:
    learner = LogisticRegression(C=linear.REGRESSION_COST, max_iter=1_000).fit(ROWS, LABELS)
    found = linear.fit_regression(ROWS, list(LABELS)).probabilities(ROWS)
    assert found == pytest.approx(learner.predict_proba(ROWS), abs=0.01)


def test_calibration_keeps_its_probabilities_as_arrays(tmp_path: Path) -> None:
    learner = CalibratedClassifierCV(
        LinearSVC(C=1.0, tol=1e-2, random_state=0), method="sigmoid",
        cv=StratifiedKFold(3, shuffle=True, random_state=0)).fit(ROWS, LABELS)
    fitted = linear.Calibrated.fit(ROWS, list(LABELS))
    assert fitted.probabilities(ROWS) == pytest.approx(learner.predict_proba(ROWS), abs=1e-4)
    fitted.save(tmp_path / linear.WEIGHTS)
    loaded = linear.Calibrated.load(tmp_path / linear.WEIGHTS)
    assert loaded.labels == sorted(set(LABELS))
    assert loaded.probabilities(ROWS) == pytest.approx(fitted.probabilities(ROWS), abs=0.01)


class Counted(Contender):
    """Counts its trainings."""

    epochs = 3
    trainings = 0

    def train(self, lines: Any, folder: Path) -> None:
        self.trainings += 1

    def parser(self, folder: Path) -> Any:
        return lambda text: Answer(text, 0.0)

    def weights(self, folder: Path) -> Path:
        return folder


def test_a_training_on_the_same_phrases_is_not_repeated(tmp_path: Path) -> None:
    contender, folder = Counted(), tmp_path / "counted"
    seconds = measure.trained(contender, LINES, folder, reuse=True)
    assert measure.trained(contender, LINES, folder, reuse=True) == seconds
    assert contender.trainings == 1
    measure.trained(contender, LINES[1:], folder, reuse=True)
    measure.trained(contender, LINES[1:], folder, reuse=False)
    assert contender.trainings == 3


def test_every_line_is_answered_by_a_model_that_has_not_seen_it() -> None:
    lines = [Line(f"text {place}", "ab"[place % 2], PLAIN) for place in range(20)]
    splits = measure.folds(lines, 5)
    assert all(not set(learn) & set(test) for learn, test in splits)
    assert [answer.intent for answer in Counted().held_out(lines, splits)] == [
        line.text for line in lines]


def test_the_settings_survive_the_way_to_a_child(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path / "work", 600, 2, 1)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    for wanted in (settings, replace(settings, sample=None)):
        assert from_arguments(parser.parse_args(wanted.as_arguments())) == wanted


def test_a_comparison_goes_on_where_it_stopped(tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    figures = {"ms": {"p50": 1.0, "p95": 2.0}, "memory_mb": 3.0}

    def measured(name: str, stage: str, settings: Settings) -> Any:
        asked.append(f"{name} {stage}")
        return None if len(asked) == 2 else figures
    monkeypatch.setattr(compare, "measure", measured)
    monkeypatch.setattr(compare, "phrases", lambda settings: LINES)
    settings = Settings(tmp_path)
    assert compare.run(settings, tmp_path, ["spinebot"], None) == ["spinebot"]
    assert compare.run(settings, tmp_path, ["spinebot"], None) == []
    stages = [f"spinebot {stage}" for stage in CONTENDERS["spinebot"].stages]
    assert asked == [stages[0], stages[1], *stages[1:]]
    compare.run(settings, tmp_path, ["spinebot"], "spinebot")
    assert asked[len(stages) + 1:] == stages
    assert (tmp_path / "pipelines.png").stat().st_size > 1_000


def test_tables_leave_open_what_was_not_measured() -> None:
    assert number(None, 2) == ""
    assert number(1234.567, 1) == "1,234.6"
    assert table(["a", "b"], [["x", "1"]]) == ["| a | b |", "| --- | ---: |", "| x | 1 |"]
    row = {"parse": {"data": {"accuracy": 0.5, "recall": 0.25, "calibration_error": 0.1,
                              "brier": 0.01}}}
    assert quality_rows({"spinebot": row, "tuned_encoder": {}}, "parse", "data") == [
        ["`spinebot`", "0.500", "0.250", "0.100", "0.0100"], ["`tuned_encoder`", "", "", "", ""]]


def test_the_page_has_a_row_for_each_contender_in_each_table() -> None:
    speed = {"ms": {"p50": 1.25, "p95": 2.5}, "memory_mb": 700.0}
    rows = {name: {"measured": "2026-11-22", "parse": speed} for name in CONTENDERS}
    text = page({"contenders": rows, "phrases": 13_909, "checksum": "0", "data": "validation",
                 "epochs": [8, 2]})
    for name in CONTENDERS:
        assert text.count(f"| `{name}` |") == 6
    assert "| `rasa_default` |  |  | 1.2 / 2.5 | 700 |" in text
    assert "| `minilm_lr` | 1.2 / 2.5 | 700 |  |  |" in text
