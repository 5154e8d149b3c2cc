"""Thousands of requests that are none: nothing dies of them, fails, hangs or grows."""
from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from spinebot.ops.cluster import Cluster
from tests.production.conftest import short
from tests.production.ledger import count
from tests.production.malformed import ROUTES, Malformed, by_hand, made
from tests.production.report import Report
from tests.production.visitors import Visitors
from tests.production.wanted import unkept
from tests.production.wire import CLOSED, HUNG, exchange, memory, own, processes

REQUESTS = 500 if short() else 10_000
GROWTH = 0.05  # of resident memory, what the issue allows
WARM = 75  # requests, so that what is loaded once does not count as growth
DOORS = 2  # through nginx, and around it


class Attack:
    """Sends each request through nginx and to a worker, and keeps what was wrong.

    Attributes:
        statuses: how often each status came.
        wrong: the beginnings of the requests that should have been answered otherwise.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._nginx = cluster.url
        self._workers = itertools.cycle(worker.url for worker in cluster.workers)
        self._addresses = (f"127.2.{place // 250 % 250}.{1 + place % 250}"  # limits are for each
                           for place in itertools.count())
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())

    def send(self, request: Malformed) -> None:
        for target in (self._nginx, next(self._workers)):
            self._send(target, request)

    def _send(self, target: str, request: Malformed) -> None:
        reply = exchange(target, request.content, next(self._addresses), request.broken)
        self.statuses[reply.status] += 1
        if (reply.status >= 500 or reply.status == HUNG
                or reply.status == CLOSED and not request.broken):
            self.wrong.append(f"{reply.status} of {target}: {request.content[:300]!r}")


def all_by_hand() -> list[Malformed]:
    """Those of every route, mixed, so that a part of it has something of everything."""
    found = [request for route in ROUTES for request in by_hand(route)]
    random.Random(6).shuffle(found)
    return found


@pytest.mark.sample
def test_malformed_requests(cluster: Cluster, report: Report) -> None:
    attack = Attack(cluster)
    hand_made = all_by_hand()
    for request in hand_made[:WARM]:
        attack.send(request)
    asyncio.run(_talk(cluster))
    running, before = processes(own(cluster)), memory(own(cluster))
    for request in hand_made[WARM:REQUESTS // 2 // DOORS]:
        attack.send(request)
    _made_by_hypothesis(attack, (REQUESTS - attack.sent) // DOORS)
    asyncio.run(_talk(cluster))
    after = memory(own(cluster))
    growth = {name: after[name] / before[name] - 1 for name in before}
    left = processes(own(cluster))
    exits = sum(len(set(pids) - set(left[name])) for name, pids in running.items())
    report.add(malformed=attack.sent, exits=exits,
               malformed_5xx=sum(times for status, times in attack.statuses.items()
                                 if status >= 500),
               malformed_hung=attack.statuses[HUNG],
               malformed_statuses={str(key): attack.statuses[key]
                                   for key in sorted(attack.statuses)},
               malformed_growth={name: round(each, 4) for name, each in growth.items()})
    assert attack.sent >= REQUESTS
    assert attack.wrong == []
    assert exits == 0
    assert {name: each for name, each in growth.items() if each > GROWTH} == {}


def _made_by_hypothesis(attack: Attack, requests: int) -> None:
    @settings(max_examples=requests, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck), derandomize=True)
    @given(made())
    def send(request: Malformed) -> None:
        attack.send(request)

    send()


async def _talk(cluster: Cluster) -> None:
    """People are still answered, by each worker."""
    async with Visitors(*(worker.url for worker in cluster.workers)) as visitors:
        for place in range(8):
            await visitors.new().report(place)
            await visitors.new(cluster.url).ask(place)
        assert unkept(await count(visitors.said, cluster.postgres.url)) == []
