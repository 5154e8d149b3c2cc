"""One turn of a conversation at a time, on one replica and on two, with Redis and without."""
from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from spinebot.paths import ROOT
from spinebot.stores import fence, locks
from spinebot.stores.health import store_states
from spinebot.stores.locks import RedisLocks
from tests.stores.servers import Postgres, Redis
from tests.stores.talk import new_id
from tests.website_bot import in_loop

PAIRS, NOTICED_SECONDS, BLOCKED_SECONDS = 1_000, 5.0, 3.0


async def overlap(one: LockStore, two: LockStore, sender: str, rounds: int = 10) -> int:
    """How many turns of the sender ran at the same time, at the most."""
    inside = most = 0

    async def turn(store: LockStore) -> None:
        nonlocal inside, most
        async with store.lock(sender):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(turn(store) for store in (one, two) for _ in range(rounds)))
    return most


def test_rasa_makes_it_from_endpoints() -> None:
    made = LockStore.create(EndpointConfig(type="spinebot.stores.locks.RedisLocks"))
    assert isinstance(made, RedisLocks)


def test_two_replicas_run_one_turn_at_a_time(shared: Redis) -> None:
    in_loop(_one_at_a_time)


async def _one_at_a_time() -> None:
    assert await overlap(RedisLocks(), RedisLocks(), new_id()) == 1


def test_without_redis_one_process_runs_one_turn_at_a_time(
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPINEBOT_REDIS_URL", raising=False)

    async def story() -> None:
        store = RedisLocks()
        assert await overlap(store, store, new_id()) == 1
        assert store._queues == {}

    in_loop(story)


def test_other_senders_do_not_wait(shared: Redis) -> None:
    async def story() -> None:
        store = RedisLocks()
        async with store.lock(new_id()):
            await asyncio.wait_for(overlap(store, store, new_id(), 1), 5)

    in_loop(story)


def test_messages_of_one_process_keep_their_order(shared: Redis) -> None:
    async def story() -> None:
        store, sender, order = RedisLocks(), new_id(), []

        async def turn(number: int) -> None:
            async with store.lock(sender):
                await asyncio.sleep(0.001)
                order.append(number)

        await asyncio.gather(*map(turn, range(20)))
        assert order == list(range(20))

    in_loop(story)


def test_a_later_holder_has_a_higher_fence_also_after_redis_forgot(shared: Redis) -> None:
    async def story() -> None:
        seen = []
        for _ in range(3):
            async with RedisLocks().lock(new_id()):
                seen.append(fence.held.get())
        shared.kill()
        shared.start()
        store = RedisLocks()
        while len(seen) < 4:
            async with store.lock(new_id()):
                number = fence.held.get()
                if number is not None:
                    seen.append(number)
            await asyncio.sleep(0.1)
        assert seen == sorted(set(seen))

    in_loop(story)


def test_a_long_turn_keeps_its_lock(shared: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "RENEW_SECONDS", 0.05)

    async def story() -> None:
        sender, order = new_id(), []

        async def long() -> None:
            async with RedisLocks().lock(sender, lock_lifetime=0.3):
                await asyncio.sleep(1)
                order.append("long")

        running = asyncio.ensure_future(long())
        await asyncio.sleep(0.1)
        async with RedisLocks().lock(sender):
            order.append("next")
        await running
        assert order == ["long", "next"]

    in_loop(story)


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_with_redis_away_turns_go_on_and_its_return_is_noticed(shared: Redis, fault: str) -> None:
    async def story() -> None:
        store, sender = RedisLocks(), new_id()
        await overlap(store, store, sender)
        getattr(shared, fault)()
        try:
            started = time.monotonic()
            assert await overlap(store, store, sender) == 1
            assert time.monotonic() - started < BLOCKED_SECONDS
            assert (await store_states())["lock_store"] == "away"
        finally:
            {"kill": shared.start, "freeze": shared.thaw}[fault]()
        started = time.monotonic()
        while (await store_states())["lock_store"] != "ok":
            assert time.monotonic() - started < NOTICED_SECONDS
            await asyncio.sleep(0.1)
        started = time.monotonic()
        async with store.lock(sender):
            assert fence.held.get() is not None
        # what was asked of the frozen Redis stands in nobody's way
        assert time.monotonic() - started < NOTICED_SECONDS

    in_loop(story)


_HOLDS = """
import asyncio, sys
from spinebot.stores.locks import RedisLocks
async def main():
    async with RedisLocks().lock(sys.argv[1]):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_the_lock_of_a_dead_or_frozen_replica_is_free_within_fifteen_seconds(
        shared: Redis, how: signal.Signals) -> None:
    async def story() -> None:
        sender = new_id()
        holder = subprocess.Popen([sys.executable, "-c", _HOLDS, sender], cwd=ROOT,
                                  stdout=subprocess.PIPE, text=True)
        try:
            assert holder.stdout and holder.stdout.readline() == "held\n"
            os.kill(holder.pid, how)
            started = time.monotonic()
            async with RedisLocks().lock(sender):
                assert time.monotonic() - started < 15
        finally:
            holder.kill()
            holder.wait()

    in_loop(story)


# One of two processes: its half of each pair of simultaneous messages.
_PAIRS = """
import asyncio, json, sys
from pathlib import Path
from tests.stores.talk import Replica
async def main():
    url, journal, name, pairs = *sys.argv[1:4], int(sys.argv[4])
    replica = Replica(url, Path(journal))
    await replica.stored("nobody")
    print("ready", flush=True)
    for line in sys.stdin:
        senders = json.loads(line)
        await asyncio.gather(*(replica.turn(sender, name) for sender in senders))
        print("done", flush=True)
asyncio.run(main())
"""


def test_of_simultaneous_messages_on_two_replicas_none_is_lost(
        shared: Redis, postgres: Postgres, tmp_path: Path) -> None:
    """The second of a pair also knows the first."""
    halves = [subprocess.Popen(
        [sys.executable, "-c", _PAIRS, postgres.url, str(tmp_path), name, str(PAIRS)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for name in "ab"]
    try:
        assert [half.stdout.readline() for half in halves] == ["ready\n"] * 2  # type: ignore[union-attr]
        for _ in range(PAIRS // 10):
            line = json.dumps([new_id() for _ in range(10)]) + "\n"
            for half in halves:
                half.stdin.write(line)  # type: ignore[union-attr]
                half.stdin.flush()  # type: ignore[union-attr]
            assert [half.stdout.readline() for half in halves] == ["done\n"] * 2  # type: ignore[union-attr]
    finally:
        for half in halves:
            half.kill()
            half.wait()
    assert postgres.ask("SELECT count(*) FROM (SELECT sender_id FROM events WHERE "
                        "type_name = 'user' GROUP BY sender_id HAVING count(*) = 2) pairs"
                        ) == [(PAIRS,)]
    assert postgres.ask("SELECT count(*) FROM events WHERE type_name = 'session_started'"
                        ) == [(PAIRS,)]
