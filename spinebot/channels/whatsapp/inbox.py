"""What came in: stored before it is answered with 200, worked off once, known for a week."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import sqlalchemy as sa

from spinebot.channels.whatsapp.events import (
    Choice,
    Content,
    Delivery,
    Message,
    NoWords,
    Words,
)
from spinebot.channels.whatsapp.messages import Composed
from spinebot.channels.whatsapp.outbox import put
from spinebot.channels.whatsapp.people import conversation_of, heard, move
from spinebot.channels.whatsapp.tables import (
    DONE,
    NEW,
    STARTED,
    choices,
    inbox,
    insert_new,
    people,
)

FLOOD_MESSAGES, FLOOD_SECONDS = 20, 60.0
KEPT_SECONDS = 8 * 24 * 3600.0  # a provider may deliver again for seven days


@dataclass(frozen=True)
class Waiting:
    """A message whose turn has come.

    Attributes:
        inbox_id: its row.
        interrupted: it was begun before; its turn may have run.
        over_limit: the person wrote too many in a short time.
    """

    inbox_id: int
    message_id: str
    conversation: str
    content: Content
    interrupted: bool
    over_limit: bool


@dataclass(frozen=True)
class Answered:
    """A message and what is said to it.

    Attributes:
        plain: options are numbered lines from the start.
    """

    message: Waiting
    composed: Composed
    plain: bool


def accept(connection: Any, channel: str, delivery: Delivery, now: float) -> set[str]:
    """Store what is new of a delivery; returns the conversations that have work."""
    for change in delivery.changes:
        move(connection, channel, change)
    return {conversation for message in delivery.messages
            for conversation in [_store(connection, channel, message, now)] if conversation}


def _store(connection: Any, channel: str, message: Message, now: float) -> Optional[str]:
    conversation = conversation_of(connection, channel, message.person)
    sent_at = min(now, message.sent_at or now)
    kind, text, title = _columns(message.content)
    new = insert_new(connection, inbox, channel=channel, message_id=message.id,
                     conversation=conversation, kind=kind, text=text, title=title,
                     sent_at=sent_at, received_at=now, state=NEW)
    if not new:
        return None
    heard(connection, conversation, message.person, sent_at)
    return conversation


def next_message(connection: Any, conversation: str) -> Optional[Waiting]:
    """The person's next message, marked as begun: an interrupted one, else the oldest waiting."""
    row = inbox.c
    found = connection.execute(
        sa.select([inbox]).where(row.conversation == conversation, row.state.in_([NEW, STARTED]))
        .order_by(row.state.desc(), row.sent_at, row.id).limit(1)).first()
    if found is None:
        return None
    recent = connection.execute(sa.select([sa.func.count()]).select_from(inbox).where(
        row.conversation == conversation, row.id < found.id,
        row.sent_at > found.sent_at - FLOOD_SECONDS)).scalar()
    connection.execute(inbox.update().where(row.id == found.id).values(state=STARTED))
    return Waiting(found.id, found.message_id, conversation,
                   _content(found.kind, found.text, found.title),
                   found.state == STARTED, recent >= FLOOD_MESSAGES)


def finish(connection: Any, channel: str, answered: Answered, now: float) -> None:
    """Store a turn's messages and close its own in one step; a second time does nothing."""
    row, message, composed = inbox.c, answered.message, answered.composed
    closed = connection.execute(
        inbox.update().where(row.id == message.inbox_id, row.state == STARTED)
        .values(state=DONE, text="", title=""))
    if not closed.rowcount:
        return
    for key, content in composed.kept.items():
        connection.execute(choices.delete().where(choices.c.key == key))
        insert_new(connection, choices, key=key, content=content, created_at=now)
    put(connection, channel, message.conversation, message.inbox_id, composed.messages,
        answered.plain, now)


def choice(connection: Any, key: str) -> Optional[str]:
    """What the id of a row refers to, if it is still known."""
    found: Optional[str] = connection.execute(
        sa.select([choices.c.content]).where(choices.c.key == key)).scalar()
    return found


def may_notice(connection: Any, conversation: str, now: float) -> bool:
    """Whether the flood notice is due; it is one a flood."""
    row = people.c
    done = connection.execute(
        people.update().where(row.conversation == conversation,
                              row.noticed_at <= now - FLOOD_SECONDS).values(noticed_at=now))
    return bool(done.rowcount)


def forget(connection: Any, now: float) -> None:
    """Drop what no provider will deliver again."""
    row = inbox.c
    connection.execute(inbox.delete().where(row.state == DONE,
                                            row.received_at < now - KEPT_SECONDS))
    connection.execute(choices.delete().where(choices.c.created_at < now - KEPT_SECONDS))


def _columns(content: Content) -> tuple[str, str, str]:
    """Kind, text and title; a text column holds neither NUL nor a lone surrogate."""
    if isinstance(content, Words):
        return "words", _storable(content.text), ""
    if isinstance(content, Choice):
        return "choice", _storable(content.id), _storable(content.title)
    return "none", "", ""


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _content(kind: str, text: str, title: str) -> Content:
    if kind == "words":
        return Words(text)
    return Choice(text, title) if kind == "choice" else NoWords()
