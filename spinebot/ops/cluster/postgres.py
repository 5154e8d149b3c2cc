"""A PostgreSQL server of the cluster, from the machine's packages."""
from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any, Mapping, Sequence

import psycopg2

from spinebot.ops.cluster.accounts import account, give
from spinebot.ops.cluster.service import HOST, Service

USER = "postgres"  # of the machine: the server refuses to run as root
NAME = "spinebot"  # of the database and of its owner
_DEBIAN = "/usr/lib/postgresql"


def programs() -> Path:
    """Folder of PostgreSQL's programs, the newest version.

    Raises:
        FileNotFoundError: it is not installed.
    """
    found = [Path(where).resolve().parent for where in [shutil.which("initdb")] if where]
    found += sorted(Path(_DEBIAN).glob("*/bin"), key=lambda path: float(path.parent.name))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed (Debian: postgresql)")
    return found[-1]


class Postgres(Service):
    """The database server; `start` makes its data folder, `wait_ready` the database."""

    # SIGTERM would wait for the workers to close their connections, which they never do
    gentle = signal.SIGINT

    def __init__(self, port: int, folder: Path, logs: Path) -> None:
        super().__init__("postgres", port, folder, logs)
        self._password = secrets.token_hex(16)
        give(self.folder, USER)

    @property
    def url(self) -> str:
        """SQLAlchemy's address of the database."""
        return f"postgresql://{NAME}:{self._password}@{HOST}:{self.port}/{NAME}"

    def account(self) -> Mapping[str, Any]:
        """The user that may run it."""
        return account(USER)

    def command(self) -> Sequence[str]:
        """The server in the foreground."""
        return [str(programs() / "postgres"), "-D", str(self._data), "-p", str(self.port),
                "-k", str(self.folder), "-h", HOST]

    def start(self) -> None:
        """Start it, with a data folder of its own at the first time."""
        if not self._data.exists():
            self._make()
        super().start()

    def is_ready(self) -> bool:
        """Whether the database is there; it is made where it is not."""
        try:
            with_database = self._connect(NAME)
        except psycopg2.OperationalError:
            return self._made_database()
        with_database.close()
        return True

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.touch(0o600)
        secret.write_text(self._password)
        give(secret, USER)
        subprocess.run(
            [str(programs() / "initdb"), "-D", str(self._data), "-U", NAME, "-A", "scram-sha-256",
             "--pwfile", str(secret), "-E", "UTF8", "--locale", "C", "--no-sync"],
            cwd=self.folder, check=True, stdout=subprocess.DEVNULL, **self.account())
        secret.unlink()

    def _connect(self, database: str) -> Any:
        return psycopg2.connect(host=HOST, port=self.port, user=NAME, password=self._password,
                                dbname=database, connect_timeout=2)

    def _made_database(self) -> bool:
        try:
            connection = self._connect("postgres")
        except psycopg2.OperationalError:
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {NAME}")
        except psycopg2.errors.DuplicateDatabase:  # after a crash it takes a moment to open
            return False
        finally:
            connection.close()
        return True
