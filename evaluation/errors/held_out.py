"""Probabilities for lines that the model was not trained on."""
from __future__ import annotations

from typing import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tqdm import tqdm

from evaluation.pipelines.figures import recall_at_alarms
from evaluation.pipelines.lines import HARD_NEGATIVE, RED_FLAG, REPORT, Line
from evaluation.pipelines.measure import folds
from spinebot.nlu.linear_model import LinearModel

FOLDS = 5
PARTS = (0.125, 0.25, 0.5, 0.75, 1.0)  # of the phrases, for the learning curve
Shares = NDArray[np.float32]


def intents(lines: Sequence[Line]) -> list[str]:
    """The intent of each line."""
    return [str(line.intent) for line in lines]


def report_shares(rows: csr_matrix, lines: Sequence[Line], told: csr_matrix) -> Shares:
    """Probability of a report for the rows `told`, by a model of all `lines`."""
    return _reports(LinearModel.fit(rows, intents(lines)), told)


def cross_validated(rows: csr_matrix, lines: Sequence[Line], name: str) -> Shares:
    """Probability of a report for each of `lines`, by a model of the folds that lack it."""
    shares = np.zeros(len(lines), np.float32)
    for learn, test in tqdm(folds(lines, FOLDS), desc=f"cross-validating, {name}"):
        model = LinearModel.fit(rows[learn], intents([lines[place] for place in learn]))
        shares[test] = _reports(model, rows[test])
    return shares


def _reports(model: LinearModel, rows: csr_matrix) -> Shares:
    shares: Shares = model.probabilities(rows)[:, model.labels.index(REPORT)]
    return shares


def learning_curve(rows: csr_matrix, lines: Sequence[Line], told_rows: csr_matrix,
                   told: Sequence[Line]) -> tuple[list[int], dict[str, list[float]]]:
    """Scores on the lines `told` against the number of `lines` trained on."""
    order = np.random.default_rng(0).permutation(len(lines))
    amounts, recalls, rights = [], [], []
    for part in tqdm(PARTS, desc="learning curve"):
        chosen = order[:int(part * len(lines))]
        model = LinearModel.fit(rows[chosen], intents([lines[place] for place in chosen]))
        shares = model.probabilities(told_rows)
        reports, best = shares[:, model.labels.index(REPORT)], shares.argmax(axis=1)
        flags, negatives = ([share for share, line in zip(reports, told) if line.group == group]
                            for group in (RED_FLAG, HARD_NEGATIVE))
        amounts.append(len(chosen))
        recalls.append(recall_at_alarms(flags, negatives).recall)
        rights.append(float(np.mean([model.labels[place] == line.intent
                                     for place, line in zip(best, told) if line.intent])))
    return amounts, {"red flags caught, 5 % of hard negatives alarmed": recalls,
                     "other messages understood": rights}
