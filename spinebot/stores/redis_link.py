"""The one connection of a process to the Redis that the replicas share."""
from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Optional, TypeVar
from weakref import WeakKeyDictionary, finalize

from redis.asyncio import Redis
from redis.exceptions import RedisError

from spinebot.stores.pulse import Pulse
from spinebot.stores.settings import redis_url
from spinebot.stores.watch import Away, Watch

SOCKET_SECONDS = 1.0
Result = TypeVar("Result")


class Link:
    """Asks Redis with short time-outs, and not at all while it is away.

    Args:
        url: as `redis://:password@host:6379/0`.

    Attributes:
        pulse: tells the other processes that this one lives.
    """

    def __init__(self, url: str) -> None:
        self._client: Any = Redis.from_url(
            url, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS)
        self.pulse = Pulse(url, SOCKET_SECONDS)
        finalize(self, self.pulse.stop)
        self._watch = Watch("Redis", self._return)
        self._owed: list[Callable[[Any], Awaitable[None]]] = []

    @property
    def away(self) -> bool:
        """Whether Redis did not answer last."""
        return self._watch.away

    async def ask(self, question: Callable[[Any], Awaitable[Result]]) -> Result:
        """What `question(client)` comes to.

        Raises:
            Away: there is no answer within `SOCKET_SECONDS`, or there was none lately.
        """
        if self._watch.away:
            raise Away("Redis is away")
        try:
            return await question(self._client)
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self._watch.lost(error)
            raise Away("Redis is away") from None

    def on_return(self, errand: Callable[[Any], Awaitable[None]]) -> None:
        """Do `errand(client)` when Redis is back, before anybody asks it again."""
        self._owed.append(errand)

    async def answers(self) -> bool:
        """Whether Redis answers now; takes no longer than `SOCKET_SECONDS`."""
        try:
            await self.ask(lambda client: client.ping())
        except Away:
            return False
        return True

    async def close(self) -> None:
        """Let go of Redis."""
        self.pulse.stop()
        await self._watch.close()
        await self._client.close(close_connection_pool=True)

    async def _return(self) -> None:
        await self._client.ping()
        while self._owed:
            await self._owed[0](self._client)
            self._owed.pop(0)


# A client belongs to the event loop in which it was made.
_links: WeakKeyDictionary[asyncio.AbstractEventLoop, Link] = WeakKeyDictionary()


def shared_link() -> Optional[Link]:
    """The running event loop's link, or None where no Redis is set."""
    url = redis_url()
    if url is None:
        return None
    loop = asyncio.get_running_loop()
    if loop not in _links:
        _links[loop] = Link(url)
    return _links[loop]
