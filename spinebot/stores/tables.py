"""Tables that are missing are made once, however many processes start together."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

_CREATING = 5_005  # any number that all processes share


def create_missing(connection: Any, metadata: sa.MetaData) -> None:
    """Make the tables of `metadata` that are not there, in the connection's transaction."""
    if connection.dialect.name == "postgresql":
        # processes that start together would make the same table, and all but one would fail
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATING})
    metadata.create_all(connection)
