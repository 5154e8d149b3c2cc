"""Which conversation a person's addresses belong to, and which process works for it."""
from __future__ import annotations

import uuid
from typing import Any, Optional

import sqlalchemy as sa

from spinebot.channels.whatsapp.events import NumberChange, Person
from spinebot.channels.whatsapp.tables import addresses, insert_new, people

LEASE_SECONDS = 60.0  # longer than a turn or a send can take


def conversation_of(connection: Any, channel: str, person: Person) -> str:
    """The conversation of a person, a new one for a stranger; learns addresses on the way."""
    known = _known(connection, channel, person)
    conversation = next((known[address] for address in person.addresses if address in known), None)
    if conversation is None:
        conversation = f"whatsapp-{uuid.uuid4().hex}"
    for address in person.addresses:
        if address not in known:
            insert_new(connection, addresses, channel=channel, address=address,
                       conversation=conversation)
    if not known:  # another process may have met the person at the same moment
        conversation = _known(connection, channel, person)[person.addresses[0]]
        insert_new(connection, people, conversation=conversation, phone=person.phone,
                   user_id=person.user_id, last_message_at=0.0, noticed_at=0.0, owner="",
                   lease_until=0.0)
    return conversation


def heard(connection: Any, conversation: str, person: Person, sent_at: float) -> None:
    """Note the newest addresses, and when the person last wrote."""
    row = people.c
    values: dict[str, Any] = {"last_message_at": sa.case(
        [(row.last_message_at < sent_at, sent_at)], else_=row.last_message_at)}
    if person.phone:
        values["phone"] = person.phone
    if person.user_id:
        values["user_id"] = person.user_id
    connection.execute(people.update().where(row.conversation == conversation).values(**values))


def move(connection: Any, channel: str, change: NumberChange) -> None:
    """Carry a conversation on under the new number; the old one may become somebody else's."""
    known = _known(connection, channel, change.old)
    conversation = next((known[one] for one in change.old.addresses if one in known), None)
    if conversation is None:
        return
    row = addresses.c
    connection.execute(addresses.delete().where(
        row.channel == channel, row.address.in_([change.old.phone, change.new_phone])))
    insert_new(connection, addresses, channel=channel, address=change.new_phone,
               conversation=conversation)
    connection.execute(people.update().where(people.c.conversation == conversation)
                       .values(phone=change.new_phone))


def claim(connection: Any, conversation: str, owner: str, now: float) -> bool:
    """Take or renew the right to work for a person; false while another process has it."""
    row = people.c
    done = connection.execute(
        people.update().where(row.conversation == conversation,
                              sa.or_(row.owner.in_(["", owner]), row.lease_until < now))
        .values(owner=owner, lease_until=now + LEASE_SECONDS))
    return bool(done.rowcount)


def release(connection: Any, conversation: str, owner: str) -> None:
    """Give the right back."""
    row = people.c
    connection.execute(people.update()
                       .where(row.conversation == conversation, row.owner == owner)
                       .values(owner="", lease_until=0.0))


def _known(connection: Any, channel: str, person: Person) -> dict[str, str]:
    row = addresses.c
    found = connection.execute(sa.select([row.address, row.conversation]).where(
        row.channel == channel, row.address.in_(person.addresses)))
    return dict(found.fetchall())


def person_of(connection: Any, conversation: str) -> Optional[Any]:
    """The stored row of a person."""
    return connection.execute(sa.select([people]).where(
        people.c.conversation == conversation)).first()
