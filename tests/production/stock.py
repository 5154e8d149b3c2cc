"""The faults on a stock Rasa: `python -m tests.production.stock`.

Its rows go into evaluation/production.json, beside Spinebot's. Rasa's REST channel knows no message
id, so a visitor sends once: to send again would be another message.
"""
from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter, defaultdict
from contextlib import AsyncExitStack
from typing import Any, Callable, Optional, Sequence

import aiohttp

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.service import Service
from spinebot.texts import say
from tests.production import ledger
from tests.production.broken_actions import Answer, BrokenActions, hangs
from tests.production.health import mend
from tests.production.ledger import Count, stored
from tests.production.outage import (
    CONVERSATIONS,
    answered,
    everybody_speaks,
    outage,
    reports_by_newcomers,
)
from tests.production.report import USUAL, Report, faults_table
from tests.production.stock_cluster import StockCluster
from tests.production.visitors import CUT, Said, Visitor, Visitors

FROZEN_SECONDS = 10.0
NOTICED_SECONDS = 60.0
PAIRS = 40


class StockVisitor(Visitor):
    """Speaks to Rasa's REST channel, and sends once."""

    async def say(self, text: str, report: bool = False, message: str = "",
                  give_up: float = 0.0) -> Said:
        """As the base class, with no second try."""
        return await super().say(text, report, message, give_up=0.0)

    async def _try(self, said: Said) -> None:
        body = {"sender": said.conversation, "message": said.text}
        try:
            async with self.session.post(f"{next(self._servers)}/webhooks/rest/webhook",
                                         json=body) as answer:
                status = answer.status
                content = await answer.json(content_type=None) if status == 200 else None
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            said.statuses.append(CUT)
            return
        urgent = say("utter_urgent_advice").split("\n\n")[0]  # the channel cuts at blank lines
        texts = [each["text"] for each in content or [] if each.get("text")]
        said.take(status, {"replies": [
            {"text": text, "kind": "urgent" if text == urgent else "text"} for text in texts]})


class StockVisitors(Visitors):
    """Visitors of a stock Rasa."""

    kind = StockVisitor


async def count(said: Sequence[Said], database: str) -> Count:
    """As `ledger.count`; messages are known by their words, having no id."""
    sent: dict[str, Counter[str]] = defaultdict(Counter)
    unanswered: Counter[str] = Counter()
    for each in said:
        sent[each.conversation][each.text] += 1
        unanswered[each.conversation] += each.answered is None
    lost = doubled = restarted = 0
    for name, held in (await asyncio.to_thread(stored, database, list(sent), "text")).items():
        kept = Counter({text: len(found) for text, found in held.turns.items()})
        lost += max(sum((sent[name] - kept).values()), unanswered[name])
        doubled += sum((kept - sent[name]).values())
        restarted += held.sessions > 1
    return Count(**ledger.seen(said), lost=lost, doubled=doubled, differing=0, misplaced=0,
                 restarted=restarted)


class Trial:
    """One stock installation, one fault after the other."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.rows: list[dict[str, Any]] = []

    async def outage(self, name: str, strike: Callable[[], Any], bring_back: Callable[[], Any],
                     least_seconds: float = 0.0) -> None:
        """A part is away while people talk, as in the tests of Spinebot."""
        async def struck() -> None:
            await asyncio.to_thread(strike)

        async def mended() -> None:
            await asyncio.to_thread(bring_back)

        visitors = StockVisitors(self._cluster.url)
        said, seconds = await outage(visitors, struck, mended, self._served_again, least_seconds)
        await self._note(name, said, seconds)

    async def wrong_actions(self, name: str, answer: Answer) -> None:
        """Another server answers in the action server's place."""
        async with AsyncExitStack() as wrong:
            async def strike() -> None:
                self._cluster.actions.kill()
                await wrong.enter_async_context(
                    BrokenActions(self._cluster.actions.port, answer))

            async def bring_back() -> None:
                await wrong.aclose()
                await asyncio.to_thread(start, self._cluster.actions)

            said, seconds = await outage(StockVisitors(self._cluster.url), strike, bring_back,
                                         self._served_again)
        await self._note(name, said, seconds)

    async def kill(self) -> None:
        """A replica is killed while twenty people wait for an answer."""
        victim = self._cluster.workers[0]
        async with StockVisitors(self._cluster.url) as visitors:
            people = visitors.several(CONVERSATIONS)
            await everybody_speaks(people, 0)
            begun = len(visitors.said)
            struck = asyncio.gather(everybody_speaks(people, 1), reports_by_newcomers(visitors))
            await answered(visitors, begun + 1)
            victim.kill()
            gone = time.monotonic()
            await struck
            seconds = round(time.monotonic() - gone, 2)
            await asyncio.to_thread(start, victim)
            await everybody_speaks(people, 2)
        await self._note("One of two replicas killed after 1 of 26 answers", visitors.said, seconds)

    async def pairs(self) -> None:
        """Two messages of one sender at the same moment, on two replicas."""
        async with StockVisitors() as visitors:
            for place in range(PAIRS):
                one = visitors.new(self._cluster.workers[0].url)
                other = visitors.new(self._cluster.workers[1].url, conversation=one.conversation)
                await asyncio.gather(one.report(place), other.ask(place))
        await self._note(f"{PAIRS} pairs of simultaneous messages of one sender, on two replicas",
                         visitors.said, None)

    async def _served_again(self) -> float:
        """Seconds until newcomers on both replicas get the urgent message again."""
        began = time.monotonic()
        async with StockVisitors() as visitors:
            for worker in self._cluster.workers:
                while (await visitors.new(worker.url).report()).urgent is None:
                    if time.monotonic() - began > NOTICED_SECONDS:
                        return NOTICED_SECONDS
                    await asyncio.sleep(0.2)
        return round(time.monotonic() - began, 2)

    async def _note(self, name: str, said: Sequence[Said], seconds: Optional[float]) -> None:
        counted = await count(said, self._cluster.postgres.url)
        self.rows.append({"fault": name, **vars(counted), "recovery_s": seconds})
        print(faults_table(self.rows[-1:]).splitlines()[-1], flush=True)

    def whole(self) -> None:
        """Everything runs, and the workers have forgotten what was."""
        mend(self._cluster)
        for worker in self._cluster.workers:
            worker.kill()
        mend(self._cluster)
        for service in self._cluster.services:
            service.wait_ready()


def start(service: Service) -> None:
    """Start it and wait until it serves."""
    service.start()
    service.wait_ready()


def main() -> int:
    """Run all faults and note them; returns the exit status."""
    with StockCluster() as cluster:
        trial = Trial(cluster)
        actions, redis, postgres = cluster.actions, cluster.redis, cluster.postgres
        for fault in (
                trial.kill,
                trial.pairs,
                lambda: trial.outage("Action server down", actions.kill, lambda: start(actions)),
                lambda: trial.outage("Action server frozen", actions.freeze, actions.thaw,
                                     FROZEN_SECONDS),
                lambda: trial.wrong_actions("Action server answers after 10 s", hangs),
                lambda: trial.outage("Redis killed", redis.kill, lambda: start(redis)),
                lambda: trial.outage("Redis frozen", redis.freeze, redis.thaw, FROZEN_SECONDS),
                lambda: trial.outage("PostgreSQL killed", postgres.kill,
                                     lambda: start(postgres)),
                lambda: trial.outage("PostgreSQL frozen", postgres.freeze, postgres.thaw,
                                     FROZEN_SECONDS)):
            try:
                asyncio.run(fault())
            except AssertionError as stuck:
                print(f"broken off: {stuck}", flush=True)
            trial.whole()
    report = Report(USUAL)
    report.add(stock_rows=trial.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
