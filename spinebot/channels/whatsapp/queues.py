"""What is open, across people: for the start, and for the health route."""
from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from spinebot.channels.whatsapp.tables import (
    DEAD,
    NEW,
    QUEUED,
    SENDING,
    STARTED,
    inbox,
    outbox,
)


@dataclass(frozen=True)
class Depth:
    """Numbers of messages.

    Attributes:
        unanswered: accepted, not answered yet.
        unsent: answers still to send.
        dead: answers given up.
        dead_urgent: those among them that were urgent.
        dead_by_code: code of the failure -> how many.
        oldest_seconds: age of the oldest that is unanswered or unsent.
    """

    unanswered: int
    unsent: int
    dead: int
    dead_urgent: int
    dead_by_code: dict[str, int]
    oldest_seconds: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def open_conversations(connection: Any, channel: str) -> set[str]:
    """Everybody who is owed an answer or a message."""
    found: set[str] = set()
    for table, states in ((inbox, [NEW, STARTED]), (outbox, [QUEUED, SENDING])):
        rows = connection.execute(sa.select([table.c.conversation]).distinct().where(
            table.c.channel == channel, table.c.state.in_(states)))
        found |= {conversation for (conversation,) in rows}
    return found


def depth(connection: Any, channel: str, now: float) -> Depth:
    """How much is open and how much was given up."""
    unanswered, oldest_in = _count(connection, inbox, channel, [NEW, STARTED], "received_at")
    unsent, oldest_out = _count(connection, outbox, channel, [QUEUED, SENDING], "created_at")
    row = outbox.c
    dead = connection.execute(
        sa.select([row.code, row.urgent, sa.func.count()])
        .where(row.channel == channel, row.state == DEAD)
        .group_by(row.code, row.urgent)).fetchall()
    by_code: dict[str, int] = {}
    for code, _, count in dead:
        by_code[str(code)] = by_code.get(str(code), 0) + count
    ages = [now - oldest for oldest in (oldest_in, oldest_out) if oldest is not None]
    return Depth(unanswered, unsent, sum(by_code.values()),
                 sum(count for _, urgent, count in dead if urgent), by_code,
                 round(max(ages, default=0.0), 1))


def _count(connection: Any, table: Any, channel: str, states: list[str],
           since: str) -> tuple[int, Any]:
    count, oldest = connection.execute(
        sa.select([sa.func.count(), sa.func.min(table.c[since])])
        .where(table.c.channel == channel, table.c.state.in_(states))).first()
    return count, oldest
