"""What stands before every channel: only a plain text by a named sender gets through."""
from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

MAX_BODY_BYTES = 512 * 1024
MAX_SENDER = 255  # the width of the tracker store's column
MAX_CHARACTERS = 1_000
_KEPT_CONTROLS = "\n\t"
_COMMAND_MARKS = re.compile(r"^[\s/]+")


class Refused(ValueError):
    """A request that is not a message.

    Attributes:
        status: the HTTP status to answer with.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Incoming:
    """A message that may be handed to Rasa.

    Attributes:
        sender: id of the conversation.
        text: what the visitor wrote, without control characters and never a command; it may
            be empty.
        shortened: only the first part was kept.
    """

    sender: str
    text: str
    shortened: bool


def read_json(body: bytes) -> Incoming:
    """Parse the body `{"sender": ..., "message": ...}`; all other keys are ignored.

    Raises:
        Refused: too large, not JSON, or a sender or message of another type.
    """
    content = json_object(body, MAX_BODY_BYTES)
    return Incoming(_sender(content.get("sender")), *words(content.get("message"), "message"))


def json_object(body: bytes, limit: int) -> dict[str, Any]:
    """Parse a JSON object of at most `limit` bytes.

    Raises:
        Refused: too large, or no JSON object.
    """
    if len(body) > limit:
        raise Refused(413, f"the body is larger than {limit} bytes")
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not JSON") from None
    if not isinstance(content, dict):
        raise Refused(400, "the body is not a JSON object")
    return content


def words(value: Any, name: str) -> tuple[str, bool]:
    """What a visitor said, as `Incoming` holds it, and whether it was shortened.

    Args:
        value: the field `name` of a request.

    Raises:
        Refused: it is no text.
    """
    if not isinstance(value, str):
        raise Refused(400, f"the {name} is missing or not a text")
    text = plain_text(value)
    return text[:MAX_CHARACTERS], len(text) > MAX_CHARACTERS


def plain_text(text: str) -> str:
    """The text as a visitor means it.

    Control characters and lone surrogates go; so does a leading slash, which Rasa would take
    for a command (`/restart`, `/intent{"slot": ...}`): typed words are words.
    """
    kept = "".join(c for c in text if c in _KEPT_CONTROLS or unicodedata.category(c) not in
                   ("Cc", "Cs"))
    return _COMMAND_MARKS.sub("", kept).strip()


def _sender(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused(400, "the sender is missing or not a text")
    if len(value) > MAX_SENDER or not value.isprintable():
        raise Refused(400, f"the sender is longer than {MAX_SENDER} or not printable")
    return value
