"""How the widget gets a reply: one shape for live answers and for the history."""
from __future__ import annotations

import time
from typing import Any, Dict, Mapping, Optional

from rasa.core.channels.channel import CollectingOutputChannel

from spinebot.red_flags.flow import REMINDER, URGENT

_KINDS = {URGENT: "urgent", REMINDER: "urgent", "utter_summary": "summary"}
_NAME = "utter_action"  # where Rasa keeps the name of the response


class RepliesOutput(CollectingOutputChannel):
    """Collects replies whole, one for each response, as `BotUttered.message()` has them.

    Rasa's own collector cuts a text at its blank lines and forgets the response's name.
    """

    @classmethod
    def name(cls) -> str:
        """The channel's name, for which a response may have a text of its own."""
        return "website"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep a reply that has a text."""
        if message.get("text"):
            self.messages.append(dict(message))


def reply(message: Mapping[str, Any]) -> dict[str, Any]:
    """A reply as the widget gets it.

    Args:
        message: as `BotUttered.message()` has it; a text alone will do.

    Returns:
        `text`, `kind` ("urgent", "summary" or "text"), `time` in milliseconds since the epoch,
        and `buttons` where there are any.
    """
    shown = {"text": message["text"], "kind": _KINDS.get(message.get(_NAME, ""), "text"),
             "time": milliseconds(message.get("timestamp"))}
    buttons = [{"title": button["title"], "payload": button["payload"]}
               for button in message.get("buttons") or []]
    return {**shown, "buttons": buttons} if buttons else shown


def milliseconds(timestamp: Optional[float]) -> int:
    """A time in seconds since the epoch, or now, in milliseconds."""
    return round((time.time() if timestamp is None else timestamp) * 1000)
