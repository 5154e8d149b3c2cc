"""How fast a visitor may send. Over the limit, only what may be a report is still answered.

An address is the peer's. Behind a proxy it must be the visitor's: set SANIC_PROXIES_COUNT to the
number of proxies (Sanic then reads X-Forwarded-For), or SANIC_REAL_IP_HEADER to the header that
the proxy sets; without a proxy set neither, or a visitor could choose the address.
"""
from __future__ import annotations

import ipaddress
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.strategies import FixedWindowRateLimiter

from spinebot.channels.guard import Refused
from spinebot.stores.counts import SharedCounts
from spinebot.texts import say

MESSAGES_PER_CONVERSATION = 30  # a minute, as all of these
MESSAGES_PER_ADDRESS = 300  # a whole clinic or school may share one
HISTORIES_PER_ADDRESS = 300
HISTORIES_PER_CONVERSATION = 30  # to read a long one takes a second
FLOOD = 3  # times the limit of an address: from here on not even the language model is asked
_NETWORK_BITS = 64  # of an IPv6 address; the rest a visitor may choose freely


class TooFast(Refused):
    """A request over a limit.

    Attributes:
        wait: seconds until it may be sent again.
        flood: so far over the limit that nothing may be spent on it.
    """

    def __init__(self, wait: int, flood: bool = False) -> None:
        super().__init__(429, "too many requests")
        self.wait = wait
        self.flood = flood

    @property
    def text(self) -> str:
        """For the visitor. A flood is not read, so it may hold a report: the urgent message."""
        slow = say("utter_slow_down")
        return f"{say('utter_urgent_advice')}\n\n{slow}" if self.flood else slow


@dataclass(frozen=True)
class Limits:
    """Requests a minute."""

    conversation: int = MESSAGES_PER_CONVERSATION
    address: int = MESSAGES_PER_ADDRESS
    histories: int = HISTORIES_PER_ADDRESS
    conversation_histories: int = HISTORIES_PER_CONVERSATION


class Pace:
    """Counts requests of the running minute, over all replicas where they share a Redis."""

    def __init__(self, limits: Limits) -> None:
        self._storage = SharedCounts()  # the limiter itself keeps a weak reference only
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._conversation = RateLimitItemPerMinute(limits.conversation)
        self._address = RateLimitItemPerMinute(limits.address)
        self._flood = RateLimitItemPerMinute(limits.address * FLOOD)
        self._histories = RateLimitItemPerMinute(limits.histories)
        self._conversation_histories = RateLimitItemPerMinute(limits.conversation_histories)

    async def message(self, address: str, conversation: str) -> None:
        """Count a message.

        Raises:
            TooFast: it is over a limit.
        """
        network = network_of(address)
        await self._count(self._flood, "flood", network, flood=True)
        # an address over its limit adds no more conversations to what is kept in memory
        await self._count(self._address, "address", network)
        await self._count(self._conversation, "conversation", conversation)

    async def history(self, address: str, conversation: str) -> None:
        """Count a request for a history.

        Raises:
            TooFast: it is over a limit.
        """
        await self._count(self._histories, "history", network_of(address))
        await self._count(self._conversation_histories, "history", conversation)

    async def _count(self, limit: RateLimitItem, *key: str, flood: bool = False) -> None:
        if await self._limiter.hit(limit, *key):
            return
        ends, _ = await self._limiter.get_window_stats(limit, *key)
        raise TooFast(max(1, math.ceil(ends - time.time())), flood)


def network_of(address: str) -> str:
    """What is counted as one address."""
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:  # a proxy may hide it behind a name
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
