"""Puts turns into the database, or into the journal until the database is back."""
from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

from spinebot.stores import schema
from spinebot.stores.database import Database, Unstorable
from spinebot.stores.journal import Journal
from spinebot.stores.schema import StoredTurn
from spinebot.stores.watch import Away, Watch

FIRST_LOOK_SECONDS = 3.0
Result = TypeVar("Result")

logger = logging.getLogger(__name__)


class Keeper:
    """The database, its journal, and the watch over both.

    The database counts as back only once the journal is in it, so that a later turn of a
    conversation never gets before an earlier one.

    Args:
        url: SQLAlchemy's address of the database.
        folder: of the journal.
        recalled: called with each turn that is taken over from a dead process.
    """

    def __init__(self, url: str, folder: Path, recalled: Callable[[StoredTurn], None]) -> None:
        self.database = Database(url)
        self._journal = Journal(folder)
        self._recalled = recalled
        self._watch = Watch("the database", self._return)
        self._writing = asyncio.Lock()  # of the journal
        self._started: Optional[asyncio.Future[None]] = None

    @property
    def away(self) -> bool:
        """Whether the database did not answer last."""
        return self._watch.away

    def begin(self) -> None:
        """Look for the database and take in what the journal holds, without waiting for either.

        Outside of an event loop (Rasa's command line) that is done when something is asked.
        """
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            self._looking_first()

    async def start(self) -> None:
        """As `begin`; returns when it is known whether the database is there."""
        await asyncio.shield(self._looking_first())

    def _looking_first(self) -> asyncio.Future[None]:
        if self._started is None:
            self._started = asyncio.ensure_future(self._first_look())
        return self._started

    async def ask(self, work: Callable[..., Result], *args: Any) -> Result:
        """What `work(connection, *args)` returns.

        Raises:
            Away: the database does not answer.
            Unstorable: it cannot be asked that.
        """
        await self.start()
        if self._watch.away:
            raise Away("the database is away")
        try:
            return await self.database.run(work, *args)
        except Away as error:
            self._watch.lost(error)
            raise

    async def keep(self, turn: StoredTurn) -> bool:
        """Keep the turn, whatever happens; returns False if it was stored before."""
        try:
            return await self.ask(_store, turn)
        except Unstorable:
            logger.error("a turn cannot be stored; it is put aside in the journal's folder")
            await asyncio.to_thread(self._journal.refuse, turn)
        except Away as error:
            async with self._writing:
                await asyncio.to_thread(self._journal.append, turn)
            # it may have come back meanwhile, with the journal empty
            self._watch.lost(error)
        return True

    async def answers(self, seconds: float) -> bool:
        """Whether the database works and the journal is in it; known within so many seconds."""
        try:
            await asyncio.wait_for(self.start(), seconds)
            if self._watch.away:
                return False
            await self.database.run(schema.ping, seconds=seconds)
        except (asyncio.TimeoutError, Away):  # perhaps only slow: no reason to leave it alone
            return False
        return True

    async def close(self) -> None:
        """Let go of database and journal; what waits in the journal stays there."""
        await self._watch.close()
        self.database.close()
        self._journal.close()

    async def _first_look(self) -> None:
        try:
            await asyncio.wait_for(self._return(), FIRST_LOOK_SECONDS)
        except Exception as error:
            self._watch.lost(error)

    async def _return(self) -> None:
        """Tables, then the journal, then the database counts as back.

        Raises:
            Away: it does not work yet.
        """
        async with self._writing:
            for turn in await asyncio.to_thread(self._journal.adopt):
                self._recalled(turn)
        await self.database.create()
        stored = await self._replay(await asyncio.to_thread(self._journal.turns))
        async with self._writing:  # turns that ended meanwhile
            turns = await asyncio.to_thread(self._journal.turns)
            await self._replay([turn for turn in turns if turn not in stored])
            if turns:
                await asyncio.to_thread(self._journal.clear)
            self._watch.back()

    async def _replay(self, turns: list[StoredTurn]) -> list[StoredTurn]:
        for turn in turns:
            try:
                await self.database.run(schema.store, turn)
            except Unstorable:
                await asyncio.to_thread(self._journal.refuse, turn)
        return turns


def _store(connection: Any, turn: StoredTurn) -> bool:
    late = schema.overtaken(connection, turn)
    new = schema.store(connection, turn)
    if late and new:
        logger.warning("a turn was stored after one that began later: its lock had run out")
    return new
