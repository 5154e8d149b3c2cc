"""Who may go on over a limit: whoever may be owed the urgent message."""
from __future__ import annotations

import logging

from rasa.core.agent import Agent

from spinebot.channels.pace import Pace, TooFast
from spinebot.nlu.red_flag_gate import DOUBT
from spinebot.red_flags.flow import may_be_urgent

logger = logging.getLogger(__name__)


async def admit(pace: Pace, address: str, conversation: str, text: str, agent: Agent) -> None:
    """Count a message.

    Args:
        pace: the limits.
        address: where it came from.
        conversation: its id.
        text: what the visitor wrote, guarded.
        agent: Rasa's.

    Raises:
        TooFast: it is over a limit and no report.
    """
    try:
        await pace.message(address, conversation)
    except TooFast as refusal:
        if refusal.flood or not await _may_be_urgent(agent, text):
            raise


async def _may_be_urgent(agent: Agent, text: str) -> bool:
    """Whether the text may be owed the urgent message; when in doubt it is."""
    try:
        parsed = await agent.parse_message(text)
        return may_be_urgent(parsed["intent"].get("name") or "", bool(parsed.get(DOUBT)))
    except Exception as error:
        logger.error("a message over the limit could not be read: %s", type(error).__name__)
        return True
