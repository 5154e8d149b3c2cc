"""Sixty visitors on two replicas, and then ten times as many for half a minute."""
from __future__ import annotations

import asyncio
import math
import os
import statistics
import time
from typing import Any, Sequence

import pytest

from spinebot.ops.cluster import Cluster
from tests.production.conftest import short
from tests.production.ledger import count
from tests.production.report import Report
from tests.production.visitors import CUT, Said, Visitor, Visitors
from tests.production.wanted import unkept

VISITORS = 60
EACH_SECONDS = 15.0  # between two messages of one visitor
SECONDS = float(os.environ.get("SPINEBOT_LOAD_SECONDS", "30" if short() else "600"))
BURST = 10  # times as many visitors, so that each one stays within its limit
BURST_SECONDS = float(os.environ.get("SPINEBOT_BURST_SECONDS", "30"))
REPORTS_EVERY = 6  # visitors; one reports a red flag and answers the questions that follow


async def _visit(visitor: Visitor, place: int, begin: float, seconds: float) -> None:
    """Speak every fifteen seconds, by the clock: a late answer puts no later message off."""
    due = time.monotonic() + begin
    for turn in range(math.ceil((seconds - begin) / EACH_SECONDS)):
        await asyncio.sleep(max(0.0, due + turn * EACH_SECONDS - time.monotonic()))
        if place % REPORTS_EVERY == 0:
            await (visitor.report(place) if turn == 0 else visitor.say("yes"))
        else:
            await visitor.ask(place + turn)


async def load(cluster: Cluster, visitors: int, seconds: float) -> tuple[dict[str, Any], list[str]]:
    """Visitors spread evenly over the fifteen seconds; the row of the table, what was not kept."""
    async with Visitors(cluster.url) as made:
        people = made.several(visitors)
        await asyncio.gather(*(
            _visit(visitor, place, EACH_SECONDS * place / visitors, seconds)
            for place, visitor in enumerate(people)))
        counted = await count(made.said, cluster.postgres.url)
        row = {"visitors": visitors, "seconds": seconds, **percentiles(made.said), **vars(counted),
               "refused_at_first": sum(each.statuses[0] not in (200, CUT) for each in made.said)}
        return row, unkept(counted)


def percentiles(said: Sequence[Said]) -> dict[str, int]:
    """Milliseconds from the first sending to the whole answer, all tries counted."""
    times = [1000 * each.answered for each in said if each.answered is not None]
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return {f"p{place}_ms": round(cuts[place - 1]) for place in (50, 95, 99)}


@pytest.mark.sample
def test_sixty_visitors(cluster: Cluster, report: Report) -> None:
    row, broken = asyncio.run(load(cluster, VISITORS, SECONDS))
    report.add(load_p95_ms=row["p95_ms"], load=row)
    assert row["messages"] >= VISITORS * (SECONDS // EACH_SECONDS)
    assert broken == []


def test_ten_times_as_many_for_a_moment(cluster: Cluster, report: Report) -> None:
    row, broken = asyncio.run(load(cluster, VISITORS * BURST, BURST_SECONDS))
    report.add(burst=row)
    assert row["messages"] >= VISITORS * BURST
    assert broken == []
