"""What a comparison is run with; the same words for the command and for its child processes."""
from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from spinebot.paths import ROOT

VALIDATION = ROOT.parent / "shared" / "eval" / "validation"
WORK = ROOT / "evaluation" / "pipelines" / ".work"


@dataclass(frozen=True)
class Settings:
    """Settings of one comparison.

    Attributes:
        data: a second folder of labelled messages.
        work: where trained models are kept.
        sample: so many training phrases instead of all.
        diet_epochs: of Rasa's default classifier.
        tuning_epochs: of the tuned encoder.
    """

    data: Path = VALIDATION
    work: Path = WORK
    sample: Optional[int] = None
    diet_epochs: int = 100
    tuning_epochs: int = 3

    def as_arguments(self) -> list[str]:
        """The words that `from_arguments` reads these settings from."""
        words = ["--data", str(self.data), "--work", str(self.work),
                 "--diet-epochs", str(self.diet_epochs),
                 "--tuning-epochs", str(self.tuning_epochs)]
        return words if self.sample is None else [*words, "--sample", str(self.sample)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let `parser` understand the settings."""
    usual = Settings()
    parser.add_argument("--data", type=Path, default=usual.data,
                        help="second folder of labelled messages (../shared/eval/validation)")
    parser.add_argument("--work", type=Path, default=usual.work,
                        help="where trained models are kept (evaluation/pipelines/.work)")
    parser.add_argument("--sample", type=int, help="try it out on about so many phrases")
    parser.add_argument("--diet-epochs", type=int, default=usual.diet_epochs)
    parser.add_argument("--tuning-epochs", type=int, default=usual.tuning_epochs)


def from_arguments(parsed: argparse.Namespace) -> Settings:
    """The settings in parsed arguments."""
    return Settings(parsed.data.resolve(), parsed.work.resolve(), parsed.sample,
                    parsed.diet_epochs, parsed.tuning_epochs)
