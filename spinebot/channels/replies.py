"""How the widget gets a reply: one shape for live answers and for the history."""
from __future__ import annotations

import time
from typing import Any, Mapping, Optional

from spinebot.channels.said import RESPONSE_NAME
from spinebot.red_flags.flow import REMINDER, URGENT

_KINDS = {URGENT: "urgent", REMINDER: "urgent", "utter_summary": "summary"}

def reply(message: Mapping[str, Any]) -> dict[str, Any]:
    """A reply as the widget gets it.

    Args:
        message: as `BotUttered.message()` has it; a text alone will do.

    Returns:
        `text`, `kind` ("urgent", "summary" or "text"), `time` in milliseconds since the epoch,
        and `buttons` where there are any.
    """
    shown = {"text": message["text"], "kind": _KINDS.get(message.get(RESPONSE_NAME, ""), "text"),
             "time": milliseconds(message.get("timestamp"))}
    buttons = [{"title": button["title"], "payload": button["payload"]}
               for button in message.get("buttons") or []]
    return {**shown, "buttons": buttons} if buttons else shown


def milliseconds(timestamp: Optional[float]) -> int:
    """A time in seconds since the epoch, or now, in milliseconds."""
    return round((time.time() if timestamp is None else timestamp) * 1000)
