"""The contenders with a linear classifier on rows of features."""
from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Callable, Optional, Protocol, Sequence

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC
from tqdm import tqdm

from evaluation.pipelines.contender import Contender, Fold
from evaluation.pipelines.figures import Answer
from evaluation.pipelines.lines import OUT_OF_SCOPE, REPORT, Line
from evaluation.pipelines.settings import Settings
from spinebot.nlu import features
from spinebot.nlu.encoder import Encoder
from spinebot.nlu.encoder_export import HIDDEN, WIDTH
from spinebot.nlu.linear_model import MARGIN_COST, SHARPNESS, LinearModel
from spinebot.paths import ENCODER, ROOT

WEIGHTS = "intents.npz"
REGRESSION_COST = 10.0  # unit vectors need little regularisation
REGRESSION_TOLERANCE = 0.1  # of a sum over all phrases; a finer one moves no figure


class Model(Protocol):
    """What a fitted classifier gives."""

    labels: list[str]

    def probabilities(self, rows: csr_matrix) -> NDArray[np.float32]:
        """Shape (rows, labels); each row sums to one."""

    def save(self, path: Path) -> None:
        """Write it into one file."""


class Calibrated:
    """Linear machines, one a fold, whose margins pass through fitted sigmoids.

    What scikit-learn's CalibratedClassifierCV computes, as plain arrays of the shapes
    weights (folds, features, labels) and offsets, slopes, shifts (folds, labels).
    """

    def __init__(self, labels: Sequence[str], arrays: dict[str, NDArray[np.float32]]) -> None:
        self.labels = list(labels)
        self._arrays = {name: array.astype(np.float32) for name, array in arrays.items()}

    @classmethod
    def fit(cls, rows: csr_matrix, labels: Sequence[str]) -> Calibrated:
        """Train on one label a row; three rows or more of each label."""
        learner = CalibratedClassifierCV(
            LinearSVC(C=MARGIN_COST, tol=1e-2, random_state=0), method="sigmoid",
            cv=StratifiedKFold(3, shuffle=True, random_state=0))
        learner.fit(rows, np.array(labels))
        folds = learner.calibrated_classifiers_
        return cls(list(learner.classes_), {
            "weights": np.stack([fold.base_estimator.coef_.T for fold in folds]),
            "offsets": np.stack([fold.base_estimator.intercept_ for fold in folds]),
            "slopes": np.array([[curve.a_ for curve in fold.calibrators] for fold in folds]),
            "shifts": np.array([[curve.b_ for curve in fold.calibrators] for fold in folds])})

    def probabilities(self, rows: csr_matrix) -> NDArray[np.float32]:
        """Shape (rows, labels); each row sums to one."""
        found = []
        for weights, offsets, slopes, shifts in zip(*(self._arrays[name] for name in (
                "weights", "offsets", "slopes", "shifts"))):
            shares = 1 / (1 + np.exp(slopes * (rows @ weights + offsets) + shifts))
            found.append(shares / shares.sum(axis=1, keepdims=True))
        mean: NDArray[np.float32] = np.mean(found, axis=0)
        return mean

    def save(self, path: Path) -> None:
        """Write the arrays; half precision for weights, as the machine in force does."""
        halved = {"weights": self._arrays["weights"].astype(np.float16)}
        np.savez_compressed(path, labels=np.array(self.labels), **(self._arrays | halved))

    @classmethod
    def load(cls, path: Path) -> Calibrated:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls([str(label) for label in stored["labels"]],
                       {name: stored[name] for name in stored.files if name != "labels"})


def fit_regression(rows: csr_matrix, labels: Sequence[str]) -> LinearModel:
    """Logistic regression over all labels; its softmax is LinearModel's at sharpness one."""
    learner = LogisticRegression(C=REGRESSION_COST, max_iter=1_000,
                                 tol=REGRESSION_TOLERANCE)
    learner.fit(rows, labels)
    return LinearModel(list(learner.classes_), learner.coef_ / SHARPNESS,
                       learner.intercept_ / SHARPNESS)


Progress = Optional[Callable[[int], object]]
Features = Callable[[Callable[[], Encoder], Sequence[str], Progress], csr_matrix]


def with_rules(encoder: Callable[[], Encoder], texts: Sequence[str],
               progress: Progress = None) -> csr_matrix:
    """The rows of the pipeline in force."""
    return features.featurise(encoder(), texts, progress)


def without_rules(encoder: Callable[[], Encoder], texts: Sequence[str], progress: Progress = None,
                  width: int = 0, ngrams: bool = False) -> csr_matrix:
    """The first `width` columns of the sentence vectors, then hashed n-grams if wanted."""
    clean = [features.normalise(text) for text in texts]
    blocks = [csr_matrix(encoder().encode(clean, progress)[:, :width])] if width else []
    if ngrams:  # the very vectorisers of the pipeline in force, or the two would not compare
        blocks += [features.CHARACTERS.transform(clean), features.WORDS.transform(clean)]
    return hstack(blocks, format="csr")


def fallback() -> tuple[float, float]:
    """Threshold of confidence and of ambiguity in config.yml; both hold for all of these."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    settings = next(part for part in pipeline if part["name"] == "FallbackClassifier")
    return settings["threshold"], settings["ambiguity_threshold"]


def answers(labels: Sequence[str], shares: NDArray[np.float32],
            thresholds: tuple[float, float]) -> list[Answer]:
    """The best intent of each row, out of scope where the fallback would take over.

    Args:
        labels: the columns' intents.
        shares: probabilities, one row a text.
        thresholds: as `fallback` gives them.
    """
    confidence, ambiguity = thresholds
    report = list(labels).index(REPORT)
    found = []
    for row in shares:
        second, best = np.argsort(row)[-2:]
        sure = row[best] >= confidence and row[best] - row[second] >= ambiguity
        found.append(Answer(labels[best] if sure else OUT_OF_SCOPE, float(row[report])))
    return found


class Linear(Contender):
    """Features, then a classifier of linear weights."""

    def __init__(self, rows: Features, fit: Callable[[csr_matrix, Sequence[str]], Model],
                 load: Callable[[Path], Model] = LinearModel.load,
                 encoder: Path = ENCODER) -> None:
        self._features, self._fit, self._load, self._folder = rows, fit, load, encoder
        self._encoder: Optional[Encoder] = None

    def train(self, lines: Sequence[Line], folder: Path) -> None:
        """Featurise all lines, fit, store one file."""
        self.fit(self.rows(lines), lines).save(folder / WEIGHTS)

    def parser(self, folder: Path) -> Callable[[str], Answer]:
        """Featurise one text, weigh it."""
        model, thresholds = self._load(folder / WEIGHTS), fallback()

        def parse(text: str) -> Answer:
            shares = model.probabilities(self._features(self.encoder, [text], None))
            return answers(model.labels, shares, thresholds)[0]
        return parse

    def weights(self, folder: Path) -> Path:
        """The arrays of the classifier."""
        return folder / WEIGHTS

    def held_out(self, lines: Sequence[Line], folds: Sequence[Fold]) -> list[Answer]:
        """As every contender, but the features, which learn nothing, are computed once."""
        rows, thresholds = self.rows(lines), fallback()
        found: dict[int, Answer] = {}
        for number, (learn, test) in enumerate(folds, 1):
            print(f"  fold {number} of {len(folds)}", flush=True)
            model = self.fit(rows[learn], [lines[place] for place in learn])
            shares = model.probabilities(rows[test])
            found.update(zip(test, answers(model.labels, shares, thresholds)))
        return [found[place] for place in range(len(lines))]

    def encoder(self) -> Encoder:
        """The exported encoder, loaded when it is first wanted."""
        self._encoder = self._encoder or Encoder(self._folder)
        return self._encoder

    def rows(self, lines: Sequence[Line]) -> csr_matrix:
        """The features of all lines, with a bar that shows how far it is."""
        with tqdm(total=len(lines), desc="  features", file=sys.stderr) as bar:
            return self._features(self.encoder, [line.text for line in lines], bar.update)

    def fit(self, rows: csr_matrix, lines: Sequence[Line]) -> Model:
        """The classifier fitted to the intents of `lines`."""
        return self._fit(rows, [str(line.intent) for line in lines])


def contender(name: str, settings: Settings) -> Contender:
    """The linear contender of that name; no setting concerns it."""
    return {
        "ngrams_lr": lambda: Linear(partial(without_rules, ngrams=True), fit_regression),
        "minilm_lr": lambda: Linear(partial(without_rules, width=HIDDEN), fit_regression),
        "minilm_ngrams_lr": lambda: Linear(
            partial(without_rules, width=HIDDEN, ngrams=True), fit_regression),
        "views_ngrams_svm": lambda: Linear(
            partial(without_rules, width=WIDTH, ngrams=True), LinearModel.fit),
        "spinebot": lambda: Linear(with_rules, LinearModel.fit),
        "calibrated": lambda: Linear(with_rules, Calibrated.fit, Calibrated.load),
    }[name]()
