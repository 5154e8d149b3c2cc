"""Servers of the stores' tests: started once for a file, and whole again before each test."""
from __future__ import annotations

from typing import Iterator

import pytest

from tests.stores.servers import Postgres, Redis, made


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Redis]:
    for server in made(Redis):
        server.start()
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    for server in made(Postgres):
        server.start()
        yield server


@pytest.fixture()
def late_postgres() -> Iterator[Postgres]:
    """One that was never started."""
    yield from made(Postgres)


@pytest.fixture()
def shared(redis_server: Redis, monkeypatch: pytest.MonkeyPatch) -> Redis:
    """The Redis, set in the environment."""
    monkeypatch.setenv("SPINEBOT_REDIS_URL", redis_server.url)
    return redis_server
