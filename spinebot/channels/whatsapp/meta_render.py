"""Bodies of Meta's Cloud API for what we say."""
from __future__ import annotations

from typing import Any

from spinebot.channels.whatsapp.events import Person
from spinebot.channels.whatsapp.messages import BUTTONS, Outgoing

_PRODUCT = {"messaging_product": "whatsapp"}


def message_body(person: Person, message: Outgoing, token: str, plain: bool) -> dict[str, Any]:
    """The body of `POST /<phone number id>/messages`.

    Args:
        person: to whom; a phone number goes first, since every account can be reached by it.
        message: what is said.
        token: our mark, which Meta echoes in the statuses of the message.
        plain: show options as numbered lines, because the provider refused them as buttons.
    """
    to = {"to": person.phone} if person.phone else {"recipient": person.user_id}
    body = {**_PRODUCT, "recipient_type": "individual", **to, "biz_opaque_callback_data": token}
    if plain or not message.interactive:
        return {**body, "type": "text",
                "text": {"body": numbered(message), "preview_url": False}}
    return {**body, "type": "interactive", "interactive": _interactive(message)}


def seen_body(message_id: str) -> dict[str, Any]:
    """Marks a message as read and shows that an answer is being written."""
    return {**_PRODUCT, "status": "read", "message_id": message_id,
            "typing_indicator": {"type": "text"}}


def numbered(message: Outgoing) -> str:
    """The text, its options as numbered lines."""
    lines = [f"{number}. {row.title}" for number, row in enumerate(message.rows, 1)]
    return "\n".join([message.text, *lines])


def _interactive(message: Outgoing) -> dict[str, Any]:
    body = {"text": message.text}
    if message.shape == BUTTONS:
        return {"type": "button", "body": body, "action": {"buttons": [
            {"type": "reply", "reply": {"id": row.id, "title": row.title}}
            for row in message.rows]}}
    rows = [{"id": row.id, "title": row.title,
             **({"description": row.description} if row.description else {})}
            for row in message.rows]
    return {"type": "list", "body": body,
            "action": {"button": message.opener, "sections": [{"rows": rows}]}}
