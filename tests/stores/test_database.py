"""Tables are there for everybody, however many processes look for them first."""
from __future__ import annotations

import asyncio

from spinebot.stores.database import Database
from tests.stores.servers import Postgres
from tests.website_bot import in_loop

PROCESSES = 8


def test_processes_that_start_together_all_find_their_tables(late_postgres: Postgres) -> None:
    late_postgres.start()
    databases = [Database(late_postgres.url) for _ in range(PROCESSES)]

    async def start() -> None:
        await asyncio.gather(*(database.create() for database in databases))  # raises Away

    try:
        in_loop(start)
    finally:
        for database in databases:
            database.close()
    assert late_postgres.ask("SELECT count(*) FROM spinebot_turns") == [(0,)]
