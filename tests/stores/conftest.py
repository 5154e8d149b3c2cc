"""Servers of the stores' tests: started once for a file, and whole again before each test."""
from __future__ import annotations

from typing import Iterator

import pytest

from tests.stores.servers import Postgres, Redis, program


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Redis]:
    if not program("redis-server"):
        pytest.skip("redis-server is not on this machine")
    server = Redis()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    if not program("initdb"):
        pytest.skip("PostgreSQL is not on this machine")
    server = Postgres()
    server.start()
    yield server
    server.stop()


@pytest.fixture()
def late_postgres() -> Iterator[Postgres]:
    """One that was never started."""
    if not program("initdb"):
        pytest.skip("PostgreSQL is not on this machine")
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture()
def shared(redis_server: Redis, monkeypatch: pytest.MonkeyPatch) -> Redis:
    """The Redis, set in the environment."""
    monkeypatch.setenv("SPINEBOT_REDIS_URL", redis_server.url)
    return redis_server
