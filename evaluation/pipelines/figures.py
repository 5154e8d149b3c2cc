"""Figures from answers: accuracy, recall at fixed alarms, calibration, times."""
from __future__ import annotations

from typing import NamedTuple, Optional, Sequence

import numpy as np

from evaluation.pipelines.lines import HARD_NEGATIVE, LABELLED, RED_FLAG, Line

ALARMS = 0.05  # share of the hard negatives that may alarm
BINS = 10


class Answer(NamedTuple):
    """What a pipeline makes of a text: its intent, and the probability of a red-flag report."""

    intent: str
    report: float


class Recall(NamedTuple):
    """Share of the red flags above a threshold that lets few hard negatives through."""

    recall: float
    threshold: float


def recall_at_alarms(flags: Sequence[float], negatives: Sequence[float],
                     alarms: float = ALARMS) -> Recall:
    """The recall where at most the share `alarms` of the negatives lies above the threshold.

    A probability alarms where it is greater than the threshold; equal ones do not, so ties
    never let more negatives through than allowed.

    Args:
        flags: probabilities of the red flags, one at least.
        negatives: probabilities of the hard negatives; without any, every flag is recalled.
        alarms: from 0 to 1.
    """
    ranked = sorted(negatives, reverse=True)
    allowed = int(alarms * len(ranked) + 1e-9)
    threshold = ranked[allowed] if allowed < len(ranked) else -1.0
    return Recall(float(np.mean(np.asarray(flags) > threshold)), float(threshold))


def calibration_error(probabilities: Sequence[float], outcomes: Sequence[bool],
                      bins: int = BINS) -> float:
    """Expected calibration error: mean gap of probability and frequency over equal bins."""
    shares, came = np.asarray(probabilities, float), np.asarray(outcomes, float)
    places = np.minimum((shares * bins).astype(int), bins - 1)
    gaps = [abs(shares[places == place].sum() - came[places == place].sum())
            for place in range(bins)]
    return float(sum(gaps) / len(shares))


def brier_score(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float:
    """Mean squared distance of probability and outcome: 0 is perfect."""
    return float(np.mean((np.asarray(probabilities, float) - np.asarray(outcomes, float)) ** 2))


def accuracy(lines: Sequence[Line], answers: Sequence[Answer],
             group: Optional[str] = None) -> Optional[float]:
    """Share of right intents among the lines (of a group) that have one; None without any."""
    right = [answer.intent == line.intent for line, answer in zip(lines, answers)
             if line.intent is not None and group in (None, line.group)]
    return float(np.mean(right)) if right else None


def quality(lines: Sequence[Line], answers: Sequence[Answer]) -> dict[str, Optional[float]]:
    """All figures of one set of lines and the answers to them, in the same order."""
    reports = [answer.report for answer in answers]
    flagged = [line.group == RED_FLAG for line in lines]
    flags = [report for report, flag in zip(reports, flagged) if flag]
    negatives = [report for report, line in zip(reports, lines) if line.group == HARD_NEGATIVE]
    recall, threshold = recall_at_alarms(flags, negatives)
    return {"lines": len(lines), "red_flags": len(flags), "hard_negatives": len(negatives),
            "accuracy": accuracy(lines, answers),
            **{group: accuracy(lines, answers, group) for group in LABELLED},
            "recall": recall, "threshold": threshold,
            "calibration_error": calibration_error(reports, flagged),
            "brier": brier_score(reports, flagged)}


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile of some times."""
    return {f"p{share}": 1_000 * float(np.percentile(seconds, share)) for share in (50, 95)}
