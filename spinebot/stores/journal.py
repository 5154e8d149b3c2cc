"""Turns that wait for the database: lines of JSON on the disk, a file for each process.

A process holds a lock on its file while it lives (the kernel lets go of it with the process), so
that another one can take over what a dead one left. All methods block, and belong in a thread.
"""
from __future__ import annotations

import fcntl
import logging
import os
import time
import uuid
from io import FileIO
from pathlib import Path
from typing import Optional

from spinebot.stores.schema import StoredTurn

_ENDING, _REFUSED = ".jsonl", "refused.txt"

logger = logging.getLogger(__name__)


class Journal:
    """The journal of this process.

    Args:
        folder: made when it is needed; processes of one machine may share it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Optional[FileIO] = None
        # the disk failed: kept for as long as the process lives
        self._unwritten: list[StoredTurn] = []

    def append(self, turn: StoredTurn) -> None:
        """Add a turn; it is on the disk afterwards."""
        try:
            file = self._own()
            end = file.seek(0, os.SEEK_END)
            try:
                _write(file, turn.as_json().encode() + b"\n")
            except OSError:  # half a line would spoil the next
                file.truncate(end)
                raise
        except OSError as error:
            logger.critical("the journal cannot be written: %s", type(error).__name__)
            self._unwritten.append(turn)

    def turns(self) -> list[StoredTurn]:
        """The turns of this process, oldest first."""
        written = _read(self._file) if self._file else []
        return _in_order([*written, *self._unwritten])

    def clear(self) -> None:
        """Forget the turns of this process."""
        self._unwritten.clear()
        if self._file:
            self._file.truncate(0)
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file; what is in it, another process takes over."""
        if self._file:
            self._file.close()
            self._file = None

    def adopt(self) -> list[StoredTurn]:
        """Take over the turns of processes that died; returns them, oldest first.

        A crash in between leaves them in both files, which the database's key makes good.
        """
        found: list[StoredTurn] = []
        for path in sorted(self._folder.glob(f"*{_ENDING}")):
            file = _locked(path)
            if file is None:
                continue
            with file:
                left = _read(file)
                for turn in left:
                    self.append(turn)
                os.unlink(path)
            found.extend(left)
        return _in_order(found)

    def refuse(self, turn: StoredTurn) -> None:
        """Put aside a turn that no database takes, for the operator."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self._folder / _REFUSED, "a", encoding="utf-8", opener=_private) as file:
            file.write(turn.as_json() + "\n")

    def _own(self) -> FileIO:
        if self._file is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
            # under its name only once it is locked, or another process might take it for left over
            draft, path = self._folder / f"{name}.new", self._folder / f"{name}{_ENDING}"
            # appending, and with no buffer that would keep what could not be written
            file = open(draft, "a+b", buffering=0, opener=_private)  # noqa: SIM115 - stays open
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(draft, path)
            self._file = file
        return self._file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(file: FileIO, line: bytes) -> None:
    if file.write(line) != len(line):
        raise OSError("the disk is full")
    os.fsync(file.fileno())


def _locked(path: Path) -> Optional[FileIO]:
    """The file, with its lock held; None where its process lives or it is gone."""
    try:
        file = open(path, "r+b", buffering=0)  # noqa: SIM115 - stays open, as its lock does
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.exists(path):  # another process may have finished with it just now
            return file
    except OSError:
        pass
    file.close()
    return None


def _read(file: FileIO) -> list[StoredTurn]:
    file.seek(0)
    found = []
    for line in file.read().decode("utf-8", "replace").splitlines():
        try:
            found.append(StoredTurn.from_json(line))
        except (ValueError, TypeError):  # the power went while it was written
            logger.error("a line of the journal is cut off")
    return found


def _in_order(turns: list[StoredTurn]) -> list[StoredTurn]:
    return sorted(turns, key=lambda turn: turn.time)
