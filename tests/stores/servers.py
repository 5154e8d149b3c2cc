"""The servers of `make cluster`, each in a folder of its own; `start` waits until it serves."""
from __future__ import annotations

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Iterator, Type, TypeVar

import psycopg2
import pytest

from spinebot.ops.cluster import postgres, redis_server
from tests.ports import free_port

Server = TypeVar("Server", "Redis", "Postgres")


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Look again and again; a deadline that passes is an error."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)


class Redis(redis_server.Redis):
    """Started again it is empty."""

    def __init__(self, folder: Path) -> None:
        super().__init__(free_port(), folder, folder)

    def start(self) -> None:
        super().start()
        self.wait_ready()

    @staticmethod
    def installed() -> bool:
        return bool(shutil.which("redis-server"))


class Postgres(postgres.Postgres):
    """Its data are made at the first start."""

    def __init__(self, folder: Path) -> None:
        super().__init__(free_port(), folder, folder)

    def start(self) -> None:
        super().start()
        self.wait_ready()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    @staticmethod
    def installed() -> bool:
        try:
            return bool(postgres.programs())
        except FileNotFoundError:
            return False


def made(kind: Type[Server]) -> Iterator[Server]:
    """A server that was never started; it is stopped in the end."""
    if not kind.installed():
        pytest.skip(f"{kind.__name__} is not installed")
    # not pytest's folder: each run of pytest closes that one to the user of the server
    with TemporaryDirectory(prefix="spinebot-") as place:
        folder = Path(place)
        folder.chmod(0o755)
        server = kind(folder)
        yield server
        server.stop()
