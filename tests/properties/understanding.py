"""The trained understanding of messages, each text parsed once in this process."""
from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Callable, Dict

from evaluation.assistant import parser
from spinebot.channels.guard import plain_text
from spinebot.nlu.intent_classifier import REPORT_PROBABILITY
from spinebot.nlu.red_flag_gate import DOUBT
from spinebot.ops.train import MODEL
from spinebot.red_flags.flow import REPORT


@dataclass(frozen=True)
class Understood:
    """What the gate made of one message.

    Attributes:
        alarmed: a red flag was read in it.
        asked: it was not, and the visitor is shown the urgent line and asked.
        probability: of a report.
    """

    alarmed: bool
    asked: bool
    probability: float


@cache
def understand(text: str) -> Understood:
    """Parse a message as the channels would hand it over."""
    parsed = _parser()(plain_text(text))
    return Understood(parsed["intent"]["name"] == REPORT, bool(parsed[DOUBT]),
                      float(parsed[REPORT_PROBABILITY]))


@cache
def _parser() -> Callable[[str], Dict[str, Any]]:
    return parser(MODEL)
