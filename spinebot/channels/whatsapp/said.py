"""What is said to a message: by the assistant, or by the channel where there are no words."""
from __future__ import annotations

import logging
import time
from typing import Optional, Union

from spinebot.channels.whatsapp import inbox, outbox
from spinebot.channels.whatsapp.answer import Answerer, fixed
from spinebot.channels.whatsapp.compose import (
    KEPT,
    MORE,
    Words,
    compose,
    decode,
    next_page,
)
from spinebot.channels.whatsapp.database import Database
from spinebot.channels.whatsapp.events import Choice, NoWords
from spinebot.channels.whatsapp.messages import Composed, Reply
from spinebot.channels.whatsapp.transport import Transport
from spinebot.texts import say, slot_values

logger = logging.getLogger(__name__)


class Said:
    """Finds the words of a message, has them answered and makes the answer fit."""

    def __init__(self, database: Database, answerer: Answerer, transport: Transport) -> None:
        self._database, self._answerer, self._transport = database, answerer, transport
        numbers = slot_values()
        self._words = Words(say("utter_choose"), say("utter_more"), tuple(
            numbers[name] for name in ("emergency", "ambulance", "clinic_phone", "clinic_email",
                                       "clinic_website")))

    async def to(self, message: inbox.Waiting) -> Composed:
        """The messages for it; none only where a flood was answered once already."""
        meant = await self._meant(message)
        replies = [meant] if isinstance(meant, Reply) else await self._answerer.replies(
            message.conversation, meant, message.message_id, message.interrupted)
        if message.over_limit and not any(reply.owed for reply in replies):
            due = await self._database.run(inbox.may_notice, message.conversation, time.time())
            replies = [fixed("utter_slow_down")] if due else []
        try:
            return compose(replies, self._words, self._transport.limits)
        except Exception as error:
            logger.error("an answer could not be rendered: %s", type(error).__name__)
            return compose([fixed("utter_fault")], self._words, self._transport.limits)

    async def _meant(self, message: inbox.Waiting) -> Union[str, Reply]:
        """The words of a message, or the reply to one that has none."""
        content = message.content
        if isinstance(content, NoWords):
            return fixed("utter_text_only")
        if isinstance(content, Choice):
            return await self._chosen(content)
        return await self._numbered(message.conversation, content.text)

    async def _chosen(self, choice: Choice) -> Union[str, Reply]:
        kept: Optional[str] = None
        if choice.id.startswith((KEPT, MORE)):
            kept = await self._database.run(inbox.choice, choice.id)
        words = decode(choice.id, choice.title, kept)
        if words is None:
            return fixed("utter_old_choice")
        return next_page(words) if choice.id.startswith(MORE) else words

    async def _numbered(self, conversation: str, text: str) -> Union[str, Reply]:
        """A typed number is a choice where the last message showed numbered lines."""
        typed = text.strip().rstrip(".")
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 2):
            return text
        offer = await self._database.run(outbox.last_offer, conversation)
        rows = offer.rows if offer else ()
        if not 1 <= int(typed) <= len(rows):
            return text
        row = rows[int(typed) - 1]
        return await self._chosen(Choice(row.id, row.title))
