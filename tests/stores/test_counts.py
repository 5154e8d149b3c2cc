"""Rate limits over two replicas, and with Redis away."""
from __future__ import annotations

import asyncio
import time

import pytest

from spinebot.channels.pace import Limits, Pace, TooFast
from tests.stores.servers import Redis
from tests.stores.talk import new_id
from tests.website_bot import in_loop


async def passed(*paces: Pace, conversation: str, messages: int = 10) -> int:
    """How many messages were not too fast, sent to one replica after the other."""
    count = 0
    for number in range(messages):
        try:
            await paces[number % len(paces)].message("192.0.2.1", conversation)
        except TooFast as refusal:
            assert 1 <= refusal.wait <= 61
        else:
            count += 1
    return count


LIMITS = Limits(conversation=4, address=1_000_000)


@pytest.fixture(autouse=True)
def early_in_a_minute() -> None:
    """The limits count by the minute of the clock; a test must not cross into the next."""
    while time.time() % 60 > 50:
        time.sleep(0.1)


def test_two_replicas_count_together(shared: Redis) -> None:
    async def story() -> None:
        assert await passed(Pace(LIMITS), Pace(LIMITS), conversation=new_id()) == 4

    in_loop(story)


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_with_redis_away_each_replica_counts_for_itself(shared: Redis, fault: str) -> None:
    async def story() -> None:
        getattr(shared, fault)()
        try:
            one, two, sender = Pace(LIMITS), Pace(LIMITS), new_id()
            counted = asyncio.wait_for(passed(one, two, conversation=sender), 3)
            assert await counted == 8
        finally:
            {"kill": shared.start, "freeze": shared.thaw}[fault]()

    in_loop(story)
