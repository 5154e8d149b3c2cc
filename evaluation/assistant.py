"""A trained assistant's understanding of a message, in this process: no server, no conversation."""
from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any, Callable, Dict

from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog


def parser(model: Path) -> Callable[[str], Dict[str, Any]]:
    """A function that parses one text as a running assistant with this model would."""
    logging.disable(logging.WARNING)
    configure_structlog(logging.CRITICAL)  # Rasa would print every message it parses
    agent, loop = Agent.load(str(model)), asyncio.new_event_loop()

    def parse(text: str) -> Dict[str, Any]:
        return dict(loop.run_until_complete(agent.parse_message(text)))
    return parse
