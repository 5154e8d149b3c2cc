"""A Redis and a PostgreSQL of a test's own, that can be stopped, killed and frozen."""
from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Callable, Optional

import psycopg2
import redis

from tests.ports import free_port

START_SECONDS = 30
_DEBIAN = sorted(glob("/usr/lib/postgresql/*/bin"), reverse=True)
_PATH = os.pathsep.join([os.environ.get("PATH", ""), *_DEBIAN])


def program(name: str) -> Optional[str]:
    """Where a program is, also where Debian hides PostgreSQL's."""
    return shutil.which(name, path=_PATH)


def wait_until(holds: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    """Look again and again; a deadline that passes is an error."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.05)


class _Server:
    """One process and those that it starts, in a folder that goes with this object.

    The folder is not pytest's: that one is closed to other users again by each run of pytest.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self._place = TemporaryDirectory(prefix="spinebot-")
        self._folder = Path(self._place.name)
        self._process: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> None:
        """Start it on the data it had; returns when it answers."""
        self._process = self._spawn()
        wait_until(self._answers)

    def stop(self) -> None:
        """End it in good order, if it runs."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """kill -9 to it and to all that it started."""
        self._signal(signal.SIGKILL)
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It keeps its connections and does nothing any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._signal(signal.SIGCONT)
            self._process.send_signal(how)
        self._process.wait(30)
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        parent = self._process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for pid in (parent, *map(int, children)):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _spawn(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class Redis(_Server):
    """Redis with nothing on the disk: started again it is empty."""

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def _spawn(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(program("redis-server")), "--port", str(self.port), "--bind", "127.0.0.1",
             "--save", "", "--appendonly", "no", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port, socket_timeout=1).ping())
        except redis.RedisError:
            return False


class Postgres(_Server):
    """PostgreSQL; its data are made at the first start. It refuses to run as root."""

    def __init__(self) -> None:
        super().__init__()
        self._user: dict[str, Any] = {}
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            self._user = {"user": account.pw_uid, "group": account.pw_gid}
            os.chown(self._folder, account.pw_uid, account.pw_gid)

    @property
    def url(self) -> str:
        return f"postgresql://test@127.0.0.1:{self.port}/postgres"

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _spawn(self) -> subprocess.Popen[bytes]:
        data = self._folder / "data"
        if not data.exists():
            subprocess.run([str(program("initdb")), "-A", "trust", "-U", "test", "-D", str(data)],
                           check=True, cwd=self._folder, stdout=subprocess.DEVNULL, **self._user)
        return subprocess.Popen(
            [str(program("postgres")), "-D", str(data), "-p", str(self.port),
             "-h", "127.0.0.1", "-k", str(self._folder), "-c", "fsync=off"],
            cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._user)

    def _answers(self) -> bool:
        try:
            return self.ask("SELECT 1") == [(1,)]
        except psycopg2.Error:
            return False
