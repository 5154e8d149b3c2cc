"""Counts what visitors saw against what the database holds."""
from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from typing import Iterable, Optional, Sequence

import psycopg2

from tests.production.visitors import CUT, Said

SETTLE_SECONDS = 20.0  # until what was answered is stored, counted from the last answer

Turns = dict[str, list[list[str]]]  # message id -> for each time it is stored: the bot's texts


@dataclass(frozen=True)
class Count:
    """What became of some messages; seconds from the first sending.

    Attributes:
        messages: that were sent.
        answered: got a whole answer.
        lost: got none, or are not in the database in the end.
        doubled: are in the database more than once.
        differing: what the visitor read is not what is stored.
        silent: answers of HTTP with nothing to read in them.
        cut: tries that ended without any answer of HTTP.
        retried: messages that needed more than one try.
        reports: messages that report a red flag.
        urgent_missing: reports whose visitor never read the urgent message.
        urgent_s: longest time to the emergency number and the clinic's contacts, over all reports.
        whole_urgent_s: longest time to the urgent message itself.
        answer_s: longest time to a whole answer.
    """

    messages: int
    answered: int
    lost: int
    doubled: int
    differing: int
    silent: int
    cut: int
    retried: int
    reports: int
    urgent_missing: int
    urgent_s: float
    whole_urgent_s: float
    answer_s: float


def stored_turns(database: str, conversations: Iterable[str]) -> dict[str, Turns]:
    """Conversation -> its turns, over all sessions, as they are stored.

    Args:
        database: address of the PostgreSQL database.
    """
    found: dict[str, Turns] = {}
    with closing(psycopg2.connect(database, connect_timeout=5)) as connection, \
            connection.cursor() as cursor:
        for conversation in set(conversations):
            cursor.execute("SELECT type_name, data FROM events WHERE sender_id = %s "
                           "AND type_name IN ('user', 'bot') ORDER BY id", (conversation,))
            found[conversation] = _turns(cursor.fetchall())
    return found


def _turns(rows: Sequence[tuple[str, str]]) -> Turns:
    turns: Turns = defaultdict(list)
    texts: list[str] = []
    for kind, data in rows:
        event = json.loads(data)
        if kind == "user":
            texts = []
            turns[event["message_id"]].append(texts)
        elif event.get("text"):
            texts.append(event["text"])
    return dict(turns)


async def settled(said: Sequence[Said], database: str,
                  seconds: float = SETTLE_SECONDS) -> dict[str, Turns]:
    """What is stored once every answered message is, or after so many seconds."""
    until = time.monotonic() + seconds
    answered = [each for each in said if each.answered is not None]
    while True:
        stored = await asyncio.to_thread(stored_turns, database,
                                         [each.conversation for each in said])
        if (all(stored[each.conversation].get(each.id) for each in answered)
                or time.monotonic() > until):
            return stored
        await asyncio.sleep(0.25)


async def count(said: Sequence[Said], database: str) -> Count:
    """Count messages.

    Args:
        said: a message that was delivered twice stands in it twice.
        database: address of the PostgreSQL database.
    """
    stored = await settled(said, database)
    turns = [stored[each.conversation].get(each.id, []) for each in said]
    reports = [each for each in said if each.report]
    return Count(
        messages=len(said),
        answered=sum(each.answered is not None for each in said),
        lost=sum(each.answered is None or not found for each, found in zip(said, turns)),
        doubled=sum(len(found) > 1 for found in turns),
        differing=sum(bool(found) and each.answered is not None and each.replies not in found
                      for each, found in zip(said, turns)),
        silent=sum(each.silent for each in said),
        cut=sum(each.statuses.count(CUT) for each in said),
        retried=sum(len(each.statuses) > 1 for each in said),
        reports=len(reports),
        urgent_missing=sum(each.urgent is None for each in reports),
        urgent_s=_longest(each.helped for each in reports),
        whole_urgent_s=_longest(each.urgent for each in reports),
        answer_s=_longest(each.answered for each in said))


def _longest(times: Iterable[Optional[float]]) -> float:
    return round(max((each for each in times if each is not None), default=0.0), 2)
