"""Redis and PostgreSQL killed, stopped, frozen and late, while people talk."""
from __future__ import annotations

import asyncio
from typing import Callable

import pytest

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.service import Service
from tests.production.health import AWAY, OK, states, until_noticed
from tests.production.ledger import count
from tests.production.outage import outage, reports_by_newcomers
from tests.production.report import Report
from tests.production.visitors import Visitors
from tests.production.wanted import RETURN_SECONDS, unkept

LOCKS, TRACKERS = "lock_store", "tracker_store"
FROZEN_SECONDS = 10.0


def store_fault(cluster: Cluster, report: Report, name: str, part: str, service: Service,
                take_away: Callable[[], None], bring_back: Callable[[], None],
                least_seconds: float = 0.0) -> None:
    """Take a store away while people talk, bring it back, and count."""
    ready = service.is_ready

    async def strike() -> None:
        await asyncio.to_thread(take_away)

    async def mend() -> None:
        bring_back()
        await asyncio.to_thread(service.wait_ready)

    async def story() -> None:
        said, seconds = await outage(Visitors(cluster.url), strike, mend,
                                     lambda: until_noticed(cluster, part, OK), least_seconds)
        counted = await count(said, cluster.postgres.url)
        report.fault(name, counted, seconds)
        assert unkept(counted) == []
        assert seconds <= RETURN_SECONDS

    assert ready()
    asyncio.run(story())


@pytest.mark.sample
def test_redis_killed(cluster: Cluster, report: Report) -> None:
    store_fault(cluster, report, "Redis killed", LOCKS, cluster.redis, cluster.redis.kill,
                cluster.redis.start)


def test_redis_frozen(cluster: Cluster, report: Report) -> None:
    store_fault(cluster, report, "Redis frozen", LOCKS, cluster.redis, cluster.redis.freeze,
                cluster.redis.thaw, FROZEN_SECONDS)


@pytest.mark.sample
def test_postgresql_stopped(cluster: Cluster, report: Report) -> None:
    store_fault(cluster, report, "PostgreSQL stopped", TRACKERS, cluster.postgres,
                cluster.postgres.terminate, cluster.postgres.start)


def test_postgresql_killed(cluster: Cluster, report: Report) -> None:
    store_fault(cluster, report, "PostgreSQL killed", TRACKERS, cluster.postgres,
                cluster.postgres.kill, cluster.postgres.start)


def test_postgresql_frozen(cluster: Cluster, report: Report) -> None:
    store_fault(cluster, report, "PostgreSQL frozen", TRACKERS, cluster.postgres,
                cluster.postgres.freeze, cluster.postgres.thaw, FROZEN_SECONDS)


def test_both_stores_away(cluster: Cluster, report: Report) -> None:
    def take_away() -> None:
        cluster.redis.kill()
        cluster.postgres.terminate()

    def bring_back() -> None:
        cluster.redis.start()
        cluster.postgres.start()

    store_fault(cluster, report, "Redis and PostgreSQL away together", TRACKERS, cluster.postgres,
                take_away, bring_back)


def test_a_fresh_database_that_comes_late(report: Report) -> None:
    with Cluster(workers=2, later={"postgres"}) as cluster:
        assert [states(worker)["status"] for worker in cluster.workers] == ["not ready"] * 2
        asyncio.run(_late(cluster, report))


async def _late(cluster: Cluster, report: Report) -> None:
    async with Visitors(cluster.url) as visitors:
        await reports_by_newcomers(visitors)
        asker = visitors.new()
        await asker.ask()
        assert [states(worker)[TRACKERS] for worker in cluster.workers] == [AWAY] * 2
        cluster.postgres.start()
        await asyncio.to_thread(cluster.postgres.wait_ready)
        seconds = await until_noticed(cluster, TRACKERS, OK)
        await asker.ask(1)
        counted = await count(visitors.said, cluster.postgres.url)
    report.fault("PostgreSQL late, on a fresh database", counted, seconds)
    assert unkept(counted) == []
    assert seconds <= RETURN_SECONDS
