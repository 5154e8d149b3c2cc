"""Back up the conversations and put them back.

`python -m spinebot.ops.backup save <folder>` and `... restore <file>` (with the workers stopped).
PostgreSQL where SPINEBOT_DATABASE_URL says so, with pg_dump and pg_restore; else the SQLite files
of the folder it is called in.
"""
from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

from sqlalchemy.engine import make_url

DATABASE = "SPINEBOT_DATABASE_URL"
KEEP = 14  # backups of a kind
_SQLITE = ("conversations", "whatsapp")  # files of an installation without PostgreSQL
_UNFINISHED = ".unfinished"  # a broken backup must not look like one


class BackupError(RuntimeError):
    """It could not be done; the text is one line for the operator."""


def save(folder: Path, url: Optional[str] = None, keep: int = KEEP,
         source: Path = Path(".")) -> list[Path]:
    """Write a backup, correct also while the assistant runs, and give up the oldest.

    Args:
        folder: where to; it is made.
        url: SQLAlchemy's address of the database; None or SQLite: the files of `source`.
        keep: how many of each kind stay.
        source: folder with the SQLite files.

    Returns:
        The files written.

    Raises:
        BackupError: with what the database's program said, or that there was nothing to save.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S.%fZ")
    if _is_postgresql(url):
        kinds = {"spinebot": ".dump"}
        _run("pg_dump", url, "--format=custom", f"--file={folder / _UNFINISHED}")
        written = [_finished(folder, f"spinebot-{stamp}.dump")]
    else:
        kinds = {name: ".db" for name in _SQLITE if (source / f"{name}.db").is_file()}
        written = []
        for name in kinds:
            with closing(sqlite3.connect(f"file:{source / name}.db?mode=ro", uri=True)) as now, \
                    closing(sqlite3.connect(folder / _UNFINISHED)) as copy:
                now.backup(copy)
            written.append(_finished(folder, f"{name}-{stamp}.db"))
    if not written:
        raise BackupError(f"there is nothing to save: no {DATABASE} and no conversations.db here")
    for name, ending in kinds.items():
        for old in sorted(folder.glob(f"{name}-*{ending}"))[:-keep]:
            old.unlink()
    return written


def restore(file: Path, url: Optional[str] = None, target: Path = Path(".")) -> None:
    """Put a backup back; what is there now is lost.

    Args:
        file: as `save` named it.
        url: as for `save`.
        target: folder with the SQLite files.

    Raises:
        BackupError: it is no backup of this kind, or with what the database's program said.
    """
    name = next((name for name in _SQLITE if file.name.startswith(f"{name}-")), None)
    if _is_postgresql(url) and file.suffix == ".dump":
        # all of it or nothing
        _run("pg_restore", url, "--exit-on-error", "--single-transaction", "--clean",
             "--if-exists", "--no-owner", f"--dbname={make_url(url).database}", str(file))
    elif not _is_postgresql(url) and file.suffix == ".db" and name:
        new, place = target / f"{name}.restored", target / f"{name}.db"
        shutil.copyfile(file, new)
        for rest in ("-wal", "-shm"):  # they belong to what is replaced
            place.with_name(place.name + rest).unlink(missing_ok=True)
        new.replace(place)
    else:
        raise BackupError(f"{file.name} is no backup of this kind of database")


def _is_postgresql(url: Optional[str]) -> bool:
    return bool(url) and make_url(url).get_backend_name() == "postgresql"


def _finished(folder: Path, name: str) -> Path:
    return (folder / _UNFINISHED).rename(folder / name)


def _run(program: str, url: Optional[str], *words: str) -> None:
    address = make_url(url)
    # in the environment: a command line can be read by everybody on the machine
    settings = {"PGHOST": address.host, "PGPORT": address.port and str(address.port),
                "PGUSER": address.username, "PGPASSWORD": address.password,
                "PGDATABASE": address.database}
    try:
        done = subprocess.run(
            [program, "--no-password", *words], capture_output=True, text=True, check=False,
            env={**os.environ, **{name: value for name, value in settings.items() if value}})
    except FileNotFoundError:
        raise BackupError(f"{program} is not installed (Debian: postgresql-client)") from None
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


def main() -> None:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m spinebot.ops.backup", description=__doc__)
    parser.add_argument("what", choices=("save", "restore"))
    parser.add_argument("path", type=Path, help="folder of the backups, or the file to restore")
    given = parser.parse_args()
    os.umask(0o077)
    try:
        if given.what == "restore":
            restore(given.path, os.environ.get(DATABASE))
        else:
            print(*save(given.path, os.environ.get(DATABASE)), sep="\n")
    except (BackupError, OSError, sqlite3.Error) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
