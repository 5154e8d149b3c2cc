"""A message id is one turn on all replicas, and everybody who asks for it gets its answer."""
from __future__ import annotations

import asyncio
import hashlib
import json
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, AsyncIterator, Optional

from spinebot.stores.locks import LIFETIME_SECONDS, RENEW_SECONDS
from spinebot.stores.pulse import bury
from spinebot.stores.redis_link import Link, shared_link
from spinebot.stores.watch import Away

ANSWERED_SECONDS = 600  # a message is retried within seconds; the tracker store knows the rest
# Between looks at a claim that another replica holds. A slow moment brings many who look, which
# must not make it slower.
FIRST_POLL_SECONDS, LAST_POLL_SECONDS = 0.1, 0.4
_RUNNING, _ANSWERED = b"running:", b"answered:"
# Only who still holds the claim may change it: 1 where that was so.
_IF_MINE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
"""
Replies = list[dict[str, Any]]


class Claim:
    """What is known of a message when its turn may begin.

    Attributes:
        answer: the replies; set already where another replica gave them, otherwise to be set by
            the holder. Left as None the message may be tried again.
        contested: another replica may have stored an answer: look before a turn is run.
    """

    def __init__(self, answer: Optional[Replies] = None, contested: bool = False) -> None:
        self.answer = answer
        self.contested = contested


@asynccontextmanager
async def claim(conversation: str, message: str) -> AsyncIterator[Claim]:
    """Hold the claim of a message while the block answers it.

    Waits while another replica holds it, and takes it over when that one dies. Duplicates within
    one process are not its business. With no Redis set there is one process, and nothing to wait
    for; with Redis away the claim is contested.

    Args:
        conversation: id of the conversation.
        message: id of the message.
    """
    link = shared_link()
    if link is None:
        yield Claim()
        return
    holder = _Holder(link, conversation, message)
    got = await holder.take()
    if got.answer is not None:
        yield got
        return
    renewal = asyncio.ensure_future(holder.renew())
    try:
        yield got
    except BaseException:
        got.answer = None
        raise
    finally:
        renewal.cancel()
        await holder.settle(got.answer)


class _Holder:
    """One replica's hand on one claim."""

    def __init__(self, link: Link, conversation: str, message: str) -> None:
        # hashed: the conversation's id is the visitor's secret
        digest = hashlib.sha256(f"{conversation} {message}".encode()).hexdigest()
        self._link = link
        self._name = f"spinebot:claim:{digest}"
        self._mine = _RUNNING + link.pulse.token()

    async def take(self) -> Claim:
        """The claim once it is ours or answered; contested with Redis away, and ours then."""
        pause = FIRST_POLL_SECONDS
        try:
            await self._link.ask(self._link.pulse.show)
            while True:
                found = await self._link.ask(self._set_or_get)
                if found is None or found == self._mine:
                    return Claim(contested=pause > FIRST_POLL_SECONDS)
                if found.startswith(_ANSWERED):
                    return Claim(answer=json.loads(found[len(_ANSWERED):]))
                if not await self._link.ask(partial(bury, name=self._name, value=found)):
                    await asyncio.sleep(pause)
                pause = min(2 * pause, LAST_POLL_SECONDS)
        except Away:
            return Claim(contested=True)

    async def renew(self) -> None:
        """Keep the claim until this is cancelled."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self._change(self._mine, LIFETIME_SECONDS)

    async def settle(self, answer: Optional[Replies]) -> None:
        """Leave the answer for whoever asks again, or let go where there is none."""
        await self._change(_ANSWERED + json.dumps(answer).encode() if answer else b"",
                           ANSWERED_SECONDS)

    async def _set_or_get(self, client: Any) -> Optional[bytes]:
        found: Optional[bytes] = await client.set(
            self._name, self._mine, nx=True, get=True, px=int(LIFETIME_SECONDS * 1000))
        return found

    async def _change(self, value: bytes, seconds: float) -> None:
        with suppress(Away):
            await self._link.ask(lambda client: client.eval(
                _IF_MINE, 1, self._name, self._mine, value, int(seconds * 1000)))
