"""What every contender can do, and the list of them."""
from __future__ import annotations

import importlib
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.pipelines.figures import Answer
from evaluation.pipelines.lines import Line
from evaluation.pipelines.settings import Settings

TRAIN, PARSE, IN_RASA = "train", "parse", "in_rasa"
FOLDS_OF_SAMPLE, FOLDS_OF_ALL = "folds_of_sample", "folds_of_all"
Fold = tuple[NDArray[np.int64], NDArray[np.int64]]  # places to train on, places to test on


class Contender(ABC):
    """One way from a text to its intent.

    `epochs` is set where training is long: such a training is kept and used again.
    """

    epochs: Optional[int] = None

    @abstractmethod
    def train(self, lines: Sequence[Line], folder: Path) -> None:
        """Learn from `lines` and store what was learnt in the empty `folder`."""

    @abstractmethod
    def parser(self, folder: Path) -> Callable[[str], Answer]:
        """The function that reads one text with what `train` stored."""

    @abstractmethod
    def weights(self, folder: Path) -> Path:
        """The file of what was learnt, without the sentence encoder."""

    def held_out(self, lines: Sequence[Line], folds: Sequence[Fold]) -> list[Answer]:
        """An answer to each line, learnt from the folds that do not hold it."""
        answers: dict[int, Answer] = {}
        for number, (learn, test) in enumerate(folds, 1):
            print(f"  fold {number} of {len(folds)}", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                self.train([lines[place] for place in learn], Path(folder))
                parse = self.parser(Path(folder))
                answers.update((place, parse(lines[place].text)) for place in test)
        return [answers[place] for place in range(len(lines))]


@dataclass(frozen=True)
class Entry:
    """A contender in the list, named without loading its libraries.

    Attributes:
        about: what it is, in the report's words.
        module: where its `contender(name, settings)` stands.
        encoder: whether it runs the sentence encoder.
        stages: what is measured of it, in this order.
    """

    about: str
    module: str
    encoder: bool
    stages: tuple[str, ...] = (TRAIN, PARSE, FOLDS_OF_SAMPLE, FOLDS_OF_ALL)


BASELINE, IN_FORCE = "rasa_default", "spinebot"
_LONG = (TRAIN, PARSE, FOLDS_OF_SAMPLE)
CONTENDERS = {
    BASELINE: Entry("Rasa's default: count vectors, DIET", "rasa_default", False, _LONG),
    "ngrams_lr": Entry("n-grams; logistic regression", "linear", False, _LONG),
    "minilm_lr": Entry("MiniLM int8, mean; logistic regression", "linear", True, _LONG),
    "minilm_ngrams_lr": Entry("MiniLM mean, n-grams; logistic regression", "linear", True,
                              _LONG),
    "views_ngrams_svm": Entry("five views, n-grams; linear machine", "linear", True),
    IN_FORCE: Entry("in force: five views, n-grams, rules; linear machine", "linear", True),
    "calibrated": Entry("as in force; machine calibrated (sigmoid, 3 folds)", "linear", True),
    "tuned_encoder": Entry("as in force; encoder tuned on the phrases", "tuned", True, _LONG),
}


def through_rasa(name: str) -> bool:
    """Whether the contender is trained and run by Rasa itself."""
    return CONTENDERS[name].module == "rasa_default"


def load(name: str, settings: Settings) -> Contender:
    """The contender; only its own libraries are loaded, so that its memory is its own."""
    module = importlib.import_module(f"evaluation.pipelines.{CONTENDERS[name].module}")
    contender: Contender = module.contender(name, settings)
    return contender
