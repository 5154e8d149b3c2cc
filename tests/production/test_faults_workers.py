"""A replica killed, frozen, and all of them restarted one after the other, while people talk."""
from __future__ import annotations

import asyncio
import time

import pytest

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.service import Service
from tests.production.health import states
from tests.production.ledger import Count, count
from tests.production.outage import (
    CONVERSATIONS,
    REPORTERS,
    Talk,
    answered,
    answers_so_far,
    everybody_speaks,
    reports_by_newcomers,
)
from tests.production.report import Report
from tests.production.visitors import GIVE_UP_SECONDS, Visitors
from tests.production.wanted import ANSWER_SECONDS, unkept


def kept(counted: Count) -> None:
    assert unkept(counted) == []
    assert counted.cut == 0  # nginx always had an answer
    assert counted.answer_s <= ANSWER_SECONDS


async def start_again(worker: Service) -> float:
    """Seconds until a worker serves again."""
    began = time.monotonic()
    if worker.running:
        worker.thaw()
    worker.start()
    await asyncio.to_thread(worker.wait_ready)
    while (await asyncio.to_thread(states, worker)).get("status") != "ready":
        await asyncio.sleep(0.1)
    return round(time.monotonic() - began, 1)


@pytest.mark.parametrize("which, answers", [
    pytest.param(0, 1, marks=pytest.mark.sample), (1, 4), (0, 8)])
def test_a_replica_killed_with_twenty_conversations(cluster: Cluster, report: Report, which: int,
                                                    answers: int) -> None:
    asyncio.run(_struck(cluster, report, "killed", cluster.workers[which], answers))


@pytest.mark.parametrize("which, answers", [(1, 0), (0, 2)])
def test_a_replica_frozen_with_twenty_conversations(cluster: Cluster, report: Report, which: int,
                                                    answers: int) -> None:
    asyncio.run(_struck(cluster, report, "frozen", cluster.workers[which], answers))


async def _struck(cluster: Cluster, report: Report, how: str, victim: Service,
                  answers: int) -> None:
    """Twenty people go on and six come in, all at once; after some answers, a replica is gone."""
    async with Visitors(cluster.url) as visitors:
        people = visitors.several(CONVERSATIONS)
        await everybody_speaks(people, 0)
        begun = len(visitors.said)
        messages = asyncio.gather(everybody_speaks(people, 1), reports_by_newcomers(visitors))
        await answered(visitors, begun + answers)
        running = len(visitors.said) - answers_so_far(visitors)
        victim.kill() if how == "killed" else victim.freeze()
        gone = time.monotonic()
        await messages
        struck = visitors.said[begun:begun + CONVERSATIONS + REPORTERS]
        recovery = round(max(each.began + (each.answered or GIVE_UP_SECONDS) for each in struck)
                         - gone, 2)
        restart = await start_again(victim)
        await everybody_speaks(people, 2)
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault(f"One of two replicas {how} after {answers} of {CONVERSATIONS + REPORTERS} "
                 "answers", counted, recovery, running=running, restart_s=restart)
    assert running or not answers  # or the replica went for nothing
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
