"""What the widget may send: bytes in, a typed message out, everything else refused."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Optional

from sanic.request import Request

from spinebot.channels.body import read_body
from spinebot.channels.guard import Refused, json_object, words

MAX_BODY_BYTES = 8 * 1024
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Message:
    """A message that may be handed on.

    Attributes:
        conversation: the visitor's secret id of the conversation, a UUID v4.
        id: the widget's id of the message, a UUID v4.
        text: the words as `guard.plain_text` leaves them; they may be empty.
        shortened: only the first part was kept.
        payload: of a quick reply, exactly as it came; None for typed text.
    """

    conversation: str
    id: str
    text: str
    shortened: bool
    payload: Optional[str] = None


def read_message(body: bytes) -> Message:
    """Parse `{"conversation", "id", "text"}` or `{"conversation", "id", "payload"}`.

    Raises:
        Refused: it is none of the two.
    """
    content = json_object(body, MAX_BODY_BYTES)
    said = [name for name in ("text", "payload") if name in content]
    if len(said) != 1:
        raise Refused(400, "one of text and payload is needed, and not both")
    text, shortened = words(content[said[0]], said[0])
    return Message(_uuid(content, "conversation"), _uuid(content, "id"), text, shortened,
                   content.get("payload"))


def read_conversation(body: bytes) -> str:
    """Parse `{"conversation"}`.

    Raises:
        Refused: it is something else.
    """
    return _uuid(json_object(body, MAX_BODY_BYTES), "conversation")


async def body_of(request: Request) -> bytes:
    """The body of a streamed request, read no further than the limit.

    Raises:
        Refused: it is not declared as JSON, too large, or too slow.
    """
    declared = request.headers.get("content-type", "")
    if declared.partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "the content type is not application/json")
    return await read_body(request, MAX_BODY_BYTES)


def _uuid(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not _UUID4.fullmatch(value):
        raise Refused(400, f"the {name} is not a UUID of version 4 in lower case")
    return value
