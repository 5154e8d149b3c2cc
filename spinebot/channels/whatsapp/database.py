"""Short transactions on a thread of their own, so that the event loop never waits for a disk."""
from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Callable, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from spinebot.channels.whatsapp.tables import metadata
from spinebot.channels.whatsapp.worker import LAST, ORDINARY, PRESSING, Worker
from spinebot.paths import ROOT
from spinebot.stores.tables import create_missing

Result = TypeVar("Result")
DEFAULT = f"sqlite:///{ROOT / 'whatsapp.db'}"
_BUSY_MILLISECONDS = 5_000


class Database:
    """The inbox and outbox.

    Attributes:
        shared: several processes may work on it (PostgreSQL); SQLite serves one.
    """

    def __init__(self, url: str) -> None:
        self.shared = sa.engine.make_url(url).get_backend_name() == "postgresql"
        if self.shared:
            self._engine = sa.create_engine(url, pool_pre_ping=True)
        else:  # one connection, used by one thread after another
            self._engine = sa.create_engine(url, poolclass=StaticPool,
                                            connect_args={"check_same_thread": False})
            sa.event.listen(self._engine, "connect", _write_ahead)
        self._worker = Worker("whatsapp-database")

    def create(self) -> None:
        """Make the tables that are missing; blocks."""
        with self._engine.begin() as connection:
            create_missing(connection, metadata)

    async def run(self, work: Callable[..., Result], *args: Any) -> Result:
        """Do `work(connection, *args)` in one transaction and return what it returns."""
        result: Result = await self._do(partial(self._transaction, work, args), ORDINARY)
        return result

    async def run_first(self, work: Callable[..., Result], *args: Any) -> Result:
        """As `run`, before what waits, and on the disk when it returns.

        A crash of the process loses nothing in either case. After a power cut SQLite may have
        forgotten the newest of the other transactions: then something is sent again.
        """
        result: Result = await self._do(partial(self._on_disk, work, args), PRESSING)
        return result

    async def close(self) -> None:
        """Finish what is running and let go of the database."""
        await self._do(self._engine.dispose, LAST)
        self._worker.close()

    async def _do(self, job: Callable[[], Any], priority: int) -> Any:
        return await asyncio.wrap_future(self._worker.submit(job, priority))

    def _transaction(self, work: Callable[..., Result], args: tuple[Any, ...]) -> Result:
        with self._engine.begin() as connection:
            return work(connection, *args)

    def _on_disk(self, work: Callable[..., Result], args: tuple[Any, ...]) -> Result:
        if self.shared:
            return self._transaction(work, args)
        with self._engine.connect() as connection:
            connection.connection.execute("PRAGMA synchronous=FULL")
            try:
                return self._transaction(work, args)
            finally:
                connection.connection.execute("PRAGMA synchronous=NORMAL")


def _write_ahead(connection: Any, _: Any) -> None:
    """SQLite: readers beside the writer, and commits that wait for no disk unless told to."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")


def beside(tracker_store: Any) -> str:
    """Where inbox and outbox lie: with the tracker store if that is PostgreSQL, else a file."""
    while hasattr(tracker_store, "_tracker_store"):  # Rasa's wrappers
        tracker_store = tracker_store._tracker_store
    engine = getattr(tracker_store, "engine", None)
    if engine is not None and engine.dialect.name == "postgresql":
        return str(engine.url.render_as_string(hide_password=False))
    return DEFAULT
