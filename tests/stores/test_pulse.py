"""What a process holds is free soon after its last sign of life, and not before."""
from __future__ import annotations

import asyncio

from redis.asyncio import Redis as Client

from spinebot.stores.pulse import LIFE_SECONDS, Pulse, bury
from tests.stores.servers import Redis
from tests.website_bot import in_loop

NAME = "held"


def test_what_a_living_process_holds_stays_and_of_a_dead_one_is_free(shared: Redis) -> None:
    async def story() -> None:
        client = Client.from_url(shared.url)
        pulse = Pulse(shared.url, 1.0)
        await pulse.show(client)
        value = b"running:" + pulse.token()
        await client.set(NAME, value)
        for _ in range(3):  # longer than one beat lasts
            await asyncio.sleep(LIFE_SECONDS / 2)
            assert not await bury(client, NAME, value)
        pulse.stop()
        while not await bury(client, NAME, value):
            await asyncio.sleep(0.05)
        assert await client.get(NAME) is None
        await client.close()

    in_loop(story)


def test_what_somebody_else_holds_by_now_stays(shared: Redis) -> None:
    async def story() -> None:
        client = Client.from_url(shared.url)
        dead, living = Pulse(shared.url, 1.0), Pulse(shared.url, 1.0)
        await living.show(client)
        await client.set(NAME, living.token())
        assert not await bury(client, NAME, dead.token())
        assert await client.exists(NAME)
        living.stop()
        await client.close()

    in_loop(story)
