"""Run one turn so that the visitor always reads something, whatever happens behind it."""
from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Awaitable, Callable

from rasa.core.channels.channel import UserMessage

from spinebot.channels import metrics
from spinebot.channels.said import NamedReplies
from spinebot.texts import say

DEADLINE_SECONDS = 12.0  # three action calls of 3 s each, and some air
OnNewMessage = Callable[[UserMessage], Awaitable[Any]]

logger = logging.getLogger(__name__)
_unfinished: set[asyncio.Future[Any]] = set()  # asyncio itself keeps only weak references


class Unfinished(Exception):
    """A turn failed, or is late and goes on.

    Attributes:
        replies: what was said so far.
    """

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        super().__init__("the turn has no whole answer")
        self.replies = replies


class Turn:
    """One message on its way through Rasa.

    It starts at once and goes on whether or not anybody waits for it, so that what was reported
    is kept. Its replies may be asked for again and again.
    """

    def __init__(self, on_new_message: OnNewMessage, message: UserMessage) -> None:
        """Start it.

        Args:
            on_new_message: Rasa's handler.
            message: what the visitor said, already guarded, with `NamedReplies`.
        """
        self._message = message
        self._began = time.perf_counter()
        self._task = asyncio.ensure_future(on_new_message(message))
        _unfinished.add(self._task)
        metrics.RUNNING.set(len(_unfinished))
        self._task.add_done_callback(self._over)

    @property
    def failed(self) -> bool:
        """Whether it is over and gave no whole answer: it may be tried again."""
        return self._task.done() and (self._task.cancelled()
                                      or self._task.exception() is not None
                                      or not self._message.output_channel.messages)

    async def replies(self) -> list[dict[str, Any]]:
        """The replies in order, as the output channel collected them; never none.

        Raises:
            Unfinished: the turn failed, stayed silent, or is past its deadline; it goes on then,
                and whoever asks again gets its answer once it has one.
        """
        await asyncio.wait({self._task}, timeout=DEADLINE_SECONDS)
        replies = list(self._message.output_channel.messages)
        if self.failed or not self._task.done():
            metrics.FAULTS.labels(self._message.input_channel).inc()
            raise Unfinished(replies)
        return replies

    def _over(self, task: asyncio.Future[Any]) -> None:
        _unfinished.discard(task)
        metrics.RUNNING.set(len(_unfinished))
        channel, seconds = self._message.input_channel, time.perf_counter() - self._began
        urgent = metrics.count_turn(channel, seconds, self._message.output_channel.responses)
        logger.info("turn", extra={"fields": {
            "channel": channel, "seconds": round(seconds, 3), "urgent": urgent,
            "answered": not self.failed}})
        if not task.cancelled() and task.exception() is not None:
            # the type only: an exception's text may quote the visitor
            logger.error("a turn failed: %s", type(task.exception()).__name__)


def running() -> int:
    """How many turns run in this process."""
    return len(_unfinished)


async def run_turn(on_new_message: OnNewMessage, sender: str, text: str,
                   channel: str) -> list[dict[str, Any]]:
    """Answer one message.

    Args:
        on_new_message: Rasa's handler.
        sender: id of the conversation.
        text: the visitor's words, already guarded.
        channel: name under which the conversation is kept.

    Returns:
        The replies of the `Turn`, never none: one that is unfinished ends with `utter_fault`,
        which carries the emergency number and the clinic's contacts.
    """
    message = UserMessage(text, NamedReplies(), sender, input_channel=channel)
    try:
        return await Turn(on_new_message, message).replies()
    except Unfinished as cut:
        return [*cut.replies, {"recipient_id": sender, "text": say("utter_fault")}]
