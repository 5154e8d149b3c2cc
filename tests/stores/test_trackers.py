"""What is kept of a conversation while the database stops, freezes, comes late and returns."""
from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rasa.shared.core.events import UserUttered

from spinebot.paths import ROOT
from spinebot.stores import locks
from spinebot.stores.health import store_states
from spinebot.stores.watch import Away
from tests.stores.servers import Postgres, Redis
from tests.stores.talk import Replica, new_id, until
from tests.website_bot import in_loop

NOTICED_SECONDS, BLOCKED_SECONDS = 5.0, 3.0


def test_a_conversation_is_kept_for_another_process(postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        sender, first = new_id(), Replica(postgres.url, tmp_path)
        assert await first.turn(sender, "one") == []
        second = Replica(postgres.url, tmp_path)
        assert await second.turn(sender, "two") == ["one"]
        assert await first.turn(sender, "three") == ["one", "two"]
        assert await second.stored(sender) == ["one", "two", "three"]
        assert not list(tmp_path.iterdir())
        await first.close()
        await second.close()

    in_loop(story)


def test_a_talk_goes_on_while_the_database_is_stopped(postgres: Postgres, tmp_path: Path,
                                                      caplog: pytest.LogCaptureFixture) -> None:
    """Also one that began in that time; afterwards both are in the database as they went."""
    async def story() -> None:
        old, new, replica = new_id(), new_id(), Replica(postgres.url, tmp_path)
        await replica.turn(old, "one")
        postgres.stop()
        try:
            assert await replica.turn(old, "two") == ["one"]
            assert await replica.turn(new, "hello") == []
            assert await replica.turn(old, "three") == ["one", "two"]
            assert await replica.turn(new, "again") == ["hello"]
            assert (await store_states())["tracker_store"] == "away"
        finally:
            postgres.start()
        assert await until(lambda: not replica.away) < NOTICED_SECONDS
        assert (await store_states())["tracker_store"] == "ok"
        assert await replica.turn(old, "four") == ["one", "two", "three"]
        assert await replica.turn(new, "bye") == ["hello", "again"]
        fresh = Replica(postgres.url, tmp_path)
        assert await fresh.stored(old) == ["one", "two", "three", "four"]
        assert await fresh.stored(new) == ["hello", "again", "bye"]
        assert [path.stat().st_size for path in tmp_path.glob("*.jsonl")] == [0]
        assert old not in caplog.text
        assert "three" not in caplog.text
        await fresh.close()
        await replica.close()

    with caplog.at_level(logging.INFO):
        in_loop(story)


def test_a_frozen_database_costs_three_seconds_once(postgres: Postgres, tmp_path: Path) -> None:
    """And the event loop not even those."""
    async def story() -> None:
        sender, replica = new_id(), Replica(postgres.url, tmp_path)
        await replica.turn(sender, "one")
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.01)
                beats += 1

        heart = asyncio.ensure_future(beat())
        postgres.freeze()
        try:
            spent = []
            for text in ("two", "three", "four"):
                started = time.monotonic()
                await replica.turn(sender, text)
                spent.append(time.monotonic() - started)
        finally:
            postgres.thaw()
        assert sum(spent) < BLOCKED_SECONDS
        heart.cancel()
        assert beats > 20  # of some 200; a loop that waits with the turn beats three times
        assert await until(lambda: not replica.away) < NOTICED_SECONDS
        assert await replica.stored(sender) == ["one", "two", "three", "four"]
        await replica.close()

    in_loop(story)


def test_twenty_visitors_do_not_wait_for_a_frozen_database_one_after_the_other(
        postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        replica, senders = Replica(postgres.url, tmp_path), [new_id() for _ in range(20)]
        await asyncio.gather(*(replica.turn(sender, "one") for sender in senders))
        postgres.freeze()
        try:
            started = time.monotonic()
            await asyncio.gather(*(replica.turn(sender, "two") for sender in senders))
            assert time.monotonic() - started < BLOCKED_SECONDS
        finally:
            postgres.thaw()
        await until(lambda: not replica.away)
        for sender in senders:
            assert await replica.stored(sender) == ["one", "two"]
        await replica.close()

    in_loop(story)


def test_a_database_that_comes_late_gets_its_tables_and_what_was_said(
        late_postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        replica = Replica(late_postgres.url, tmp_path)
        sender = new_id()
        assert await replica.turn(sender, "one") == []
        assert await replica.turn(sender, "two") == ["one"]
        late_postgres.start()
        assert await until(lambda: not replica.away) < NOTICED_SECONDS
        assert await replica.turn(sender, "three") == ["one", "two"]
        assert late_postgres.ask("SELECT count(*) FROM events WHERE type_name = 'user'") == [(3,)]
        await replica.close()

    in_loop(story)


def test_unknown_is_told_from_empty(late_postgres: Postgres,
                                    tmp_path: Path) -> None:
    async def story() -> None:
        replica = Replica(late_postgres.url, tmp_path)
        for ask in (replica.trackers.retrieve, replica.trackers.retrieve_full_tracker):
            with pytest.raises(Away):
                await ask("a visitor")
        late_postgres.start()
        await until(lambda: not replica.away)
        for ask in (replica.trackers.retrieve, replica.trackers.retrieve_full_tracker):
            assert await ask("a visitor") is None
        await replica.close()

    in_loop(story)


# The turns of a process that is killed with the database away.
_DIES = """
import asyncio, os, sys
from pathlib import Path
from tests.stores.talk import Replica
async def main():
    replica = Replica(sys.argv[1], Path(sys.argv[2]))
    await replica.turn(sys.argv[3], "one", "m1")
    await replica.turn(sys.argv[3], "two", "m2")
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""


def test_what_a_killed_process_left_is_known_at_once_and_stored_once(
        late_postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        sender, journal = new_id(), tmp_path
        dead = subprocess.run([sys.executable, "-c", _DIES, late_postgres.url, str(journal),
                               sender], cwd=ROOT, check=False)
        assert dead.returncode == -9
        copies = {path: path.read_bytes() for path in journal.glob("*.jsonl")}
        assert len(copies) == 1
        replica = Replica(late_postgres.url, journal)
        assert await replica.turn(sender, "three", "m3") == ["one", "two"]
        late_postgres.start()
        await until(lambda: not replica.away)
        # as after a crash between storing and forgetting
        for path, content in copies.items():
            path.write_bytes(content)
        again = Replica(late_postgres.url, journal)
        assert await again.stored(sender) == ["one", "two", "three"]
        await again.close()
        await replica.close()

    in_loop(story)


def test_the_same_message_is_stored_once(postgres: Postgres, tmp_path: Path) -> None:
    """Two replicas that both ran it, as when the locks were away."""
    async def story() -> None:
        sender, message = new_id(), new_id()
        one, two = Replica(postgres.url, tmp_path), Replica(postgres.url, tmp_path)
        await asyncio.gather(one.turn(sender, "numb", message), two.turn(sender, "numb", message))
        assert await one.stored(sender) == ["numb"]
        postgres.stop()  # what is in memory has it once as well
        try:
            for replica in (one, two):
                assert await replica.turn(sender, "more") in (["numb"], [])
        finally:
            postgres.start()
        await until(lambda: not one.away and not two.away)
        assert await one.stored(sender) == ["numb", "more", "more"]
        await one.close()
        await two.close()

    in_loop(story)


def test_turns_of_two_replicas_without_a_lock_are_all_stored(postgres: Postgres,
                                                             tmp_path: Path) -> None:
    async def story() -> None:
        sender = new_id()
        one, two = Replica(postgres.url, tmp_path), Replica(postgres.url, tmp_path)
        for number in range(10):
            await asyncio.gather(one.turn(sender, f"a{number}"), two.turn(sender, f"b{number}"))
        kept = await one.stored(sender)
        assert sorted(kept) == sorted(f"{name}{number}" for name in "ab" for number in range(10))
        assert [text for text in kept if text[0] == "a"] == [f"a{n}" for n in range(10)]
        await one.close()
        await two.close()

    in_loop(story)


def test_a_turn_whose_lock_ran_out_overwrites_nothing(
        shared: Redis, postgres: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch) -> None:
    """As that of a replica that was frozen and goes on: both turns are kept, and it is noted."""
    monkeypatch.setattr(locks, "RENEW_SECONDS", 60)

    async def story() -> None:
        sender = new_id()
        one, two = Replica(postgres.url, tmp_path), Replica(postgres.url, tmp_path)
        await one.turn(sender, "before")
        async with one.locks.lock(sender, lock_lifetime=0.2):
            tracker = await one.trackers.retrieve(sender)
            assert tracker is not None
            assert await asyncio.ensure_future(two.turn(sender, "overtaker")) == ["before"]
            tracker.update(UserUttered("late", message_id=new_id()))
            await one.trackers.save(tracker)
        assert await two.stored(sender) == ["before", "overtaker", "late"]
        assert "its lock had run out" in caplog.text
        await one.close()
        await two.close()

    in_loop(story)


def test_what_a_dead_process_left_is_stored_though_nobody_writes(
        late_postgres: Postgres, tmp_path: Path) -> None:
    async def story() -> None:
        sender = new_id()
        subprocess.run([sys.executable, "-c", _DIES, late_postgres.url, str(tmp_path), sender],
                       cwd=ROOT, check=False)
        late_postgres.start()
        replica = Replica(late_postgres.url, tmp_path)
        await until(lambda: [path.stat().st_size for path in tmp_path.glob("*.jsonl")] == [0])
        assert late_postgres.ask("SELECT count(*) FROM spinebot_turns") == [(2,)]
        await replica.close()

    in_loop(story)
