"""Whether the stores work, for the health routes and the metrics."""
from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Optional
from weakref import ReferenceType, ref

from spinebot.stores.redis_link import shared_link

OK, AWAY = "ok", "away"
PATIENCE_SECONDS = 0.8

_trackers: Optional[ReferenceType[Any]] = None


def watch_trackers(store: Any) -> None:
    """Ask this tracker store from now on."""
    global _trackers
    _trackers = ref(store)


async def store_states() -> dict[str, str]:
    """`tracker_store` and `lock_store`, each "ok" or "away"; never raises, takes under 1 s.

    Without Redis the locks are in memory, and "ok". "away" of the tracker store also means that
    the journal is not yet in the database.
    """
    store = _trackers() if _trackers else None
    link = shared_link()
    checks: dict[str, Optional[Awaitable[bool]]] = {
        "tracker_store": store.answers(PATIENCE_SECONDS) if store else None,
        "lock_store": link.answers() if link else None}
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    return dict(zip(checks, states))


async def _state(check: Optional[Awaitable[bool]]) -> str:
    if check is None:
        return OK
    try:
        return OK if await asyncio.wait_for(check, PATIENCE_SECONDS) else AWAY
    except Exception:  # whatever a driver raises
        return AWAY
