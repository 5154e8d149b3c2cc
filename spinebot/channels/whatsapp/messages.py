"""What we say, between the turn and the wire: replies of a turn, and messages that fit a phone."""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Iterable, Mapping

from spinebot.channels.said import RESPONSE_NAME
from spinebot.red_flags.flow import ASK, REMINDER, URGENT


@dataclass(frozen=True)
class Option:
    """A tappable choice: what is read, and the words it stands for."""

    title: str
    payload: str


@dataclass(frozen=True)
class Reply:
    """One bot response.

    Attributes:
        name: of the response in the domain; empty where it is not known.
    """

    name: str
    text: str
    options: tuple[Option, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether it is the urgent message or its reminder."""
        return self.name in (URGENT, REMINDER)

    @property
    def owed(self) -> bool:
        """Whether no limit may hold it back: it is urgent, or asks whether it should be."""
        return self.urgent or self.name == ASK


@dataclass(frozen=True)
class Row:
    """An option as it goes over the wire: title and id fit, titles are unique."""

    id: str
    title: str
    description: str = ""


BUTTONS, LIST, TEXT = "buttons", "list", "text"


@dataclass(frozen=True)
class Outgoing:
    """One message that fits the channel's limits.

    Attributes:
        shape: TEXT, BUTTONS or LIST.
        opener: label of the button that opens a list.
    """

    text: str
    shape: str = TEXT
    rows: tuple[Row, ...] = ()
    opener: str = ""
    urgent: bool = False

    @property
    def interactive(self) -> bool:
        """Whether it has buttons or a list."""
        return self.shape != TEXT

    def to_json(self) -> str:
        """For the outbox."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, content: str) -> Outgoing:
        """From the outbox."""
        fields: dict[str, Any] = json.loads(content)
        fields["rows"] = tuple(Row(**row) for row in fields["rows"])
        return cls(**fields)


@dataclass(frozen=True)
class Composed:
    """The messages of a turn, and what the ids of their rows refer to."""

    messages: tuple[Outgoing, ...]
    kept: Mapping[str, str] = field(default_factory=dict)


def from_rasa(messages: Iterable[Mapping[str, Any]]) -> list[Reply]:
    """Replies from the dictionaries of a turn; what is neither text nor picture is left out."""
    found = []
    for message in messages:
        text = str(message.get("text") or message.get("image") or message.get("attachment") or "")
        options = tuple(Option(str(button.get("title", "")), str(button.get("payload", "")))
                        for button in message.get("buttons") or ())
        if text.strip():
            found.append(Reply(str(message.get(RESPONSE_NAME) or ""), text.strip(), options))
    return found
