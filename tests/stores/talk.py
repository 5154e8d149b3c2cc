"""Turns as Rasa runs them, without a model: lock, retrieve, add, save."""
from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path
from typing import Callable, Optional

from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    SessionStarted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from spinebot.stores.locks import RedisLocks
from spinebot.stores.trackers import SteadyTrackers


def new_id() -> str:
    return str(uuid.uuid4())


async def until(holds: Callable[[], bool], seconds: float = 20) -> float:
    """Seconds until it held."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, "it never came to that"
        await asyncio.sleep(0.05)
    return time.monotonic() - started


class Replica:
    """The stores of one process."""

    def __init__(self, url: str, journal: Path) -> None:
        self.trackers = SteadyTrackers(Domain.empty(), host=url, journal=str(journal))
        self.locks = RedisLocks()
        self._safe = FailSafeTrackerStore(self.trackers)  # as Rasa's agent wraps it

    @property
    def away(self) -> bool:
        return self.trackers._keeper.away

    async def turn(self, sender: str, text: str, message: Optional[str] = None) -> list[str]:
        """One turn; what the visitor had said before, as this replica knew it."""
        async with self.locks.lock(sender):
            tracker = await self._safe.get_or_create_tracker(sender, append_action_listen=False)
            before = said(tracker)
            if not tracker.events:
                tracker.update(ActionExecuted("action_session_start"))
                tracker.update(SessionStarted())
                tracker.update(ActionExecuted("action_listen"))
            tracker.update(UserUttered(text, message_id=message or new_id()))
            tracker.update(BotUttered(f"re {text}"))
            tracker.update(ActionExecuted("action_listen"))
            await self._safe.save(tracker)
        return before

    async def stored(self, sender: str) -> list[str]:
        """What the visitor said, over all sessions."""
        tracker = await self.trackers.retrieve_full_tracker(sender)
        return said(tracker) if tracker else []

    async def close(self) -> None:
        await self.trackers.close()


def said(tracker: DialogueStateTracker) -> list[str]:
    return [event.text or "" for event in tracker.events if isinstance(event, UserUttered)]
