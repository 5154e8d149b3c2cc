"""One task a person at a time: order within a person, no waiting between people."""
from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, Optional

AFTER_A_FAULT = 2.0
Work = Callable[[str], Awaitable[Optional[float]]]

logger = logging.getLogger(__name__)


class Lanes:
    """Runs `work(key)`, never twice at once for a key, and again if woken meanwhile.

    The work returns None when it is done, or the seconds after which it wants to run again. If it
    raises, it is run again after `AFTER_A_FAULT` seconds.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._open = True

    def wake(self, key: str) -> None:
        """There is work for the key."""
        timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()
        if key in self._tasks:
            self._again.add(key)
        elif self._open:
            self._tasks[key] = asyncio.get_running_loop().create_task(self._run(key))

    def busy(self, key: str) -> bool:
        """Whether the key's work runs or waits for its time."""
        return key in self._tasks or key in self._timers

    async def stop(self, patience: float) -> None:
        """Start nothing more; let what runs end within `patience` seconds."""
        self._open = False
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks.values()), timeout=patience)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)

    async def _run(self, key: str) -> None:
        again: Optional[float] = None
        try:
            while self._open:
                self._again.discard(key)
                again = await self._once(key)
                if key not in self._again:
                    break
        finally:
            del self._tasks[key]
        if again is not None and self._open:
            self._timers[key] = asyncio.get_running_loop().call_later(again, self.wake, key)

    async def _once(self, key: str) -> Optional[float]:
        try:
            return await self._work(key)
        except Exception as error:
            # the type only: the text of a database error holds what was to be stored
            logger.error("WhatsApp work failed: %s", type(error).__name__)
            return AFTER_A_FAULT


def forget_result(task: asyncio.Future[Any]) -> None:
    """For tasks whose failure changes nothing."""
    if not task.cancelled():
        task.exception()
