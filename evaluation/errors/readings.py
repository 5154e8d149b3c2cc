"""What the trained assistant makes of labelled messages."""
from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any, NamedTuple

from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog
from tqdm import tqdm

from evaluation.pipelines.lines import HARD_NEGATIVE, LABELLED, RED_FLAG, Line
from spinebot.nlu.intent_classifier import REPORT_PROBABILITY
from spinebot.nlu.red_flag_gate import DOUBT
from spinebot.ops.train import MODEL
from spinebot.red_flags.flow import REPORT


class Reading(NamedTuple):
    """One message and what the whole pipeline, gate included, made of it.

    Attributes:
        line: text and group.
        labels: its kind and tags.
        intent: after the gate.
        probability: of a report.
        asked: it lies in the zone of asking.
    """

    line: Line
    labels: tuple[str, ...]
    intent: str
    probability: float
    asked: bool

    @property
    def alarmed(self) -> bool:
        """Whether it starts the red-flag flow."""
        return self.intent == REPORT


def read_messages(folder: Path) -> list[Reading]:
    """Parse every line of a folder of labelled messages with the newest model."""
    logging.disable(logging.WARNING)
    configure_structlog(logging.ERROR)
    agent, loop = Agent.load(str(MODEL)), asyncio.new_event_loop()
    readings = []
    for group in (RED_FLAG, HARD_NEGATIVE, *LABELLED):
        rows = (folder / f"{group}.jsonl").read_text(encoding="utf-8").splitlines()
        for row in tqdm([json.loads(row) for row in rows if row.strip()], desc=group):
            parsed: dict[str, Any] = loop.run_until_complete(agent.parse_message(row["text"]))
            readings.append(Reading(
                Line(row["text"], row["label"], group),
                (row.get("kind", row["label"]), *row.get("tags", [])),
                str(parsed["intent"]["name"]), parsed[REPORT_PROBABILITY], parsed[DOUBT]))
    return readings
