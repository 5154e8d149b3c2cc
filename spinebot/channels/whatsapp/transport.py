"""The way out: one HTTP call a message, and what its answer means."""
from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Optional, Protocol

import aiohttp

from spinebot.channels.whatsapp.codes import Outcome, Verdict, verdict
from spinebot.channels.whatsapp.compose import Limits
from spinebot.channels.whatsapp.outbox import Due

SEND_SECONDS = 10.0
CONNECTIONS = 64


class Transport(Protocol):
    """A provider."""

    limits: Limits
    plain: bool  # it has no buttons: options become numbered lines from the start

    async def open(self) -> None:
        """Called in the running event loop, before anything is sent."""

    async def close(self) -> None:
        """Called last."""

    async def send(self, due: Due) -> Outcome:
        """Try once; does not raise."""

    async def seen(self, message_id: str) -> None:
        """Mark as read and show that an answer is coming, where the provider can; may raise."""


@dataclass(frozen=True)
class Answered:
    """Status and parsed body of an answer; no status where none came.

    Attributes:
        reached: the provider may have got the request.
    """

    status: int
    body: dict[str, Any]
    reached: bool = True


class Http:
    """A pool of connections to one provider."""

    def __init__(self, headers: Optional[dict[str, str]] = None,
                 auth: Optional[aiohttp.BasicAuth] = None) -> None:
        self._headers, self._auth = headers, auth
        self._session: Optional[aiohttp.ClientSession] = None

    async def open(self) -> None:
        """Make the pool."""
        self._session = aiohttp.ClientSession(
            headers=self._headers, auth=self._auth, trust_env=True,
            timeout=aiohttp.ClientTimeout(total=SEND_SECONDS),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS))

    async def close(self) -> None:
        """Let go of it."""
        if self._session:
            await self._session.close()

    async def post(self, url: str, **content: Any) -> Answered:
        """Post `json=` or `data=`; a failure to talk is an answer too."""
        assert self._session is not None
        try:
            async with self._session.post(url, **content) as answer:
                return Answered(answer.status, _object(await answer.read()))
        except aiohttp.ClientConnectorError:
            return Answered(0, {}, reached=False)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return Answered(0, {})


def outcome(answered: Answered, code: Optional[int], provider_id: str,
            interactive: bool) -> Outcome:
    """What an answer means for the message.

    Args:
        answered: the answer.
        code: the provider's code of the failure, if the body held one.
        provider_id: id of the message, if the body held one.
        interactive: the message had buttons or a list.
    """
    if not answered.status:
        return Outcome(Verdict.UNCERTAIN if answered.reached else Verdict.RETRY)
    if 200 <= answered.status < 300:
        return Outcome(Verdict.SENT, provider_id)
    return Outcome(verdict(code, answered.status, interactive), code=code or answered.status)


def _object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}
