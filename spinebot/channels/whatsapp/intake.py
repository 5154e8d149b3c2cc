"""Store deliveries that come at the same time together: one commit for all of them."""
from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Optional, Sequence

from spinebot.channels.whatsapp import inbox, outbox
from spinebot.channels.whatsapp.database import Database
from spinebot.channels.whatsapp.events import Delivery


@dataclass(frozen=True)
class Taken:
    """Conversations that have something to answer, and that have something to send."""

    to_answer: frozenset[str]
    to_send: frozenset[str]


class Intake:
    """The way into the inbox.

    Args:
        channel: its name.
        database: inbox and outbox.
        unit: seconds of one unit of waiting.
    """

    def __init__(self, channel: str, database: Database, unit: float) -> None:
        self._channel, self._database, self._unit = channel, database, unit
        self._waiting: list[tuple[Delivery, asyncio.Future[Taken]]] = []
        self._storing: Optional[asyncio.Task[None]] = None

    @property
    def busy(self) -> bool:
        """Whether deliveries are being stored."""
        return self._storing is not None

    async def store(self, delivery: Delivery) -> Taken:
        """Store a delivery for good; raises if it could not be stored."""
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[Taken] = loop.create_future()
        self._waiting.append((delivery, stored))
        if not self._storing:  # a task of its own: whoever waits for one delivery may go away
            self._storing = loop.create_task(self._store_all())
        return await stored

    async def _store_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._store(batch)
        self._storing = None

    async def _store(self, batch: list[tuple[Delivery, asyncio.Future[Taken]]]) -> None:
        try:
            found = await self._database.run_first(
                _take_all, self._channel, [delivery for delivery, _ in batch], self._unit,
                time.time())
        except Exception as error:
            if len(batch) == 1:
                _settle(batch[0][1], error)
                return
            for one in batch:  # one that cannot be stored must not take the others with it
                await self._store([one])
            return
        for (_, stored), taken in zip(batch, found):
            _settle(stored, taken)


def _settle(stored: asyncio.Future[Taken], result: Any) -> None:
    if stored.done():  # whoever waited has gone
        return
    if isinstance(result, Exception):
        stored.set_exception(result)
    else:
        stored.set_result(result)


def _take_all(connection: Any, channel: str, deliveries: Sequence[Delivery], unit: float,
              now: float) -> list[Taken]:
    return [_take(connection, channel, delivery, unit, now) for delivery in deliveries]


def _take(connection: Any, channel: str, delivery: Delivery, unit: float, now: float) -> Taken:
    to_answer = inbox.accept(connection, channel, delivery, now)
    told = {outbox.apply_status(connection, channel, status, unit, now)
            for status in delivery.statuses}
    return Taken(frozenset(to_answer), frozenset(filter(None, told)))
