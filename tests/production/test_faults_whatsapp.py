"""Meta delivers a message twice, to two replicas: one turn, and every reply once on the phone."""
from __future__ import annotations

import asyncio
from typing import Optional

import aiohttp
import pytest

from spinebot.ops.cluster import Cluster
from tests.channels.whatsapp.world import World
from tests.production.phones import count, deliver, delivery, settled
from tests.production.report import Report
from tests.production.wanted import unkept

PHONES = 20
TEXT = "I suddenly cannot move my left leg"


@pytest.mark.parametrize("name, first, gap", [
    ("at the same moment", 91984510000, 0.0), ("0.3 s apart", 91984520000, 0.3),
    ("one after the other", 91984530000, None)])
def test_the_same_webhook_on_two_replicas(cluster: Cluster, world: World, report: Report,
                                          name: str, first: int, gap: Optional[float]) -> None:
    alone, *senders = [str(first + number) for number in range(PHONES + 1)]
    asyncio.run(_deliver(cluster, alone, senders, gap))
    settled(world, cluster, [alone, *senders])
    counted = count(world, senders, once=world.texts(alone))
    report.fault(f"WhatsApp: the same webhook on two replicas {name}", counted)
    assert unkept(counted) == []


async def _deliver(cluster: Cluster, alone: str, senders: list[str],
                   gap: Optional[float]) -> None:
    servers = [worker.url for worker in cluster.workers]
    async with aiohttp.ClientSession() as session:
        async def twice(place: int, sender: str) -> None:
            content = delivery(sender, TEXT)
            first = deliver(session, servers[place % 2], content)
            if gap is None:
                await first

            async def again() -> None:
                await asyncio.sleep(gap or 0)
                await deliver(session, servers[1 - place % 2], content)

            await asyncio.gather(*([] if gap is None else [first]), again())

        await deliver(session, servers[0], delivery(alone, TEXT))
        await asyncio.gather(*(twice(place, sender) for place, sender in enumerate(senders)))
