"""A stand-in for Meta's Graph API on 127.0.0.1 that enforces the documented limits."""
from __future__ import annotations

import asyncio
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Optional

from aiohttp import web

from spinebot.ops.environment import HOST
from spinebot.ops.whatsapp.rules import broken_rule

PAIR_BURST, PAIR_SECONDS = 45, 6.0
WINDOW_SECONDS = 24 * 3600.0
WINDOW_CLOSED, PAIR_LIMIT, BAD_TOKEN = 131047, 131056, 190


@dataclass(frozen=True)
class Fault:
    """A failure on purpose.

    Attributes:
        status: HTTP status; 0 hangs up without an answer.
        delivered: the message reaches the phone all the same.
    """

    status: int
    code: int = 0
    delivered: bool = False


@dataclass(frozen=True)
class Received:
    """A message that reached a phone."""

    id: str
    to: str
    body: dict[str, Any]


Told = Callable[[Received], Awaitable[None]]


@dataclass
class StandIn:
    """The API of one phone number.

    Attributes:
        faults: decides for each body whether it fails on purpose.
        received: what reached phones, in order.
        attempts: every body that was posted to be sent.
        read: ids of messages marked as read.
        broken: reasons of refusals for a broken limit.
        told: called for each message that reached a phone.
        last_heard: phone -> when its owner last wrote; a phone that is not named has just written.
        pair_limit: enforce one message in six seconds a person, after a burst.
    """

    access_token: str
    phone_number_id: str
    faults: Callable[[dict[str, Any]], Optional[Fault]] = lambda _: None
    received: list[Received] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    told: Optional[Told] = None
    last_heard: dict[str, float] = field(default_factory=dict)
    pair_limit: bool = True
    _debt: dict[str, tuple[float, float]] = field(
        default_factory=lambda: defaultdict(lambda: (0.0, 0.0)))
    _telling: set[asyncio.Future[None]] = field(default_factory=set)

    async def start(self, port: int) -> web.AppRunner:
        """Listen on 127.0.0.1; the runner's `cleanup` stops it."""
        app = web.Application()
        app.router.add_post("/{number}/messages", self._messages)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, HOST, port, backlog=512).start()
        return runner

    async def _messages(self, request: web.Request) -> web.Response:
        body = await request.json()
        if request.headers.get("Authorization") != f"Bearer {self.access_token}":
            return _refused(401, BAD_TOKEN, "the access token is not valid")
        if request.match_info["number"] != self.phone_number_id:
            return _refused(400, 100, "no such phone number")
        if body.get("status") == "read":
            self.read.append(body.get("message_id"))
            return web.json_response({"success": True})
        self.attempts.append(body)
        rule = broken_rule(body)
        if rule:
            self.broken.append(rule[1])
            return _refused(400, *rule)
        to = str(body.get("to") or body.get("recipient"))
        return await self._deliver(request, to, body)

    async def _deliver(self, request: web.Request, to: str, body: dict[str, Any]) -> web.Response:
        fault = self.faults(body)
        if fault and not fault.delivered:
            return await _fail(request, fault)
        if time.time() - self.last_heard.get(to, time.time()) > WINDOW_SECONDS:
            return _refused(400, WINDOW_CLOSED, "re-engagement message")
        if self.pair_limit and self._too_fast(to):
            return _refused(400, PAIR_LIMIT, "pair rate limit hit")
        received = Received(f"wamid.{uuid.uuid4().hex}", to, body)
        self.received.append(received)
        if self.told:
            telling = asyncio.ensure_future(self.told(received))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        if fault:
            return await _fail(request, fault)
        return web.json_response({"messaging_product": "whatsapp",
                                  "messages": [{"id": received.id}]})

    def _too_fast(self, to: str) -> bool:
        """One message in six seconds, of which a burst may be borrowed from the future."""
        owed, since = self._debt[to]
        owed = max(0.0, owed - (time.monotonic() - since) / PAIR_SECONDS)
        if owed >= PAIR_BURST:
            return True
        self._debt[to] = (owed + 1, time.monotonic())
        return False


async def _fail(request: web.Request, fault: Fault) -> web.Response:
    if fault.status:
        return _refused(fault.status, fault.code, "failed on purpose")
    if request.transport:
        request.transport.close()
    return web.Response()


def _refused(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "type": "OAuthException",
                                        "fbtrace_id": uuid.uuid4().hex}}, status=status)
