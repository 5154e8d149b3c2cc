"""Counts what visitors saw against what the database holds."""
from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Iterable, Optional, Sequence

import psycopg2

from tests.production.visitors import CUT, Said

_QUERY = """SELECT type_name, data FROM events WHERE sender_id = %s
AND type_name IN ('user', 'bot', 'session_started') ORDER BY id"""
SETTLE_SECONDS = 20.0  # until what was answered is stored, counted from the last answer

@dataclass
class Stored:
    """A conversation in the database, over all its sessions.

    Attributes:
        turns: message id -> the bot's texts, for each time that it is stored; oldest first.
        sessions: how often it was begun.
    """

    turns: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    sessions: int = 0

    def count(self, message: str) -> int:
        """How often the message is stored."""
        return len(self.turns.get(message, ()))


@dataclass(frozen=True)
class Count:
    """What became of some messages; seconds from the first sending.

    Attributes:
        messages: that were sent.
        answered: got a whole answer.
        lost: got none, or are not in the database in the end.
        doubled: are in the database more than once.
        differing: what the visitor read is not what is stored.
        misplaced: stored before a message of the same visitor that was answered earlier.
        restarted: conversations that were begun more than once.
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
    misplaced: int
    restarted: int
    silent: int
    cut: int
    retried: int
    reports: int
    urgent_missing: int
    urgent_s: float
    whole_urgent_s: float
    answer_s: float


def stored(database: str, conversations: Iterable[str],
           key: str = "message_id") -> dict[str, Stored]:
    """Each conversation as the database holds it.

    Args:
        database: address of the PostgreSQL database.
        key: what messages are known by: "message_id" or "text".
    """
    found: dict[str, Stored] = {}
    with closing(psycopg2.connect(database, connect_timeout=5)) as connection, \
            connection.cursor() as cursor:
        for conversation in set(conversations):
            cursor.execute(_QUERY, (conversation,))
            found[conversation] = _read(cursor.fetchall(), key)
    return found


def _read(rows: Sequence[tuple[str, str]], key: str) -> Stored:
    found = Stored()
    texts: list[str] = []
    for kind, data in rows:
        event = json.loads(data)
        if kind == "session_started":
            found.sessions += 1
        elif kind == "user":
            texts = []
            found.turns[event[key]].append(texts)
        elif event.get("text"):
            texts.append(event["text"])
    return found


async def settled(said: Sequence[Said], database: str,
                  seconds: float = SETTLE_SECONDS) -> dict[str, Stored]:
    """What is stored once every answered message is, or after so many seconds."""
    until = time.monotonic() + seconds
    answered = [each for each in said if each.answered is not None]
    while True:
        found = await asyncio.to_thread(stored, database, [each.conversation for each in said])
        if (all(found[each.conversation].count(each.id) for each in answered)
                or time.monotonic() > until):
            return found
        await asyncio.sleep(0.25)


async def count(said: Sequence[Said], database: str) -> Count:
    """Count messages.

    Args:
        said: a message that was delivered twice stands in it twice.
        database: address of the PostgreSQL database.
    """
    conversations = await settled(said, database)
    turns = [conversations[each.conversation].turns.get(each.id, []) for each in said]
    return Count(
        **seen(said),
        lost=sum(each.answered is None or not found for each, found in zip(said, turns)),
        doubled=sum(len(found) > 1 for found in turns),
        differing=sum(bool(found) and each.answered is not None and each.replies not in found
                      for each, found in zip(said, turns)),
        misplaced=sum(_misplaced(conversation, said) for conversation in conversations.items()),
        restarted=sum(each.sessions > 1 for each in conversations.values()))


def seen(said: Sequence[Said]) -> dict[str, Any]:
    """Those fields of `Count` that visitors know without the database."""
    reports = [each for each in said if each.report]
    return {"messages": len(said),
            "answered": sum(each.answered is not None for each in said),
            "silent": sum(each.silent for each in said),
            "cut": sum(each.statuses.count(CUT) for each in said),
            "retried": sum(len(each.statuses) > 1 for each in said),
            "reports": len(reports),
            "urgent_missing": sum(each.urgent is None for each in reports),
            "urgent_s": _longest(each.helped for each in reports),
            "whole_urgent_s": _longest(each.urgent for each in reports),
            "answer_s": _longest(each.answered for each in said)}


def _misplaced(conversation: tuple[str, Stored], said: Sequence[Said]) -> int:
    """Neighbours in one conversation that are stored the other way round."""
    name, held = conversation
    place = {message: number for number, message in enumerate(held.turns)}
    own = [each for each in said if each.conversation == name and each.id in place]
    return sum(place[first.id] > place[second.id] for first, second in zip(own, own[1:])
               if first.answered is not None and first.began + first.answered <= second.began)


def _longest(times: Iterable[Optional[float]]) -> float:
    return round(max((each for each in times if each is not None), default=0.0), 2)
