"""Backup and restore, tried on real databases while somebody writes."""
from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest
import sqlalchemy as sa

from spinebot.ops.backup import BackupError, restore, save
from spinebot.ops.cluster.cluster import free_ports
from spinebot.ops.cluster.postgres import Postgres, programs
from spinebot.paths import ROOT

try:
    programs()
except FileNotFoundError:
    _POSTGRES = False
else:
    _POSTGRES = bool(shutil.which("pg_dump"))
needs_postgres = pytest.mark.skipif(not _POSTGRES, reason="PostgreSQL is not installed")


@pytest.fixture()
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)  # the server runs as another user
    server = Postgres(free_ports(1)[0], tmp_path, tmp_path)
    server.start()
    server.wait_ready()
    yield server
    server.stop()


def texts(url: str) -> list[str]:
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.text("SELECT data FROM events"))]
    finally:
        engine.dispose()


def write(url: str, *said: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS events (data TEXT)"))
        for text in said:
            connection.execute(sa.text("INSERT INTO events VALUES (:text)"), {"text": text})
    engine.dispose()


@needs_postgres
def test_postgresql_comes_back_as_it_was_saved(postgres: Postgres, tmp_path: Path) -> None:
    write(postgres.url, "पैर सुन्न हैं", "😀'; --")
    file, = save(tmp_path / "backups", postgres.url)
    write(postgres.url, "after the backup")
    restore(file, postgres.url)
    assert texts(postgres.url) == ["पैर सुन्न हैं", "😀'; --"]
    assert file.stat().st_size and not list((tmp_path / "backups").glob(".unfinished"))


@needs_postgres
def test_a_broken_backup_changes_nothing(postgres: Postgres, tmp_path: Path) -> None:
    write(postgres.url, "still here")
    file, = save(tmp_path / "backups", postgres.url)
    broken = tmp_path / "spinebot-broken.dump"
    broken.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BackupError, match="pg_restore"):
        restore(broken, postgres.url)
    assert texts(postgres.url) == ["still here"]


@needs_postgres
def test_a_database_that_is_away_leaves_no_backup(postgres: Postgres, tmp_path: Path) -> None:
    postgres.kill()
    with pytest.raises(BackupError) as failure:
        save(tmp_path / "backups", postgres.url)
    assert "pg_dump" in str(failure.value)
    assert not list((tmp_path / "backups").glob("spinebot-*"))
    assert sa.engine.make_url(postgres.url).password not in str(failure.value)


def test_sqlite_comes_back_while_it_is_written_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'conversations.db'}"
    write(url, "one")
    writer = sqlite3.connect(tmp_path / "conversations.db")
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("INSERT INTO events VALUES ('two')")
    writer.commit()
    writer.execute("INSERT INTO events VALUES ('not finished')")
    file, = save(tmp_path / "backups", source=tmp_path)
    writer.commit()
    writer.close()
    assert texts(url) == ["one", "two", "not finished"]
    restore(file, target=tmp_path)
    assert texts(url) == ["one", "two"]


def test_only_the_newest_stay(tmp_path: Path) -> None:
    write(f"sqlite:///{tmp_path / 'conversations.db'}", "one")
    written = [save(tmp_path / "backups", keep=2, source=tmp_path)[0] for _ in range(4)]
    assert sorted((tmp_path / "backups").iterdir()) == written[-2:]


def test_another_file_is_not_restored(tmp_path: Path) -> None:
    (tmp_path / "holiday.db").write_text("no database")
    with pytest.raises(BackupError):
        restore(tmp_path / "holiday.db", target=tmp_path)
    with pytest.raises(BackupError):
        save(tmp_path / "backups", source=tmp_path)


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "spinebot.ops.backup", "save", "backups"],
                          cwd=tmp_path, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT)})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
