"""Run the turn of a message, or rebuild what it said if it ran before a crash."""
from __future__ import annotations

from typing import Any, Callable, Optional

from rasa.core.channels.channel import UserMessage

from spinebot.channels.guard import MAX_CHARACTERS, plain_text
from spinebot.channels.said import WholeReplies, turns
from spinebot.channels.turn import OnNewMessage, Turn, Unfinished
from spinebot.channels.whatsapp.messages import Reply, from_rasa
from spinebot.texts import say


class Answerer:
    """Turns words into replies.

    Args:
        on_new_message: Rasa's handler.
        tracker_store: gives Rasa's tracker store, or None while no agent is loaded.
        channel: name under which the conversation is kept.
    """

    def __init__(self, on_new_message: OnNewMessage, tracker_store: Callable[[], Any],
                 channel: str) -> None:
        self._on_new_message = on_new_message
        self._tracker_store = tracker_store
        self._channel = channel

    async def replies(self, conversation: str, text: str, message_id: str,
                      interrupted: bool) -> list[Reply]:
        """What is said to the words, never nothing.

        Args:
            conversation: its id.
            text: as it came.
            message_id: the provider's, kept in the tracker.
            interrupted: the turn may have run before.
        """
        words = plain_text(text)
        if not words:
            return [fixed("utter_text_only")]
        found = await self._said_before(conversation, message_id) if interrupted else None
        if found is None:
            found = await self._run(UserMessage(
                words[:MAX_CHARACTERS], WholeReplies(), conversation,
                input_channel=self._channel, message_id=message_id))
        if len(words) > MAX_CHARACTERS:
            found.append(fixed("utter_too_long"))
        return found or [fixed("utter_fault")]

    async def _run(self, message: UserMessage) -> list[Reply]:
        try:
            return from_rasa(await Turn(self._on_new_message, message).replies())
        except Unfinished as cut:
            return [*from_rasa(cut.replies), fixed("utter_fault")]

    async def _said_before(self, conversation: str, message_id: str) -> Optional[list[Reply]]:
        """The replies of the turn of this message, or None if it never ran to its end."""
        store = self._tracker_store()
        tracker = await store.retrieve_full_tracker(conversation) if store else None
        return rebuilt(tracker.events if tracker else (), message_id)


def rebuilt(events: Any, message_id: str) -> Optional[list[Reply]]:
    """What the bot said after the message and before the next; None if there is no such message."""
    return next((from_rasa(event.message() for event in said)
                 for message, said in turns(events) if message.message_id == message_id), None)


def fixed(response: str) -> Reply:
    """A reply of the channel itself, from the domain."""
    return Reply(response, say(response))
