"""The action server down, frozen, hanging, failing and talking nonsense, while people talk."""
from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from spinebot.ops.cluster import Cluster
from tests.production.broken_actions import (
    HANG_SECONDS,
    Answer,
    BrokenActions,
    fails,
    hangs,
    no_answer_of_an_action,
    no_json,
)
from tests.production.health import OK, until_noticed
from tests.production.ledger import count
from tests.production.outage import outage
from tests.production.report import Report
from tests.production.visitors import Visitors
from tests.production.wanted import RETURN_SECONDS, unkept

PART = "actions"


def test_the_action_server_down(cluster: Cluster, report: Report) -> None:
    async def strike() -> None:
        cluster.actions.kill()

    async def mend() -> None:
        cluster.actions.start()
        await asyncio.to_thread(cluster.actions.wait_ready)

    async def story() -> None:
        said, seconds = await outage(Visitors(cluster.url), strike, mend,
                                     lambda: until_noticed(cluster, PART, OK))
        counted = await count(said, cluster.postgres.url)
        report.fault("Action server down", counted, seconds)
        assert unkept(counted) == []
        assert seconds <= RETURN_SECONDS

    asyncio.run(story())


@pytest.mark.sample
def test_the_action_server_frozen(cluster: Cluster, report: Report) -> None:
    async def strike() -> None:
        cluster.actions.freeze()

    async def mend() -> None:
        cluster.actions.thaw()

    async def story() -> None:
        said, seconds = await outage(Visitors(cluster.url), strike, mend,
                                     lambda: until_noticed(cluster, PART, OK), HANG_SECONDS)
        counted = await count(said, cluster.postgres.url)
        report.fault("Action server frozen", counted, seconds)
        assert unkept(counted) == []
        assert seconds <= RETURN_SECONDS

    asyncio.run(story())


@pytest.mark.parametrize("name, answer", [
    ("Action server answers after 10 s", hangs),
    ("Action server answers 500", fails),
    ("Action server answers no JSON", no_json),
    ("Action server answers JSON of another shape", no_answer_of_an_action)])
def test_the_action_server_answers_wrongly(cluster: Cluster, report: Report, name: str,
                                           answer: Answer) -> None:
    async def story() -> None:
        async with AsyncExitStack() as wrong:
            async def strike() -> None:
                cluster.actions.kill()
                await wrong.enter_async_context(BrokenActions(cluster.actions.port, answer))

            async def mend() -> None:
                await wrong.aclose()
                cluster.actions.start()
                await asyncio.to_thread(cluster.actions.wait_ready)

            said, seconds = await outage(Visitors(cluster.url), strike, mend,
                                         lambda: until_noticed(cluster, PART, OK))
        counted = await count(said, cluster.postgres.url)
        report.fault(name, counted, seconds)
        assert unkept(counted) == []
        assert seconds <= RETURN_SECONDS

    asyncio.run(story())
