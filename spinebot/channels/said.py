"""What the assistant said: collected while a turn runs, or read from a conversation's events."""
from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, Optional

from rasa.core.channels.channel import CollectingOutputChannel
from rasa.shared.constants import UTTER_PREFIX
from rasa.shared.core.events import BotUttered, Event, UserUttered

RESPONSE_NAME = f"{UTTER_PREFIX}action"  # where Rasa keeps the name of a response


class NamedReplies(CollectingOutputChannel):
    """Collects replies as Rasa's own collector does.

    Attributes:
        responses: names of the responses that were given, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.responses: list[str] = []

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Note the name, and keep the reply."""
        self.responses.append(message.get(RESPONSE_NAME) or "")
        await self.keep(recipient_id, message)

    async def keep(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep a reply."""
        await super().send_response(recipient_id, message)


class WholeReplies(NamedReplies):
    """Collects replies whole, one for each response, as `BotUttered.message()` has them.

    Rasa's own collector cuts a text at its blank lines and forgets the response's name.
    """

    async def keep(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep a reply that has a text."""
        if message.get("text"):
            self.messages.append(dict(message))


def turns(events: Iterable[Event]) -> Iterator[tuple[UserUttered, list[BotUttered]]]:
    """Each message of the visitor with what the bot said before the next."""
    message: Optional[UserUttered] = None
    said: list[BotUttered] = []
    for event in events:
        if isinstance(event, UserUttered):
            if message:
                yield message, said
            message, said = event, []
        elif isinstance(event, BotUttered):
            said.append(event)
    if message:
        yield message, said
