"""Rasa's tracker store on PostgreSQL or SQLite, for databases that come late, freeze and go."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker

from spinebot.stores import fence, health, schema
from spinebot.stores.keeper import Keeper
from spinebot.stores.memory import Memory, Rows
from spinebot.stores.schema import StoredTurn, database_id
from spinebot.stores.settings import database_url, journal_folder
from spinebot.stores.watch import Away

# What a tracker carries from `retrieve` to `save`: its stored events, and how many it had.
_ROWS, _COUNT = "_spinebot_rows", "_spinebot_count"


class SteadyTrackers(TrackerStore):
    """Answers within seconds whatever the database does, and loses no turn.

    Args:
        domain: Rasa's.
        host: SQLAlchemy's address of the database; None: as the environment says.
        event_broker: Rasa's.
        journal: folder of the journal; None: as the environment says.
    """

    def __init__(self, domain: Optional[Domain] = None, host: Optional[str] = None,
                 event_broker: Optional[EventBroker] = None, journal: Optional[str] = None,
                 **_: Any) -> None:
        self._memory = Memory()
        self._keeper = Keeper(host or database_url(),
                              Path(journal) if journal else journal_folder(), self._recall)
        super().__init__(domain, event_broker)
        health.watch_trackers(self)
        self._keeper.begin()

    @property
    def engine(self) -> Any:
        """SQLAlchemy's engine (`whatsapp.database.beside` looks at it)."""
        return self._keeper.database.engine

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation's last session; None where there is none.

        Raises:
            Away: it is not known whether there is one.
        """
        return await self._tracker(sender_id, schema.last_session)

    async def retrieve_full_tracker(self, conversation_id: str) -> Optional[DialogueStateTracker]:
        """All sessions of the conversation; None where there is none.

        With the database away these are the sessions that this process knows.

        Raises:
            Away: it is not known whether there is one.
        """
        return await self._tracker(conversation_id, schema.all_sessions)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append what the tracker has beyond what it had when it was retrieved."""
        await self.stream_events(tracker)
        sender = database_id(tracker.sender_id)
        if not hasattr(tracker, _COUNT):
            await self._take_in(tracker)
        known: Rows = getattr(tracker, _ROWS)
        new: List[Event] = list(tracker.events)[getattr(tracker, _COUNT):]
        if not new:
            return
        turn = schema.turn_of(tracker.sender_id, new, fence.held.get())
        rows = [*known, *(row["data"] for row in turn.rows)]
        self._memory.put(sender, rows)
        _mark(tracker, rows)
        if not await self._keeper.keep(turn):
            self._memory.drop(sender)  # it holds the turn a second time

    async def keys(self) -> Iterable[str]:
        """Ids of all conversations.

        Raises:
            Away: the database does not answer.
        """
        return await self._keeper.ask(schema.senders)

    async def answers(self, seconds: float) -> bool:
        """Whether the database works, which is found out within so many seconds."""
        return await self._keeper.answers(seconds)

    async def close(self) -> None:
        """Let go of the database and the journal."""
        await self._keeper.close()

    async def _tracker(self, sender_id: str,
                       read: Callable[..., List[str]]) -> Optional[DialogueStateTracker]:
        sender = database_id(sender_id)
        try:
            rows: Rows = await self._keeper.ask(read, sender)
        except Away:
            remembered = self._memory.get(sender)
            if remembered is None:
                raise
            rows = remembered
        else:
            if rows and read is schema.last_session:
                self._memory.put(sender, rows)
        if not rows:
            return None
        tracker = DialogueStateTracker.from_dict(
            sender_id, [json.loads(row) for row in rows], self.domain.slots)
        _mark(tracker, rows)
        return tracker

    async def _take_in(self, tracker: DialogueStateTracker) -> None:
        """See what is new in a tracker that this store did not hand out.

        One that Rasa has just begun is new as a whole, also where the database holds an earlier
        conversation that could not be read then. One that was set through Rasa's API holds what
        is stored, and more.
        """
        rows: Rows = []
        if len(tracker.events) > 1:
            try:
                rows = await self._keeper.ask(schema.last_session,
                                              database_id(tracker.sender_id))
            except Away:
                rows = self._memory.get(database_id(tracker.sender_id)) or []
        _mark(tracker, rows, len(rows))

    def _recall(self, turn: StoredTurn) -> None:
        self._memory.add(turn.sender, [row["data"] for row in turn.rows])


def _mark(tracker: DialogueStateTracker, rows: Rows, count: Optional[int] = None) -> None:
    setattr(tracker, _ROWS, rows)
    setattr(tracker, _COUNT, len(tracker.events) if count is None else count)
