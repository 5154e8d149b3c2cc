"""Two replicas and one conversation: messages at the same moment, and the same message twice."""
from __future__ import annotations

import asyncio
from typing import Optional

import pytest

from spinebot.ops.cluster import Cluster
from tests.production.conftest import short
from tests.production.ledger import count, settled
from tests.production.report import Report
from tests.production.visitors import Said, Visitors, new_id
from tests.production.wanted import unkept

SENDERS, PAIRS_EACH = (10, 3) if short() else (125, 8)
AT_ONCE = 4  # senders; more only queue for the processors
COPIES = 10 if short() else 100
ANSWERS = ("yes", "no")


@pytest.mark.sample
def test_two_messages_of_one_sender_at_the_same_moment(cluster: Cluster, report: Report) -> None:
    asyncio.run(_pairs(cluster, report))


async def _pairs(cluster: Cluster, report: Report) -> None:
    servers = [worker.url for worker in cluster.workers]
    turn = asyncio.Semaphore(AT_ONCE)
    async with Visitors() as visitors:
        async def sender(place: int) -> None:
            async with turn:
                one = visitors.new(servers[0])
                other = visitors.new(servers[1], conversation=one.conversation)
                for pair in range(PAIRS_EACH):
                    await asyncio.gather(
                        one.report(place) if pair == 0 else one.say(ANSWERS[pair % 2]),
                        other.ask(place + pair))
                await one.close()
                await other.close()

        await asyncio.gather(*(sender(place) for place in range(SENDERS)))
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault(f"{SENDERS * PAIRS_EACH:,} pairs of simultaneous messages of one sender, "
                 "on two replicas", counted)
    assert counted.messages == 2 * SENDERS * PAIRS_EACH
    assert unkept(counted) == []


@pytest.mark.sample
@pytest.mark.parametrize("name, gap", [("at the same moment", 0.0), ("50 ms apart", 0.05),
                                       ("one after the other", None)])
def test_the_same_message_on_two_replicas(cluster: Cluster, report: Report, name: str,
                                          gap: Optional[float]) -> None:
    asyncio.run(_copies(cluster, report, name, gap))


async def _copies(cluster: Cluster, report: Report, name: str, gap: Optional[float]) -> None:
    servers = [worker.url for worker in cluster.workers]
    turn = asyncio.Semaphore(AT_ONCE)
    pairs: list[tuple[Said, Said]] = []
    async with Visitors() as visitors:
        async def sender(place: int) -> None:
            async with turn:
                one = visitors.new(servers[place % 2])
                other = visitors.new(servers[1 - place % 2], conversation=one.conversation)
                message = new_id()

                async def again() -> Said:
                    await asyncio.sleep(gap or 0)
                    return await other.say("I suddenly cannot move my left leg", True, message)

                first = one.say("I suddenly cannot move my left leg", True, message)
                if gap is None:
                    pairs.append((await first, await again()))
                else:
                    both = await asyncio.gather(first, again())
                    pairs.append((both[0], both[1]))
                await one.close()
                await other.close()

        await asyncio.gather(*(sender(place) for place in range(COPIES)))
        stored = await settled(visitors.said, cluster.postgres.url)
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault(f"The same message delivered to two replicas {name}", counted)
    assert unkept(counted) == []
    assert [pair for pair in pairs if pair[0].replies != pair[1].replies] == []
    # one message, stored once, and nothing beside it
    assert {sum(map(len, each.turns.values())) for each in stored.values()} == {1}
