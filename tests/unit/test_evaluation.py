"""How the thresholds of the gate are chosen, and what its figures count."""
from __future__ import annotations

import numpy as np
import pytest

from evaluation.errors.gate import Alarms, alarms, rules_alone, threshold_for
from evaluation.pipelines.lines import HARD_NEGATIVE, PLAIN, RED_FLAG, Line

SHARES = np.array([0.9, 0.05, 0.31, 0.6, 0.459, 0.8, 0.7, 0.2, 0.95, 0.99], np.float32)


@pytest.mark.parametrize(("miss_rate", "threshold"), [
    (0.0, 0.05), (0.1, 0.2), (0.15, 0.2), (0.2, 0.31), (0.3, 0.45)])
def test_a_threshold_misses_no_more_than_stated(miss_rate: float, threshold: float) -> None:
    chosen = threshold_for(SHARES, miss_rate)
    assert chosen == pytest.approx(threshold)
    missed = chosen - 1e-6 > SHARES
    assert missed.mean() <= miss_rate


def test_alarms_are_counted_by_group() -> None:
    lines = [Line("a", "report_red_flag", RED_FLAG), Line("b", "report_red_flag", RED_FLAG),
             Line("c", "deny", HARD_NEGATIVE), Line("d", "greet", PLAIN), Line("e", "greet", PLAIN),
             Line("f", None, "info"), Line("g", None, "smalltalk")]
    raised = [True, False, True, False, False, True, False]
    assert alarms(lines, raised) == Alarms(flags=0.5, negatives=1.0, rest=0.25)


@pytest.mark.parametrize(("text", "raised"), [
    ("my legs are numb", True), ("it came out of nowhere", True), ("my legs are not numb", False),
    ("what if it comes out of nowhere", False), ("hello", False)])
def test_the_rules_alone_need_a_present_sign_or_a_sudden_onset(text: str, raised: bool) -> None:
    assert rules_alone(Line(text, None, PLAIN)) is raised
