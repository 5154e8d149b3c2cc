"""A replica killed, frozen, and all of them restarted one after the other, while people talk."""
from __future__ import annotations

import asyncio
import time

import pytest

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.service import Service
from tests.production.health import states
from tests.production.ledger import Count, count
from tests.production.outage import Talk, reports_by_newcomers
from tests.production.report import Report
from tests.production.visitors import Visitor, Visitors
from tests.production.wanted import ANSWER_SECONDS, unkept

CONVERSATIONS = 20
AFTER = (1, 8)  # of twenty messages that came in at once are answered: now the rest is running


async def everybody_speaks(people: list[Visitor], turn: int) -> None:
    """All at once: some report at first and answer then, some report later, the others ask."""
    async def speak(place: int, visitor: Visitor) -> None:
        if place % 4 == 0 and turn:
            await visitor.say("yes")
        elif place % 4 == 0 or place % 4 == 2 and turn:
            await visitor.report(place)
        else:
            await visitor.ask(place + turn)

    await asyncio.gather(*(speak(place, visitor) for place, visitor in enumerate(people)))


def answers_so_far(visitors: Visitors) -> int:
    return sum(said.answered is not None for said in visitors.said)


async def answered(visitors: Visitors, messages: int) -> None:
    """Until so many messages are answered."""
    while answers_so_far(visitors) < messages:
        await asyncio.sleep(0.005)


def kept(counted: Count) -> None:
    assert unkept(counted) == []
    assert counted.cut == 0  # nginx always had an answer
    assert counted.answer_s <= ANSWER_SECONDS


async def start_again(worker: Service) -> float:
    """Seconds until a worker serves again."""
    began = time.monotonic()
    worker.start()
    await asyncio.to_thread(worker.wait_ready)
    while (await asyncio.to_thread(states, worker)).get("status") != "ready":
        await asyncio.sleep(0.1)
    return round(time.monotonic() - began, 1)


@pytest.mark.sample
def test_a_replica_killed_with_twenty_conversations(cluster: Cluster, report: Report) -> None:
    asyncio.run(_killed(cluster, report, 0, AFTER[0]))


def test_the_other_replica_killed_a_little_later(cluster: Cluster, report: Report) -> None:
    asyncio.run(_killed(cluster, report, 1, AFTER[1]))


async def _killed(cluster: Cluster, report: Report, which: int, answers: int) -> None:
    victim = cluster.workers[which]
    async with Visitors(cluster.url) as visitors:
        people = visitors.several(CONVERSATIONS)
        await everybody_speaks(people, 0)
        begun = len(visitors.said)
        struck = asyncio.create_task(everybody_speaks(people, 1))
        await answered(visitors, begun + answers)
        running = len(visitors.said) - answers_so_far(visitors)
        victim.kill()
        killed = time.monotonic()
        await struck
        recovery = round(time.monotonic() - killed, 2)
        await reports_by_newcomers(visitors)
        restart = await start_again(victim)
        await everybody_speaks(people, 2)
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault(f"Replica {which + 1} of 2 killed, {CONVERSATIONS} conversations running",
                 counted, recovery, running=running, restart_s=restart)
    assert running  # or the replica was killed for nothing
    kept(counted)


def test_a_replica_frozen(cluster: Cluster, report: Report) -> None:
    asyncio.run(_frozen(cluster, report, cluster.workers[0]))


async def _frozen(cluster: Cluster, report: Report, victim: Service) -> None:
    async with Visitors(cluster.url) as visitors:
        people = visitors.several(CONVERSATIONS)
        await everybody_speaks(people, 0)
        victim.freeze()
        struck = time.monotonic()
        await everybody_speaks(people, 1)
        recovery = round(time.monotonic() - struck, 2)
        await reports_by_newcomers(visitors)
        victim.thaw()
        await everybody_speaks(people, 2)
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault("Replica 1 of 2 frozen", counted, recovery)
    kept(counted)


def test_a_rolling_restart(cluster: Cluster, report: Report) -> None:
    asyncio.run(_rolling(cluster, report))


async def _rolling(cluster: Cluster, report: Report) -> None:
    async with Visitors(cluster.url) as visitors:
        talk = Talk(visitors)
        await talk.begin()
        restarts = []
        for worker in cluster.workers:
            everybody = asyncio.create_task(
                everybody_speaks(visitors.several(CONVERSATIONS // 2), 0))
            await answered(visitors, answers_so_far(visitors) + 1)  # the others are running
            await asyncio.to_thread(worker.terminate)
            restarts.append(await start_again(worker))
            await everybody
        await talk.further(1)
        await talk.end()
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault("Rolling restart (SIGTERM, one after the other)", counted, counted.answer_s,
                 restart_s=max(restarts))
    kept(counted)
