"""The number of the lock under which a turn runs: a later holder always has a higher one."""
from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Optional

# Of the turn that runs in this context; None: no shared lock was to be had.
held: ContextVar[Optional[int]] = ContextVar("spinebot_fence", default=None)

_COUNTER = "spinebot:fence"
# Never below the clock, so that a Redis that forgot its counter still goes on from higher numbers.
_NEXT = """
local now = redis.call('TIME')
local number = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) + 1,
                        now[1] * 1000000 + now[2])
redis.call('SET', KEYS[1], string.format('%.0f', number))
return number
"""


async def next_fence(client: Any) -> int:
    """A number that is higher than all that were given out before."""
    return int(await client.eval(_NEXT, 1, _COUNTER))
