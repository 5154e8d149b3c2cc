"""Run the turn of a message, or rebuild what it said if it ran before a crash."""
from __future__ import annotations

from typing import Any, Callable, Mapping, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.core.events import BotUttered, UserUttered

from spinebot.channels.guard import MAX_CHARACTERS, plain_text
from spinebot.channels.turn import OnNewMessage, run_turn
from spinebot.channels.whatsapp.messages import Reply, from_rasa
from spinebot.texts import say

RESPONSE_NAME = f"{UTTER_PREFIX}action"  # Rasa's key for the name of the response that was said


class NamedReplies(CollectingOutputChannel):
    """Collects replies with the name of their response, and leaves a text of paragraphs whole."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        super().__init__()
        self.messages = messages

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep one response as one message."""
        self.messages.append({"text": text, "name": kwargs.get(RESPONSE_NAME)})

    async def send_text_with_buttons(self, recipient_id: str, text: str,
                                     buttons: list[dict[str, Any]], **kwargs: Any) -> None:
        """Keep the text with its buttons."""
        self.messages.append({"text": text, "buttons": buttons,
                              "name": kwargs.get(RESPONSE_NAME)})


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
            found = from_rasa(await run_turn(self._with_id(message_id), conversation,
                                             words[:MAX_CHARACTERS], self._channel))
        if len(words) > MAX_CHARACTERS:
            found.append(fixed("utter_too_long"))
        return found or [fixed("utter_fault")]

    def _with_id(self, message_id: str) -> OnNewMessage:
        async def handle(message: UserMessage) -> Any:
            message.message_id = message_id
            message.output_channel = NamedReplies(message.output_channel.messages)
            return await self._on_new_message(message)
        return handle

    async def _said_before(self, conversation: str, message_id: str) -> Optional[list[Reply]]:
        """The replies of the turn of this message, or None if it never ran to its end."""
        store = self._tracker_store()
        tracker = await store.retrieve_full_tracker(conversation) if store else None
        return rebuilt(tracker.events if tracker else (), message_id)


def rebuilt(events: Any, message_id: str) -> Optional[list[Reply]]:
    """What the bot said after the message and before the next; None if there is no such message."""
    said: Optional[list[Mapping[str, Any]]] = None
    for event in events:
        if isinstance(event, UserUttered):
            if said is not None:
                break
            said = [] if event.message_id == message_id else None
        elif isinstance(event, BotUttered) and said is not None:
            said.append({"text": event.text, "buttons": event.data.get("buttons"),
                         "name": event.metadata.get(RESPONSE_NAME)})
    return None if said is None else from_rasa(said)


def fixed(response: str) -> Reply:
    """A reply of the channel itself, from the domain."""
    return Reply(response, say(response))
