"""Read a form that Twilio posts for an incoming WhatsApp message or for a status of ours."""
from __future__ import annotations

from typing import Mapping, Optional
from urllib.parse import parse_qsl

from spinebot.channels.whatsapp.events import (
    Choice,
    Content,
    Delivery,
    Message,
    NoWords,
    Person,
    Status,
    Words,
)
from spinebot.channels.whatsapp.meta_parse import phone_of, text_of

_PREFIX = "whatsapp:"
_STATES = {"undelivered": "failed", "queued": "sent", "sending": "sent"}


def fields(body: bytes) -> dict[str, str]:
    """The form with its blank fields, which the signature covers.

    Raises:
        ValueError: the body is no form in UTF-8.
    """
    return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict",
                          max_num_fields=300))


def read(form: Mapping[str, str], account: str, number: str, token: str = "") -> Delivery:
    """The message or status of one form; forms for another account or number bring nothing.

    Args:
        form: the posted fields.
        account: our account's id.
        number: our WhatsApp number, digits only.
        token: our mark, from the address that a status was posted to.
    """
    identity = text_of(form.get("MessageSid") or form.get("SmsSid"))
    if form.get("AccountSid") != account or not identity:
        return Delivery()
    state = form.get("MessageStatus") or ""
    if state:
        return Delivery(statuses=(_status(identity, token, state, form.get("ErrorCode")),))
    person = Person(phone=_phone(form.get("From")))
    if _phone(form.get("To")) != number or not person.addresses:
        return Delivery()
    return Delivery(messages=(Message(identity, person, _content(form)),))


def _phone(value: Optional[str]) -> str:
    value = value or ""
    return phone_of(value.removeprefix(_PREFIX)) if value.startswith(_PREFIX) else ""


def _content(form: Mapping[str, str]) -> Content:
    tapped = form.get("ButtonPayload") or form.get("ListId") or ""
    if tapped:
        return Choice(text_of(tapped, 1020),
                      form.get("ButtonText") or form.get("ListTitle") or form.get("Body") or "")
    text = form.get("Body") or ""
    return Words(text) if text.strip() else NoWords()


def _status(identity: str, token: str, state: str, code: Optional[str]) -> Status:
    number = int(code) if code and code.isascii() and code.isdigit() and len(code) < 8 else None
    return Status(identity, text_of(token), _STATES.get(state, text_of(state)), number)
