"""Read a webhook of Meta's Cloud API; whatever its shape, nothing here raises."""
from __future__ import annotations

import re
from typing import Any, Iterator, Optional

from spinebot.channels.whatsapp.events import (
    Choice,
    Content,
    Delivery,
    Message,
    NoWords,
    NumberChange,
    Person,
    Status,
    Words,
)

MAX_ID = 255
# These say something about another message or about the account; nobody waits for an answer.
SILENT = frozenset({"reaction", "edit", "revoke", "system", "request_welcome", "ephemeral"})
_CAPTIONED = frozenset({"image", "video", "document"})
_PHONE = re.compile(r"\+?([0-9]{4,20})")


def read(body: Any, phone_number_id: str) -> Delivery:
    """All messages, statuses, number changes and errors of one parsed webhook body.

    Values for another phone number than ours are passed over.
    """
    messages: list[Message] = []
    statuses: list[Status] = []
    changes: list[NumberChange] = []
    errors: list[int] = []
    for value in _values(body):
        if text_of(_dict(value.get("metadata")).get("phone_number_id")) != phone_number_id:
            continue
        for item in _dicts(value.get("messages")):
            message, change = _message(item, value), _number_change(item)
            messages += [message] if message else []
            changes += [change] if change else []
        statuses += [_status(item) for item in _dicts(value.get("statuses"))]
        errors += _codes(value)
    return Delivery(tuple(messages), tuple(statuses), tuple(changes), tuple(errors))


def text_of(value: Any, longest: int = MAX_ID) -> str:
    """The value if it is a printable text that fits a column, else nothing."""
    return value if isinstance(value, str) and len(value) <= longest and value.isprintable() else ""


def phone_of(value: Any) -> str:
    """The digits of a phone number, or nothing."""
    found = _PHONE.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""


def _values(body: Any) -> Iterator[dict[str, Any]]:
    for entry in _dicts(_dict(body).get("entry")):
        for change in _dicts(entry.get("changes")):
            if change.get("field") == "messages":
                yield _dict(change.get("value"))


def _message(item: dict[str, Any], value: dict[str, Any]) -> Optional[Message]:
    person, identity = _person(item, value), text_of(item.get("id"))
    silent = text_of(item.get("type")) in SILENT or item.get("group_id")
    if silent or not (identity and person.addresses):
        return None
    return Message(identity, person, _content(item), _time(item.get("timestamp")))


def _person(item: dict[str, Any], value: dict[str, Any]) -> Person:
    """The sender; the profile beside the message may be missing, or alone know the id."""
    phone, user_id = phone_of(item.get("from")), text_of(item.get("from_user_id"))
    profiles = _dicts(value.get("contacts"))
    for profile in profiles:
        mine = (len(profiles) == 1 or phone and profile.get("wa_id") == phone
                or user_id and profile.get("user_id") == user_id)
        if mine:
            user_id = user_id or text_of(profile.get("user_id"))
            phone = phone or phone_of(profile.get("wa_id"))
    return Person(phone, user_id)


def _content(item: dict[str, Any]) -> Content:
    kind = text_of(item.get("type"))
    content = _dict(item.get(kind))
    if kind == "text":
        return _words(content.get("body"))
    if kind in _CAPTIONED:
        return _words(content.get("caption"))
    if kind == "order":
        return _words(content.get("text"))
    if kind == "interactive":
        reply = _dict(content.get("button_reply")) or _dict(content.get("list_reply"))
        return _choice(reply.get("id"), reply.get("title"))
    if kind == "button":
        return _choice(content.get("payload"), content.get("text"))
    return NoWords()


def _words(text: Any) -> Content:
    return Words(text) if isinstance(text, str) and text.strip() else NoWords()


def _choice(identity: Any, title: Any) -> Content:
    identity, title = text_of(identity, 4 * MAX_ID), title if isinstance(title, str) else ""
    return Choice(identity, title) if identity or title.strip() else NoWords()


def _time(value: Any) -> Optional[float]:
    text = str(value)
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _number_change(item: dict[str, Any]) -> Optional[NumberChange]:
    system = _dict(item.get("system"))
    old = Person(phone_of(item.get("from")), text_of(item.get("from_user_id")))
    new = phone_of(system.get("wa_id")) or phone_of(system.get("new_wa_id"))
    if system.get("type") == "user_changed_number" and old.addresses and new:
        return NumberChange(old, new)
    return None


def _status(item: dict[str, Any]) -> Status:
    codes = _codes(item)
    return Status(text_of(item.get("id")), text_of(item.get("biz_opaque_callback_data")),
                  text_of(item.get("status")), codes[0] if codes else None)


def _codes(holder: dict[str, Any]) -> list[int]:
    return [error["code"] for error in _dicts(holder.get("errors"))
            if type(error.get("code")) is int and abs(error["code"]) < 2 ** 31]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
