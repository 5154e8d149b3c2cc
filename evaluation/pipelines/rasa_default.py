"""Rasa's default pipeline, trained by its own command; and parsing through Rasa's agent."""
from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Callable, Sequence

import yaml

from evaluation.assistant import parser
from evaluation.pipelines.contender import Contender
from evaluation.pipelines.figures import Answer
from evaluation.pipelines.lines import FALLBACK, OUT_OF_SCOPE, REPORT, Line
from evaluation.pipelines.settings import Settings
from spinebot.ops.environment import child_environment, rasa_command
from spinebot.paths import DOMAIN, ROOT

CONFIG = Path(__file__).with_suffix(".yml")
MODEL = "model.tar.gz"


class RasaDefault(Contender):
    """Count vectors and DIET."""

    def __init__(self, epochs: int) -> None:
        self.epochs: int = epochs

    def train(self, lines: Sequence[Line], folder: Path) -> None:
        """Run `rasa train nlu`; its progress goes to the terminal.

        Raises:
            SystemExit: it failed; the lines above say why.
        """
        with tempfile.TemporaryDirectory() as scratch:
            config, phrases = Path(scratch) / "config.yml", Path(scratch) / "nlu.yml"
            config.write_text(yaml.safe_dump(self._config()), encoding="utf-8")
            phrases.write_text(nlu_file(lines), encoding="utf-8")
            # an empty cache, or the time of a second training would be that of looking it up
            environment = {**child_environment(), "LOG_LEVEL": "INFO",
                           "RASA_CACHE_DIRECTORY": str(Path(scratch) / "cache")}
            command = rasa_command(
                "train", "nlu", "--config", str(config), "--nlu", str(phrases), "--domain",
                str(DOMAIN), "--out", str(folder), "--fixed-model-name",
                MODEL.removesuffix(".tar.gz"))
            if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
                sys.exit("rasa train nlu failed; the lines above say why.")

    def _config(self) -> dict[str, object]:
        config: dict[str, object] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
        parts = config["pipeline"]
        assert isinstance(parts, list)
        for part in parts:
            if "epochs" in part:
                part["epochs"] = self.epochs
        return config

    def parser(self, folder: Path) -> Callable[[str], Answer]:
        """Parse through the agent."""
        return agent_parser(folder / MODEL)

    def weights(self, folder: Path) -> Path:
        """The whole model."""
        return folder / MODEL


def nlu_file(lines: Sequence[Line]) -> str:
    """The lines as a file of training data, one block an intent."""
    examples: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        examples[str(line.intent)].append(f"- {line.text}\n")
    blocks = [{"intent": intent, "examples": "".join(texts)} for intent, texts in examples.items()]
    return yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True)


def agent_parser(model: Path) -> Callable[[str], Answer]:
    """A function that reads one text as a running assistant with this model would."""
    read = parser(model)

    def parse(text: str) -> Answer:
        found = read(text)
        intent = (found["intent"]["name"] or FALLBACK).split("/")[0]
        # an intent beyond the end of the ranking has next to no share
        report = next((entry["confidence"] for entry in found["intent_ranking"]
                       if entry["name"] == REPORT), 0.0)
        return Answer(OUT_OF_SCOPE if intent == FALLBACK else intent, float(report))
    return parse


def contender(name: str, settings: Settings) -> Contender:
    """The one contender of this module."""
    return RasaDefault(settings.diet_epochs)
