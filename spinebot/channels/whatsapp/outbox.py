"""What goes out: in each person's order, an urgent turn first, until it is sent or given up."""
from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Union

import sqlalchemy as sa

from spinebot.channels.whatsapp.codes import (
    UNCERTAIN_WAIT,
    WINDOW_CLOSED,
    Outcome,
    Verdict,
    exhausted,
    transient,
    wait,
)
from spinebot.channels.whatsapp.events import Person, Status
from spinebot.channels.whatsapp.messages import Outgoing
from spinebot.channels.whatsapp.people import person_of
from spinebot.channels.whatsapp.tables import (
    DEAD,
    QUEUED,
    SENDING,
    SENT,
    insert_new,
    outbox,
)

WINDOW_SECONDS = 24 * 3600.0  # free texts only so long after the person's last message
BLANK = Outgoing("").to_json()


@dataclass(frozen=True)
class Due:
    """A message to send now; it is marked as being sent."""

    id: int
    person: Person
    message: Outgoing
    token: str
    plain: bool


@dataclass(frozen=True)
class Tried:
    """A message and what came of the try to send it."""

    due: Due
    outcome: Outcome


@dataclass(frozen=True)
class Later:
    """Nothing can be sent before this time (seconds since the epoch)."""

    at: float


def put(connection: Any, channel: str, conversation: str, inbox_id: int,
        messages: Sequence[Outgoing], plain: bool, now: float) -> None:
    """Store the messages of a turn."""
    first = any(message.urgent for message in messages)
    for position, message in enumerate(messages):
        insert_new(connection, outbox, channel=channel, conversation=conversation,
                   inbox_id=inbox_id, position=position, content=message.to_json(),
                   urgent=message.urgent, first=first, plain=plain and message.interactive,
                   state=QUEUED, attempts=0, next_at=now, token=uuid.uuid4().hex,
                   provider_id="", created_at=now)


def next_due(connection: Any, conversation: str, unit: float,
             now: float) -> Union[Due, Later, None]:
    """The person's next message to send, marked as being sent."""
    row = outbox.c
    while True:
        found = connection.execute(
            sa.select([outbox])
            .where(row.conversation == conversation, row.state.in_([QUEUED, SENDING]))
            .order_by(row.first.desc(), row.id).limit(1)).first()
        if found is None:
            return None
        if found.state == SENDING:  # cut off in the middle: a status may yet say it went out
            grace = 0.0 if found.urgent else UNCERTAIN_WAIT * unit
            _set(connection, found.id, state=QUEUED, next_at=now + grace)
            continue
        person = person_of(connection, conversation)
        if person is None or person.last_message_at < now - WINDOW_SECONDS:
            _set(connection, found.id, state=DEAD, code=WINDOW_CLOSED)
            continue
        if found.next_at > now:
            return Later(found.next_at)
        _set(connection, found.id, state=SENDING, attempts=found.attempts + 1)
        return Due(found.id, Person(person.phone, person.user_id),
                   Outgoing.from_json(found.content), found.token, found.plain)


def record(connection: Any, tried: Tried, unit: float, now: float) -> None:
    """Note what came of a try; a status may have told the end of it already."""
    row, sent, outcome = outbox.c, tried.due, tried.outcome
    found = connection.execute(sa.select([row.state, row.attempts]).where(
        row.id == sent.id)).first()
    if found is None:
        return
    if outcome.verdict is Verdict.SENT:
        values: dict[str, Any] = {"provider_id": outcome.provider_id}
        if found.state == SENDING:
            values.update(state=SENT, code=None)
        _set(connection, sent.id, **values)
    elif found.state == SENDING:
        _set(connection, sent.id, **_after_failure(sent.message.urgent, found.attempts, outcome,
                                                   unit, now))


def _after_failure(urgent: bool, attempts: int, outcome: Outcome, unit: float,
                   now: float) -> dict[str, Any]:
    if outcome.verdict is Verdict.PLAIN:
        return {"state": QUEUED, "plain": True, "next_at": now, "code": outcome.code}
    if outcome.verdict is Verdict.DEAD or exhausted(attempts, urgent):
        return {"state": DEAD, "code": outcome.code}
    uncertain = outcome.verdict is Verdict.UNCERTAIN and not urgent
    return {"state": QUEUED, "next_at": now + unit * wait(attempts, uncertain),
            "code": outcome.code}


def apply_status(connection: Any, channel: str, status: Status, unit: float,
                 now: float) -> Optional[str]:
    """Note what a status says of a message of ours; returns its conversation, if it is known."""
    row = outbox.c
    marks = [mark for mark in (
        sa.and_(row.token == status.token, row.attempts > 0) if status.token else None,
        row.provider_id == status.provider_id if status.provider_id else None)
        if mark is not None]
    found = marks and connection.execute(sa.select([outbox]).where(
        row.channel == channel, sa.or_(*marks)).limit(1)).first()
    if not found:
        return None
    if status.state == "failed":
        if found.state != DEAD:
            retry = Verdict.RETRY if transient(status.code) else Verdict.DEAD
            _set(connection, found.id, **_after_failure(
                found.urgent, found.attempts, Outcome(retry, code=status.code), unit, now))
    elif status.state in ("sent", "delivered", "read", "played"):
        _set(connection, found.id, state=SENT, code=None,
             provider_id=status.provider_id or found.provider_id)
    return str(found.conversation)


def last_offer(connection: Any, conversation: str) -> Optional[Outgoing]:
    """The newest message, if it showed its options as numbered lines."""
    row = outbox.c
    found = connection.execute(
        sa.select([row.content, row.plain]).where(row.conversation == conversation)
        .order_by(row.id.desc()).limit(1)).first()
    return Outgoing.from_json(found.content) if found is not None and found.plain else None


def revive(connection: Any, channel: str, codes: frozenset[int], now: float) -> None:
    """Queue again what died of these codes while its window is open."""
    row = outbox.c
    connection.execute(
        outbox.update().where(row.channel == channel, row.state == DEAD, row.code.in_(codes),
                              row.created_at > now - WINDOW_SECONDS)
        .values(state=QUEUED, attempts=0, next_at=now))


def forget(connection: Any, now: float, kept_seconds: float) -> None:
    """Blank what was sent a day ago, and drop what is older than a message can come again."""
    row = outbox.c
    connection.execute(
        outbox.update().where(row.state == SENT, row.created_at < now - WINDOW_SECONDS)
        .values(content=BLANK, plain=False))
    connection.execute(outbox.delete().where(row.state == SENT,
                                             row.created_at < now - kept_seconds))


def _set(connection: Any, identity: int, **values: Any) -> None:
    connection.execute(outbox.update().where(outbox.c.id == identity).values(**values))
