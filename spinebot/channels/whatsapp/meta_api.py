"""Send by Meta's Cloud API."""
from __future__ import annotations

from typing import Any, Optional

from spinebot.channels.whatsapp.codes import Outcome
from spinebot.channels.whatsapp.compose import META_LIMITS
from spinebot.channels.whatsapp.meta_render import message_body, seen_body
from spinebot.channels.whatsapp.outbox import Due
from spinebot.channels.whatsapp.settings import MetaSettings
from spinebot.channels.whatsapp.transport import Http, outcome


class MetaApi:
    """`POST <api>/<phone number id>/messages`."""

    limits = META_LIMITS
    plain = False

    def __init__(self, settings: MetaSettings) -> None:
        self._http = Http({"Authorization": f"Bearer {settings.access_token}"})
        self._url = f"{settings.api}/{settings.phone_number_id}/messages"

    async def open(self) -> None:
        """Make the connections."""
        await self._http.open()

    async def close(self) -> None:
        """Let go of them."""
        await self._http.close()

    async def send(self, due: Due) -> Outcome:
        """Try once."""
        answered = await self._http.post(
            self._url, json=message_body(due.person, due.message, due.token, due.plain))
        interactive = due.message.interactive and not due.plain
        return outcome(answered, _code(answered.body), _id(answered.body), interactive)

    async def seen(self, message_id: str) -> None:
        """Blue ticks, and "typing" until the answer or for 25 seconds."""
        await self._http.post(self._url, json=seen_body(message_id))


def _code(body: dict[str, Any]) -> Optional[int]:
    error = body.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return code if type(code) is int else None


def _id(body: dict[str, Any]) -> str:
    messages = body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    identity = first.get("id") if isinstance(first, dict) else None
    return identity if isinstance(identity, str) else ""
