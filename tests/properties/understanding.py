"""The trained understanding of messages in this process: no server, no conversation."""
from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import cache, lru_cache

from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog

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
    """Parse a message as the channels would hand it over; each text once a process."""
    agent, loop = _agent()
    parsed = loop.run_until_complete(agent.parse_message(plain_text(text)))
    return Understood(parsed["intent"]["name"] == REPORT, bool(parsed[DOUBT]),
                      float(parsed[REPORT_PROBABILITY]))


@lru_cache(maxsize=1)
def _agent() -> tuple[Agent, asyncio.AbstractEventLoop]:
    configure_structlog(logging.CRITICAL)  # Rasa would print every message it parses
    return Agent.load(str(MODEL)), asyncio.new_event_loop()
