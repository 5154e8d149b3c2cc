"""One turn of a conversation at a time, over all replicas."""
from __future__ import annotations

import asyncio
import hashlib
import time
from contextlib import asynccontextmanager, suppress
from typing import Any, AsyncIterator, Dict, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockError, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio.lock import Lock
from redis.exceptions import LockError as NotOurs

from spinebot.stores import fence
from spinebot.stores.pulse import bury
from spinebot.stores.redis_link import Link, shared_link
from spinebot.stores.watch import Away

# Of a lock whose holder hangs; what a dead one holds is free sooner (see `pulse`). The holder
# renews it, so a turn may last longer; it is shorter than a turn's deadline, so that who waits for
# a hanging replica is still answered.
LIFETIME_SECONDS = 8.0
RENEW_SECONDS = 2.0
POLL_SECONDS = 0.05
PATIENCE_SECONDS = 60.0  # behind other messages of the same sender


class _Queue:
    """Those of this process who wait for one conversation, first come first served."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.users = 0


class RedisLocks(LockStore):
    """Rasa's locks: a queue in this process, and a lock in Redis among the heads of the queues.

    Without Redis (not set, or away) the queue alone remains: turns are still answered, and the
    tracker store puts those of other replicas one after the other.

    Args:
        endpoint_config: `lock_store` of endpoints.yml; the address comes from the environment.
    """

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None) -> None:
        self._queues: Dict[str, _Queue] = {}
        super().__init__()

    @asynccontextmanager
    async def lock(self, conversation_id: str, lock_lifetime: float = LIFETIME_SECONDS,
                   wait_time_in_seconds: float = POLL_SECONDS) -> AsyncIterator[TicketLock]:
        """Hold the conversation's lock while the block runs.

        Args:
            conversation_id: whose.
            lock_lifetime: seconds after which the lock of a hanging holder is free.
            wait_time_in_seconds: between looks at a lock that another replica holds.

        Raises:
            LockError: it was not free within `PATIENCE_SECONDS`.
        """
        async with self._head_of_queue(conversation_id):
            link = shared_link()
            taken = link and await _take(link, conversation_id, lock_lifetime,
                                         wait_time_in_seconds)
            renewal = asyncio.ensure_future(_renew(link, taken)) if link and taken else None
            try:
                yield TicketLock(conversation_id)
            finally:
                fence.held.set(None)
                if link and taken and renewal:
                    renewal.cancel()
                    await _release(link, taken)

    @asynccontextmanager
    async def _head_of_queue(self, conversation: str) -> AsyncIterator[None]:
        queue = self._queues.setdefault(conversation, _Queue())
        queue.users += 1
        try:
            try:
                await asyncio.wait_for(queue.turn.acquire(), PATIENCE_SECONDS)
            except asyncio.TimeoutError:
                raise LockError("a turn of this conversation does not end") from None
            try:
                yield
            finally:
                queue.turn.release()
        finally:
            queue.users -= 1
            if not queue.users:
                self._queues.pop(conversation, None)


async def _take(link: Link, conversation: str, lifetime: float, poll: float) -> Optional[Lock]:
    """The shared lock, or None with Redis away."""
    if link.away:
        return None
    # hashed: the id is the visitor's secret
    name = "spinebot:lock:" + hashlib.sha256(
        conversation.encode("utf-8", "surrogatepass")).hexdigest()
    token = link.pulse.token()

    async def acquire(client: Any) -> Optional[Lock]:
        lock = Lock(client, name, timeout=lifetime, thread_local=False)
        until = time.monotonic() + PATIENCE_SECONDS
        await link.pulse.show(client)
        while not await lock.acquire(blocking=False, token=token):
            holder = await client.get(name)
            if not holder or await bury(client, name, holder):
                continue
            if time.monotonic() > until:
                return None
            await asyncio.sleep(poll)
        fence.held.set(await fence.next_fence(client))
        return lock

    try:
        lock = await link.ask(acquire)
    except Away:
        # a Redis that was frozen carries it out when it goes on
        link.on_return(lambda client: _let_go(Lock(client, name), token))
        return None
    if lock is None:
        raise LockError("another replica's turn of this conversation does not end")
    return lock


async def _renew(link: Link, lock: Lock) -> None:
    async def renew(_: Any) -> None:
        with suppress(NotOurs):  # it ran out; the fence tells the store so
            await lock.reacquire()

    while True:
        await asyncio.sleep(RENEW_SECONDS)
        with suppress(Away):  # the turn goes on without it
            await link.ask(renew)


async def _release(link: Link, lock: Lock) -> None:
    token: bytes = lock.local.token
    try:
        await link.ask(lambda _: _let_go(lock, token))
    except Away:
        link.on_return(lambda _: _let_go(lock, token))


async def _let_go(lock: Lock, token: bytes) -> None:
    with suppress(NotOurs):  # it ran out, and another holder may have it now
        await lock.do_release(token)
