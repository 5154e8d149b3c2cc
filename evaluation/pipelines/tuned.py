"""The pipeline in force on an encoder that was tuned on the training phrases."""
from __future__ import annotations

from pathlib import Path
from typing import Callable, Sequence

from safetensors.numpy import save_file

from evaluation.pipelines.contender import Contender
from evaluation.pipelines.figures import Answer
from evaluation.pipelines.linear import Linear, with_rules
from evaluation.pipelines.lines import Line
from evaluation.pipelines.settings import Settings
from spinebot.nlu.encoder_export import published_weights, write
from spinebot.nlu.linear_model import LinearModel

TUNED_WEIGHTS = "tuned.safetensors"


class TunedEncoder(Contender):
    """Tunes the six layers, exports them to int8, then trains as the pipeline in force does."""

    def __init__(self, epochs: int) -> None:
        self.epochs: int = epochs

    def train(self, lines: Sequence[Line], folder: Path) -> None:
        """Tune, export, featurise, fit; the tuned weights are kept beside the exported graph."""
        from evaluation.pipelines.tuning import tune  # TensorFlow, which parsing does without
        tuned = tune(published_weights(), lines, self.epochs)
        save_file(tuned, str(folder / TUNED_WEIGHTS))
        write(tuned, folder)
        _linear(folder).train(lines, folder)

    def parser(self, folder: Path) -> Callable[[str], Answer]:
        """As the pipeline in force."""
        return _linear(folder).parser(folder)

    def weights(self, folder: Path) -> Path:
        """The classifier's arrays; the encoder's size is told apart."""
        return _linear(folder).weights(folder)


def _linear(folder: Path) -> Linear:
    """The pipeline in force on the encoder in `folder`."""
    return Linear(with_rules, LinearModel.fit, encoder=folder)


def contender(name: str, settings: Settings) -> Contender:
    """The one contender of this module."""
    return TunedEncoder(settings.tuning_epochs)
