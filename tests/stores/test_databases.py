"""Both databases, whatever an id looks like, and what lies beside the conversations."""
from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore

from spinebot.channels.whatsapp.database import beside
from spinebot.stores.database import Database
from tests.stores.servers import Postgres
from tests.stores.talk import Replica, new_id
from tests.website_bot import in_loop

PROCESSES = 8


def test_whatsapp_lies_beside_it(postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        replica = Replica(postgres.url, tmp_path)
        assert beside(FailSafeTrackerStore(replica.trackers)) == postgres.url
        await replica.close()

    in_loop(story)


@pytest.mark.parametrize("sender", ["nul\0inside", "lone \ud800 surrogate", "long" * 100, "ünï",
                                    "x'; DROP TABLE events; --"])
@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_no_id_is_harmful(sender: str, kind: str, postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        url = postgres.url if kind == "postgres" else f"sqlite:///{tmp_path / 'talks.db'}"
        replica = Replica(url, tmp_path / "journal")
        await replica.turn(sender, "nul \0 in a text", "m1\0")
        assert await replica.turn(sender, "two") == ["nul \0 in a text"]
        assert await replica.stored(f"{sender}.") == []
        assert not replica.away
        await replica.close()

    in_loop(story)


def test_sqlite_needs_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        replica = Replica(f"sqlite:///{tmp_path / 'talks.db'}", tmp_path / "journal")
        sender = new_id()
        await replica.turn(sender, "one")
        assert await replica.turn(sender, "two") == ["one"]
        assert list(await replica.trackers.keys()) == [sender]
        assert not (tmp_path / "journal").exists()
        await replica.close()

    in_loop(story)


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
