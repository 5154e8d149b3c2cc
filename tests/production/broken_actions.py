"""An action server that answers, but not as it should."""
from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Awaitable, Callable, Optional

from aiohttp import web

from spinebot.ops.cluster.service import HOST

HANG_SECONDS = 10.0
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def hangs(_: web.Request) -> web.StreamResponse:
    """Answers after ten seconds."""
    await asyncio.sleep(HANG_SECONDS)
    return web.json_response({"events": [], "responses": []})


async def fails(_: web.Request) -> web.StreamResponse:
    """Says that it failed."""
    return web.Response(status=500, text="Internal Server Error")


async def no_json(_: web.Request) -> web.StreamResponse:
    """Answers bytes that are no JSON."""
    return web.Response(body=b"\x00\xff{]", content_type="application/json")


async def no_answer_of_an_action(_: web.Request) -> web.StreamResponse:
    """Answers JSON of another shape, with events that there are not."""
    return web.json_response({"events": [{"event": "no such event"}, 7], "responses": "none"})


class BrokenActions:
    """Listens in the action server's place while the block runs."""

    def __init__(self, port: int, answer: Answer) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        self._port = port

    async def __aenter__(self) -> BrokenActions:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port, reuse_address=True).start()
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        await self._runner.cleanup()
