"""Where the stores are, from the environment; with nothing set, all is on this machine."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Optional

from spinebot.paths import ROOT
from spinebot.variables import DATABASE_URL, REDIS_URL

JOURNAL = "SPINEBOT_JOURNAL"


def database_url() -> str:
    """SQLAlchemy's address of the tracker store."""
    return os.environ.get(DATABASE_URL, "").strip() or f"sqlite:///{ROOT / 'conversations.db'}"


def redis_url() -> Optional[str]:
    """Address of the Redis that all replicas share; None: there is one process only."""
    return os.environ.get(REDIS_URL, "").strip() or None


def journal_folder() -> Path:
    """Folder for the turns that wait for the database."""
    return Path(os.environ.get(JOURNAL, "").strip() or ROOT / "journal")
