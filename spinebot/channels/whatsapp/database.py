"""Short transactions on a thread of their own, so that the event loop never waits for a disk."""
from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from spinebot.channels.whatsapp.tables import metadata
from spinebot.paths import ROOT

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
            sa.event.listen(self._engine, "connect", _durable)
        self._thread = ThreadPoolExecutor(1, "whatsapp-database")

    def create(self) -> None:
        """Make the tables that are missing; blocks."""
        metadata.create_all(self._engine)

    async def run(self, work: Callable[..., Result], *args: Any) -> Result:
        """Do `work(connection, *args)` in one transaction and return what it returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transaction, work, args)

    async def close(self) -> None:
        """Finish what is running and let go of the database."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown(wait=False)

    def _transaction(self, work: Callable[..., Result], args: tuple[Any, ...]) -> Result:
        with self._engine.begin() as connection:
            return work(connection, *args)


def _durable(connection: Any, _: Any) -> None:
    """SQLite: readers beside the writer, and a commit that outlives a power cut."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")


def beside(tracker_store: Any) -> str:
    """Where inbox and outbox lie: with the tracker store if that is PostgreSQL, else a file."""
    while hasattr(tracker_store, "_tracker_store"):  # Rasa's wrappers
        tracker_store = tracker_store._tracker_store
    engine = getattr(tracker_store, "engine", None)
    if engine is not None and engine.dialect.name == "postgresql":
        return str(engine.url.render_as_string(hide_password=False))
    return DEFAULT
