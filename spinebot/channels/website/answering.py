"""From a message to its replies: once for each message id, and a report always."""
from __future__ import annotations

import asyncio
import logging
from typing import Any, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from spinebot.channels.admission import admit
from spinebot.channels.pace import Pace
from spinebot.channels.replies import reply
from spinebot.channels.said import WholeReplies
from spinebot.channels.turn import OnNewMessage, Turn
from spinebot.channels.website.ledger import MAX_TURNS, Answers, Ledger, Record
from spinebot.channels.website.requests import Message
from spinebot.channels.website.stored import TITLE, answers, events_of, offered
from spinebot.stores.claims import claim
from spinebot.texts import say

logger = logging.getLogger(__name__)


class Answering:
    """Answers messages of the channel."""

    def __init__(self, on_new_message: OnNewMessage, channel: str, pace: Pace) -> None:
        """Begin with an empty ledger.

        Args:
            on_new_message: Rasa's handler.
            channel: name under which conversations are kept.
            pace: the limits.
        """
        self._on_new_message = on_new_message
        self._channel = channel
        self._pace = pace
        self._ledger = Ledger()

    async def replies(self, message: Message, address: str, agent: Agent) -> list[dict[str, Any]]:
        """The replies to a message, never none.

        The same conversation and message id get the same replies without a second turn, also
        when the first request is still waiting, after a restart of the server, and on another
        replica. A turn that failed is tried again.

        Args:
            address: where the message came from.
            agent: Rasa's.

        Raises:
            TooFast: it is over a limit and no report.
            Unfinished: there is no whole answer, or none yet.
        """
        if not message.text:
            return [reply({"text": say("utter_bad_request")})]
        turn = self._running(message)
        if turn is None:
            await admit(self._pace, address, message.conversation, message.text, agent)
            # a duplicate may have started it meanwhile
            turn = self._running(message) or self._start(message, agent)
        replies = [reply(said) for said in await turn.replies()]
        if message.shortened:
            replies.append({**reply({"text": say("utter_too_long")}), "time": replies[-1]["time"]})
        return replies

    def _running(self, message: Message) -> Optional[Turn]:
        record = self._ledger.find(message.conversation)
        return record.turn(message.id) if record else None

    def _start(self, message: Message, agent: Agent) -> Turn:
        record = self._ledger.open(
            message.conversation,
            lambda: asyncio.ensure_future(_earlier(agent, message.conversation)))

        async def handle(incoming: UserMessage) -> None:
            await self._answer_once(message, incoming, record, agent)

        turn = Turn(handle, UserMessage(message.text, WholeReplies(), message.conversation,
                                        input_channel=self._channel, message_id=message.id))
        record.keep(message.id, turn)
        return turn

    async def _answer_once(self, message: Message, incoming: UserMessage, record: Record,
                           agent: Agent) -> None:
        said = incoming.output_channel.messages
        earlier = (await record.earlier).get(message.id)
        if earlier:
            said.extend(earlier)
            return
        async with claim(message.conversation, message.id) as claimed:
            if claimed.answer is None and claimed.contested:
                claimed.answer = (await _earlier(agent, message.conversation)).get(message.id)
            if claimed.answer is not None:
                said.extend(claimed.answer)
                return
            await self._run(message, incoming, agent)
            claimed.answer = list(said) or None

    async def _run(self, message: Message, incoming: UserMessage, agent: Agent) -> None:
        if message.payload is not None:
            title = await _title(agent, message.conversation, message.payload)
            if title is not None:
                incoming.text, incoming.metadata = message.payload, {TITLE: title}
        await self._on_new_message(incoming)


async def _earlier(agent: Agent, conversation: str) -> Answers:
    """What was answered before; nothing where the store is down, so that a report still goes on."""
    try:
        found = answers(await events_of(agent, conversation))
        return dict(list(found.items())[-MAX_TURNS:])
    except Exception as error:  # whatever the store's driver raises
        _note(error)
        return {}


async def _title(agent: Agent, conversation: str, payload: str) -> Optional[str]:
    """Title of a quick reply that was offered; None for any other, or with the store down."""
    try:
        return offered(await events_of(agent, conversation), payload)
    except Exception as error:
        _note(error)
        return None


def _note(error: Exception) -> None:
    # the type only: an error of the database quotes the id that it looked for
    logger.error("the tracker store could not be read: %s", type(error).__name__)
