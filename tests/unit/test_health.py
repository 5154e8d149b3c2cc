"""When a process gets visitors, and what it says of its parts."""
from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, Iterator

import pytest
from prometheus_client import REGISTRY
from sanic import Blueprint

from spinebot.channels.draining import DOOR
from spinebot.channels.operations import health
from spinebot.channels.operations.health import DEGRADED, NOT_READY, READY, Health
from spinebot.channels.whatsapp.channel import WhatsAppChannel

DEPTH = {"status": "degraded", "unanswered": 2, "unsent": 3, "dead": 1, "dead_urgent": 1,
         "oldest_seconds": 7.5}


class Parts:
    """The parts of a process, each of which can be taken away."""

    def __init__(self) -> None:
        self.model = True
        self.stores = {"tracker_store": "ok", "lock_store": "ok"}
        self.actions = "ok"
        self.channels: list[Any] = []
        self.asked = 0

    @property
    def app(self) -> Any:
        agent = SimpleNamespace(is_ready=lambda: self.model)
        return SimpleNamespace(ctx=SimpleNamespace(agent=agent, input_channels=self.channels))


@pytest.fixture()
def parts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    found = Parts()

    async def stores() -> dict[str, str]:
        found.asked += 1
        await asyncio.sleep(0)
        return found.stores

    async def actions(_: Any) -> str:
        return found.actions

    monkeypatch.setattr(health, "store_states", stores)
    monkeypatch.setattr(health, "_actions", actions)
    monkeypatch.setattr(health, "KEPT_SECONDS", -1.0)
    yield found
    DOOR.closed = False


def asked(states: Health, parts: Parts) -> tuple[str, dict[str, str]]:
    return asyncio.run(states.readiness(parts.app))


def test_all_is_well(parts: Parts) -> None:
    assert asked(Health(), parts) == (READY, {
        "model": "ok", "tracker_store": "ok", "lock_store": "ok", "actions": "ok"})


def test_without_a_model_nobody_is_served(parts: Parts) -> None:
    parts.model = False
    assert asked(Health(), parts)[0] == NOT_READY


def test_a_database_that_is_late_is_waited_for_and_one_that_goes_is_not(parts: Parts) -> None:
    states = Health()
    parts.stores = {"tracker_store": "away", "lock_store": "ok"}
    assert asked(states, parts)[0] == NOT_READY
    parts.stores = {"tracker_store": "ok", "lock_store": "ok"}
    assert asked(states, parts)[0] == READY
    parts.stores = {"tracker_store": "away", "lock_store": "away"}
    status, found = asked(states, parts)
    assert (status, found["tracker_store"], found["lock_store"]) == (DEGRADED, "away", "away")


def test_without_actions_reports_are_still_answered(parts: Parts) -> None:
    parts.actions = "away"
    assert asked(Health(), parts)[0] == DEGRADED
    assert REGISTRY.get_sample_value("spinebot_component_up", {"component": "actions"}) == 0


def test_whoever_goes_down_gets_no_visitors(parts: Parts) -> None:
    DOOR.closed = True
    assert asked(Health(), parts)[0] == NOT_READY


class Queue(WhatsAppChannel):
    """A WhatsApp channel with a given queue."""

    @classmethod
    def name(cls) -> str:
        return "queue"

    def routes(self, blueprint: Blueprint) -> None:
        pass


async def depth() -> dict[str, Any]:
    return DEPTH


async def broken() -> dict[str, Any]:
    raise ConnectionError("no database")


@pytest.mark.parametrize(("desk", "state"), [
    (None, "starting"), (SimpleNamespace(health=depth), "degraded"),
    (SimpleNamespace(health=broken), "away")])
def test_the_whatsapp_queue_is_told(parts: Parts, desk: Any, state: str) -> None:
    channel = Queue(settings=object())
    channel.desk = desk
    parts.channels = [channel, Queue()]  # the other one is off
    assert asked(Health(), parts) == (DEGRADED, {
        "model": "ok", "tracker_store": "ok", "lock_store": "ok", "actions": "ok",
        "queue": state})


def test_the_depth_of_the_queue_is_measured(parts: Parts) -> None:
    channel = Queue(settings=object())
    channel.desk = SimpleNamespace(health=depth)  # type: ignore[assignment]
    parts.channels = [channel]
    asked(Health(), parts)
    for state in ("unanswered", "unsent", "dead", "dead_urgent"):
        assert REGISTRY.get_sample_value("spinebot_whatsapp_messages", {
            "channel": "queue", "state": state}) == DEPTH[state]
    assert REGISTRY.get_sample_value("spinebot_whatsapp_oldest_seconds",
                                     {"channel": "queue"}) == 7.5


def test_many_who_ask_at_once_cost_one_look(parts: Parts,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    states, app = Health(), parts.app

    async def crowd() -> None:
        await asyncio.gather(*(states.readiness(app) for _ in range(50)))
        await states.readiness(app)

    asyncio.run(crowd())
    assert parts.asked == 1
