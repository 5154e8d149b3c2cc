"""The tables of the tracker store, and what is read from and written to them."""
from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from typing import Any, Optional, Sequence

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SessionStarted, UserUttered
from sqlalchemy.dialects import postgresql, sqlite

events = SQLTrackerStore.SQLEvent.__table__  # Rasa's own, so that its tools read it
metadata = events.metadata
# One row for each turn that is stored: the same turn a second time is no turn.
turns = sa.Table(
    "spinebot_turns", metadata,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("turn", sa.String(64), primary_key=True),
    sa.Column("fence", sa.BigInteger))
_LONGEST_ID = 255


@dataclass(frozen=True)
class StoredTurn:
    """What one turn adds to a conversation.

    Attributes:
        sender: the conversation, as `database_id` gives it.
        key: tells the turn from all others of the conversation.
        fence: number of the lock under which it ran; None: there was none.
        time: when it ended, in seconds since the epoch.
        rows: its events, as columns of Rasa's table.
    """

    sender: str
    key: str
    fence: Optional[int]
    time: float
    rows: list[dict[str, Any]]

    def as_json(self) -> str:
        """One line; `from_json` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> StoredTurn:
        """What `as_json` wrote.

        Raises:
            ValueError, TypeError: it is something else, as a line that was cut off.
        """
        return cls(**json.loads(line))


def turn_of(sender: str, new: Sequence[Event], fence: Optional[int]) -> StoredTurn:
    """The turn of the events; the id of its message, where it has one, is its key."""
    rows = [_row(event) for event in new]
    said = next((event.message_id for event in new
                 if isinstance(event, UserUttered) and event.message_id), None)
    key = said or "\n".join(row["data"] for row in rows)
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return StoredTurn(database_id(sender), digest, fence, time.time(), rows)


def database_id(sender: str) -> str:
    """The id itself, or a hash of one that a database cannot hold (NUL, lone surrogates, long)."""
    try:
        if len(sender.encode()) <= _LONGEST_ID and "\0" not in sender:
            return sender
    except UnicodeEncodeError:
        pass
    return "sha256:" + hashlib.sha256(sender.encode("utf-8", "surrogatepass")).hexdigest()


def last_session(connection: Any, sender: str) -> list[str]:
    """The events of the conversation's last session, each as JSON, in order."""
    started = sa.select(sa.func.max(events.c.timestamp)).where(
        events.c.sender_id == sender,
        events.c.type_name == SessionStarted.type_name).scalar_subquery()
    return _read(connection, sender, sa.or_(events.c.timestamp >= started, started.is_(None)))


def all_sessions(connection: Any, sender: str) -> list[str]:
    """All events of the conversation, each as JSON, in order."""
    return _read(connection, sender, sa.true())


def ping(connection: Any) -> None:
    """Ask for nothing."""
    connection.execute(sa.select(1))


def senders(connection: Any) -> list[str]:
    """All conversations."""
    return list(connection.execute(sa.select(events.c.sender_id).distinct()).scalars())


def store(connection: Any, turn: StoredTurn) -> bool:
    """Append the turn, unless it is there; returns whether it was new."""
    dialect = sqlite
    if connection.dialect.name == "postgresql":
        dialect = postgresql
        # until the commit: so the turns of a conversation never mix, whatever became of its lock
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(
            sa.func.hashtextextended(turn.sender, 0))))
    done = connection.execute(dialect.insert(turns).values(
        sender_id=turn.sender, turn=turn.key, fence=turn.fence).on_conflict_do_nothing())
    if done.rowcount:
        connection.execute(events.insert(),
                           [{"sender_id": turn.sender, **row} for row in turn.rows])
    return bool(done.rowcount)


def overtaken(connection: Any, turn: StoredTurn) -> bool:
    """Whether a later holder of the lock has stored a turn before this one."""
    if turn.fence is None:
        return False
    later = sa.select(turns.c.turn).where(turns.c.sender_id == turn.sender,
                                          turns.c.fence > turn.fence).limit(1)
    return connection.execute(later).first() is not None


def _read(connection: Any, sender: str, condition: Any) -> list[str]:
    query = sa.select(events.c.data).where(events.c.sender_id == sender, condition)
    return list(connection.execute(query.order_by(events.c.id)).scalars())


def _row(event: Event) -> dict[str, Any]:
    data = event.as_dict()
    intent = ((data.get("parse_data") or {}).get("intent") or {}).get("name")
    return {"type_name": event.type_name, "timestamp": data.get("timestamp"),
            "intent_name": _clean(intent), "action_name": _clean(data.get("name")),
            "data": json.dumps(data)}


def _clean(name: Optional[str]) -> Optional[str]:
    """A name that fits its column; the event's own data keeps it whole."""
    if name is None:
        return None
    return name.replace("\0", "").encode("utf-8", "replace").decode()[:_LONGEST_ID]
