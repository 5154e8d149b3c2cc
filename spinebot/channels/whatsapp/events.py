"""What a webhook can tell us, whichever provider it comes from."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union


@dataclass(frozen=True)
class Person:
    """Who wrote: by phone number (digits only), by Meta's business-scoped id, or by both.

    The repr holds neither, so that no log can.
    """

    phone: str = ""
    user_id: str = ""

    def __repr__(self) -> str:
        return "Person(...)"

    @property
    def addresses(self) -> list[str]:
        """The known ones; the id first, since a number can change hands."""
        return [address for address in (self.user_id, self.phone) if address]


@dataclass(frozen=True)
class Words:
    """A text, or the caption of a picture, film or document."""

    text: str


@dataclass(frozen=True)
class Choice:
    """A tapped button or list row: the id we gave it and the title that was read."""

    id: str
    title: str


@dataclass(frozen=True)
class NoWords:
    """A voice note, picture, place, contact, sticker, or a kind that is not known yet."""


Content = Union[Words, Choice, NoWords]


@dataclass(frozen=True)
class Message:
    """One message that is owed an answer.

    Attributes:
        id: the provider's, unique for good.
        sent_at: seconds since the epoch, by the provider's clock; None where it does not say.
    """

    id: str
    person: Person
    content: Content
    sent_at: Optional[float] = None


@dataclass(frozen=True)
class Status:
    """What became of a message of ours.

    Attributes:
        provider_id: the provider's id of our message.
        token: our own mark on it, echoed; empty if it was not.
        state: sent, delivered, read, failed and the like.
        code: of the failure.
    """

    provider_id: str
    token: str
    state: str
    code: Optional[int] = None


@dataclass(frozen=True)
class NumberChange:
    """A person moved to another phone number."""

    old: Person
    new_phone: str


@dataclass(frozen=True)
class Delivery:
    """All that one webhook brought, in its order.

    Attributes:
        errors: codes of failures that concern no single message.
    """

    messages: tuple[Message, ...] = ()
    statuses: tuple[Status, ...] = ()
    changes: tuple[NumberChange, ...] = ()
    errors: tuple[int, ...] = ()
