"""Few turns at once, but a turn that hangs keeps nobody out."""
from __future__ import annotations

import asyncio

import pytest

from spinebot.channels.whatsapp import lanes as lanes_module
from spinebot.channels.whatsapp.lanes import Lanes
from spinebot.channels.whatsapp.turnstile import Turnstile


def test_no_more_than_a_few_are_in_at_once() -> None:
    async def story() -> int:
        gate, inside, most = Turnstile(2, 10, 60), 0, 0

        async def turn() -> None:
            nonlocal inside, most
            async with gate.turn():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0)
                inside -= 1
        await asyncio.gather(*(turn() for _ in range(20)))
        return most
    assert asyncio.run(story()) == 2


def test_turns_that_hang_make_room() -> None:
    async def story() -> None:
        gate, let_go, passed = Turnstile(2, 10, 0.01), asyncio.Event(), asyncio.Event()

        async def hang() -> None:
            async with gate.turn():
                await let_go.wait()

        async def pass_through() -> None:
            async with gate.turn():
                passed.set()
        hanging = [asyncio.ensure_future(hang()) for _ in range(4)]
        await asyncio.wait_for(pass_through(), 60)
        assert not any(task.done() for task in hanging)
        let_go.set()
        await asyncio.gather(*hanging)
        for _ in range(5):  # every place is free again
            await asyncio.wait_for(pass_through(), 60)
    asyncio.run(story())


def test_a_lane_never_runs_twice_at_once_and_again_when_woken() -> None:
    async def story() -> list[str]:
        steps: list[str] = []

        async def work(key: str) -> None:
            steps.append(f"in {key}")
            if len(steps) == 1:
                lanes.wake(key)
            await asyncio.sleep(0)
            steps.append(f"out {key}")
        lanes = Lanes(work)
        lanes.wake("a")
        while lanes.busy("a"):
            await asyncio.sleep(0)
        return steps
    assert asyncio.run(story()) == ["in a", "out a", "in a", "out a"]


def test_a_lane_that_fails_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes_module, "AFTER_A_FAULT", 0.001)

    async def story() -> int:
        tries, done = 0, asyncio.Event()

        async def work(_: str) -> None:
            nonlocal tries
            tries += 1
            if tries < 3:
                raise RuntimeError
            done.set()
        lanes = Lanes(work)
        lanes.wake("a")
        await asyncio.wait_for(done.wait(), 60)
        await lanes.stop(1)
        return tries
    assert asyncio.run(story()) == 3
