"""A linear classifier as plain arrays: trained by scikit-learn, stored without pickles."""
from __future__ import annotations

from pathlib import Path
from typing import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

# Both chosen in docs/decisions/language-pipeline.md. A maximum-margin learner trains in a third of
# the time of logistic regression and told the sections apart better (0.91 against 0.88).
MARGIN_COST = 1.0
SHARPNESS = 3.0  # of the softmax over margins; spreads the probabilities, moves no decision


class LinearModel:
    """One-versus-rest support vector machine over the rows of `features.featurise`."""

    def __init__(self, labels: Sequence[str], weights: NDArray[np.float32],
                 offsets: NDArray[np.float32]) -> None:
        self.labels = list(labels)
        self._weights = np.ascontiguousarray(weights.T, dtype=np.float32)  # (features, labels)
        self._offsets = offsets.astype(np.float32)

    @classmethod
    def fit(cls, rows: csr_matrix, labels: Sequence[str]) -> LinearModel:
        """Train on one label a row; two labels or more.

        Raises:
            ValueError: fewer than two different labels.
        """
        learner = LinearSVC(C=MARGIN_COST, tol=1e-2, random_state=0)
        learner.fit(rows, labels)
        weights, offsets, names = learner.coef_, learner.intercept_, list(learner.classes_)
        if len(names) == 2:  # scikit-learn keeps one row for two classes
            weights, offsets = np.vstack([-weights, weights]), np.append(-offsets, offsets)
        return cls(names, weights, offsets)

    def probabilities(self, rows: csr_matrix) -> NDArray[np.float32]:
        """Shape (rows, labels); each row sums to one."""
        margins = SHARPNESS * (rows @ self._weights + self._offsets)
        scores = np.exp(margins - margins.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = scores / scores.sum(axis=1, keepdims=True)
        return shares

    def save(self, path: Path) -> None:
        """Write the arrays; half precision is enough for weights."""
        np.savez_compressed(path, labels=np.array(self.labels),
                            weights=self._weights.T.astype(np.float16), offsets=self._offsets)

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls([str(label) for label in stored["labels"]], stored["weights"],
                       stored["offsets"])
