"""The schema: who writes, what came in, what goes out, and what long ids refer to."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

metadata = sa.MetaData()

NEW, STARTED, DONE = "new", "started", "done"  # of an incoming message
QUEUED, SENDING, SENT, DEAD = "queued", "sending", "sent", "dead"  # of an outgoing one

# A conversation has an id of its own, so that neither the tracker store nor a log holds a number.
people = sa.Table(
    "whatsapp_people", metadata,
    sa.Column("conversation", sa.String(64), primary_key=True),
    sa.Column("phone", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("last_message_at", sa.Float, nullable=False),  # opens the 24-hour window
    sa.Column("noticed_at", sa.Float, nullable=False),  # when the flood notice went out
    sa.Column("owner", sa.String(64), nullable=False),  # the process that works for this person
    sa.Column("lease_until", sa.Float, nullable=False))

addresses = sa.Table(
    "whatsapp_addresses", metadata,
    sa.Column("channel", sa.String(32), primary_key=True),
    sa.Column("address", sa.String(255), primary_key=True),
    sa.Column("conversation", sa.String(64), nullable=False))

inbox = sa.Table(
    "whatsapp_inbox", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("message_id", sa.String(255), nullable=False),
    sa.Column("conversation", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("sent_at", sa.Float, nullable=False),
    sa.Column("received_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.UniqueConstraint("channel", "message_id"),
    sa.Index("whatsapp_inbox_open", "conversation", "state"))

outbox = sa.Table(
    "whatsapp_outbox", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation", sa.String(64), nullable=False),
    sa.Column("inbox_id", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("first", sa.Boolean, nullable=False),  # its turn is urgent: it overtakes
    sa.Column("plain", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", sa.Float, nullable=False),
    sa.Column("token", sa.String(64), nullable=False, unique=True),
    sa.Column("provider_id", sa.String(255), nullable=False, index=True),
    sa.Column("code", sa.Integer),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.UniqueConstraint("inbox_id", "position"),
    sa.Index("whatsapp_outbox_open", "conversation", "state"))

choices = sa.Table(
    "whatsapp_choices", metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False))


def insert_new(connection: Any, table: Any, **values: Any) -> bool:
    """Insert a row unless its key is there already; returns whether it was inserted."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    done = connection.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
    return bool(done.rowcount)
