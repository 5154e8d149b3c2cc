"""Going down without losing anybody: no new message, the running ones to their end."""
from __future__ import annotations

import asyncio
import functools
import signal
import time
from contextlib import contextmanager
from typing import Any, Iterator

from sanic import Sanic

from spinebot.channels import turn

DRAIN_SECONDS = 15.0
WRITE_SECONDS = 2.0  # what Sanic then gives to answers that are being sent
_LOOK_AGAIN = 0.05


class Door:
    """Who is inside.

    Attributes:
        closed: nobody is let in any more.
        inside: requests that are being answered.
    """

    def __init__(self) -> None:
        self.closed = False
        self.inside = 0

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Around one request."""
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def empty(self, seconds: float) -> None:
        """Until no request is inside and no turn runs, or the seconds are over."""
        until = time.monotonic() + seconds
        while (self.inside or turn.running()) and time.monotonic() < until:
            await asyncio.sleep(_LOOK_AGAIN)


DOOR = Door()  # of this process


async def on_signals(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
    """Sanic listener for `after_server_start`: SIGTERM and Ctrl-C drain, a second one stops."""
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = WRITE_SECONDS
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, functools.partial(_leave, app, loop))


def _leave(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
    if DOOR.closed:
        app.stop()
        return
    DOOR.closed = True
    app.ctx.leaving = loop.create_task(_drain(app))


async def _drain(app: Sanic) -> Any:
    await DOOR.empty(DRAIN_SECONDS)
    app.stop()
