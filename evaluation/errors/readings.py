"""What the trained assistant makes of labelled messages."""
from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from evaluation.assistant import parser
from evaluation.pipelines.lines import Line, messages
from spinebot.nlu.intent_classifier import REPORT_PROBABILITY
from spinebot.nlu.red_flag_gate import DOUBT
from spinebot.ops.train import MODEL
from spinebot.red_flags.flow import REPORT


class Reading(NamedTuple):
    """One message and what the whole pipeline, gate included, made of it.

    Attributes:
        line: the message.
        alarmed: it starts the red-flag flow.
        probability: of a report.
        asked: it lies in the zone of asking.
    """

    line: Line
    alarmed: bool
    probability: float
    asked: bool


def read_messages(folder: Path) -> list[Reading]:
    """Parse every line of a folder of labelled messages with the newest model."""
    parse, readings = parser(MODEL), []
    for line in tqdm(messages(folder), desc="messages"):
        parsed = parse(line.text)
        readings.append(Reading(line, parsed["intent"]["name"] == REPORT,
                                parsed[REPORT_PROBABILITY], parsed[DOUBT]))
    return readings
