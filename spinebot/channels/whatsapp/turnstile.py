"""How many turns run at once: few that use the processor, many that wait for something else."""
from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import AsyncIterator


class Turnstile:
    """Lets a few turns in at once; one that is in for long is taken to wait and makes room.

    A turn holds the event loop while it reads a message, so that many at once would delay every
    webhook; a turn that waits for a frozen action server must not keep others out.

    Args:
        busy: turns at once.
        waiting: turns at once, those that are taken to wait among them.
        seconds: after which a turn is taken to wait.
    """

    def __init__(self, busy: int, waiting: int, seconds: float) -> None:
        self._busy = asyncio.Semaphore(busy)
        self._all = asyncio.Semaphore(waiting)
        self._seconds = seconds

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for room; leave it at the end."""
        async with self._all:
            await self._busy.acquire()
            room = _Once(self._busy)
            timer = asyncio.get_running_loop().call_later(self._seconds, room.leave)
            try:
                yield
            finally:
                timer.cancel()
                room.leave()


class _Once:
    """A place that is left once."""

    def __init__(self, semaphore: asyncio.Semaphore) -> None:
        self._semaphore = semaphore
        self._left = False

    def leave(self) -> None:
        if not self._left:
            self._left = True
            self._semaphore.release()
