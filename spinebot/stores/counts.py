"""Counts of requests that all replicas share, as a storage of the `limits` library."""
from __future__ import annotations

import hashlib
import time
from typing import Any, Optional

from limits.aio.storage import MemoryStorage
from limits.aio.storage.base import Storage
from limits.aio.storage.redis import RedisInteractor

from spinebot.stores.redis_link import shared_link
from spinebot.stores.watch import Away


class SharedCounts(Storage):
    """Counts in Redis; in this process's memory where Redis is not set or away."""

    STORAGE_SCHEME = ["async+spinebot"]

    def __init__(self) -> None:
        super().__init__()
        self._memory = MemoryStorage()

    async def incr(self, key: str, expiry: int, elastic_expiry: bool = False,
                   amount: int = 1) -> int:
        """Add to a count that is forgotten after `expiry` seconds; returns what it is now."""
        link = shared_link()
        if link:
            try:
                return int(await link.ask(lambda client: client.eval(
                    RedisInteractor.SCRIPT_INCR_EXPIRE, 1, _name(key), expiry, amount)))
            except Away:
                pass
        return int(await self._memory.incr(key, expiry, elastic_expiry, amount))

    async def get(self, key: str) -> int:
        """The count; 0 where there is none."""
        return int(await self._read("get", key) or await self._memory.get(key))

    async def get_expiry(self, key: str) -> int:
        """When the count is forgotten, in seconds since the epoch."""
        left = await self._read("ttl", key)
        if left is None or int(left) < 0:
            return int(await self._memory.get_expiry(key))
        return int(left) + int(time.time())

    async def check(self) -> bool:
        """Whether there is a place to count in: memory always is."""
        return True

    async def reset(self) -> Optional[int]:
        """Forget the counts of this process."""
        count: Optional[int] = await self._memory.reset()
        return count

    async def clear(self, key: str) -> int:
        """Forget one count."""
        await self._read("delete", key)
        await self._memory.clear(key)
        return 0

    async def _read(self, command: str, key: str) -> Any:
        link = shared_link()
        if link is None:
            return None
        try:
            return await link.ask(lambda client: getattr(client, command)(_name(key)))
        except Away:
            return None


def _name(key: str) -> str:
    """The key in Redis; hashed, as it holds an address or the secret id of a conversation."""
    return "spinebot:count:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
