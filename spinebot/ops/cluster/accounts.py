"""Accounts that servers run under when the cluster was started by root."""
from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import Any, Mapping


def account(name: str) -> Mapping[str, Any]:
    """Arguments for `Popen` that run a program as this user; empty where we are not root.

    Raises:
        KeyError: the machine has no such user.
    """
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def give(path: Path, name: str) -> None:
    """Make the user the owner of the path, where we are root."""
    found = account(name)
    if found:
        os.chown(path, found["user"], found["group"])
