"""A sign of life of each process in Redis, so that what a dead one held is free within seconds.

It comes from a thread: the event loop may be busy with somebody's message for a second, and is
not dead then. (Of a process whose loop hangs for good, locks and claims run out by themselves.)
"""
from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

LIFE_SECONDS = 1.5  # after its last beat a process counts as dead
BEAT_SECONDS = 0.3
_NAME = "spinebot:alive:"
_MARK = b"@"  # between a process and what else a token holds
# Take from Redis what a process holds that has no sign of life; 1 where that was so.
_BURY = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('DEL', KEYS[1])
return 1
"""


class Pulse:
    """The sign of life of this process, from the first use on.

    Args:
        url: of Redis.
        seconds: time-out of its connection.
    """

    def __init__(self, url: str, seconds: float) -> None:
        self._id = uuid.uuid4().hex
        self._url = url
        self._seconds = seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def token(self) -> bytes:
        """A new one, which tells everybody whose it is."""
        return self._id.encode() + _MARK + uuid.uuid4().hex.encode()

    async def show(self, client: Any) -> None:
        """Be alive in Redis before anything is held there, and from then on."""
        await client.set(_NAME + self._id, 1, px=int(LIFE_SECONDS * 1000))
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """No further beat."""
        self._over.set()

    def _beat(self) -> None:
        client: Any = Redis.from_url(self._url, socket_timeout=self._seconds,
                                     socket_connect_timeout=self._seconds)
        while not self._over.wait(BEAT_SECONDS):
            with suppress(RedisError, OSError):  # it is away; the event loop tells that
                client.set(_NAME + self._id, 1, px=int(LIFE_SECONDS * 1000))
        client.close()


async def bury(client: Any, name: str, value: bytes) -> bool:
    """Free what a dead process holds; returns whether that was so.

    Args:
        name: key in Redis.
        value: what was found there, with the holder's token at its end.
    """
    holder = value.rpartition(_MARK)[0].rpartition(b":")[2].decode()
    return bool(await client.eval(_BURY, 2, name, _NAME + holder, value))
