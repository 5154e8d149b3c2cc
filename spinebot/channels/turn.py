"""Run one turn so that the visitor always reads something, whatever happens behind it."""
from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from spinebot.texts import say

DEADLINE_SECONDS = 12.0  # three action calls of 3 s each, and some air
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

logger = logging.getLogger(__name__)
_unfinished: set[asyncio.Future[Any]] = set()  # asyncio itself keeps only weak references


async def run_turn(on_new_message: OnNewMessage, sender: str, text: str,
                   channel: str) -> list[dict[str, Any]]:
    """Answer one message.

    Args:
        on_new_message: Rasa's handler.
        sender: id of the conversation.
        text: the visitor's words, already guarded.
        channel: name under which the conversation is kept.

    Returns:
        The replies in order, never none: a turn that fails, hangs or stays silent ends with
        `utter_fault`, which carries the emergency number and the clinic's contacts. A turn past
        its deadline goes on in the background, so that what was reported is kept.
    """
    output = CollectingOutputChannel()
    message = UserMessage(text, output, sender, input_channel=channel)
    turn = asyncio.ensure_future(on_new_message(message))
    _unfinished.add(turn)
    turn.add_done_callback(_finished)
    await asyncio.wait({turn}, timeout=DEADLINE_SECONDS)
    replies = list(output.messages)
    failed = not turn.done() or turn.cancelled() or turn.exception() is not None
    if failed or not replies:
        replies.append({"recipient_id": sender, "text": say("utter_fault")})
    return replies


def _finished(turn: asyncio.Future[Any]) -> None:
    _unfinished.discard(turn)
    if not turn.cancelled() and turn.exception() is not None:
        # the type only: an exception's text may quote the visitor
        logger.error("a turn failed: %s", type(turn.exception()).__name__)
