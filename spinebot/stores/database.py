"""Short transactions on threads of their own: the event loop never waits for the database."""
from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Callable, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DataError, SQLAlchemyError

from spinebot.stores import patience
from spinebot.stores.schema import metadata
from spinebot.stores.tables import create_missing
from spinebot.stores.watch import Away

TRANSACTION_SECONDS = 1.6
_THREADS = 8
Result = TypeVar("Result")


class Unstorable(Exception):
    """The database works, and will never take this."""


class Database:
    """PostgreSQL or SQLite.

    Args:
        url: SQLAlchemy's address.

    Attributes:
        engine: SQLAlchemy's; opens no connection before it is used.
    """

    def __init__(self, url: str) -> None:
        # hidden, since an error's text goes to the log
        options: dict[str, Any] = {"hide_parameters": True}
        threads = 1
        if sa.engine.make_url(url).get_backend_name() == "postgresql":
            patience.install()
            threads = _THREADS
            options.update(connect_args=patience.CONNECT, pool_size=threads, max_overflow=0,
                           pool_pre_ping=True)
        else:
            options.update(connect_args={"timeout": patience.STATEMENT_SECONDS})
        self.engine = sa.create_engine(url, **options)
        self._threads = ThreadPoolExecutor(threads, "tracker-store")

    async def run(self, work: Callable[..., Result], *args: Any,
                  seconds: float = TRANSACTION_SECONDS) -> Result:
        """What `work(connection, *args)` returns, in one transaction.

        Raises:
            Away: no answer within `seconds`, or none that helps. What was written may be stored.
            Unstorable: it can never be written.
        """
        return await self._do(partial(self._transaction, work, args), seconds)

    async def create(self) -> None:
        """Make the tables that are missing.

        Raises:
            Away: it could not be done now.
        """
        await self.run(create_missing, metadata)

    def close(self) -> None:
        """Let go of the database."""
        self._threads.shutdown(wait=False)
        self.engine.dispose()

    async def _do(self, job: Callable[[], Result], seconds: float) -> Result:
        running = asyncio.get_running_loop().run_in_executor(self._threads, job)
        try:
            return await asyncio.wait_for(running, seconds)
        except (DataError, ValueError) as error:
            raise Unstorable(type(error).__name__) from None
        except (SQLAlchemyError, OSError, asyncio.TimeoutError) as error:
            raise Away(type(error).__name__) from None

    def _transaction(self, work: Callable[..., Result], args: tuple[Any, ...]) -> Result:
        with self.engine.begin() as connection:
            return work(connection, *args)
