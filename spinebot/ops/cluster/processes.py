"""What is running below a process, read from /proc, and signals to all of it."""
from __future__ import annotations

import os
import signal
from collections import defaultdict
from contextlib import suppress
from pathlib import Path


def tree(pid: int) -> list[int]:
    """The process and everything that descends from it, parents first."""
    children = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it ended meanwhile
                # the name in brackets may hold anything; the parent is the second word after it
                words = (folder / "stat").read_text().rpartition(")")[2].split()
                children[int(words[1])].append(int(folder.name))
    found = [pid]
    for each in found:
        found.extend(children[each])
    return found


def send(number: signal.Signals, pids: list[int]) -> None:
    """Send a signal to each that still runs."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
