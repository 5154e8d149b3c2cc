"""Killed with -9 between any two steps, the assistant still answers everybody exactly once."""
from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator

import pytest

from spinebot.ops.whatsapp import phone
from spinebot.texts import say
from tests.channels.whatsapp.world import NUMBER_ID, Actions, Assistant, World, record, until

URGENT = say("utter_urgent_advice")
Start = Callable[..., Assistant]


@pytest.fixture()
def start(world: World, actions: Actions, tmp_path: Path) -> Iterator[Start]:
    """Starts an assistant on the same database each time, and stops the last one."""
    started: list[Assistant] = []

    def begin(**extra: str) -> Assistant:
        # a unit long enough for Meta's word on a cut-off send to come before it is tried again
        one = Assistant(tmp_path, world.api, actions.port, SPINEBOT_WHATSAPP_RETRY_UNIT="0.5",
                        GATE=str(tmp_path / "gate"), **extra)
        started.append(one)
        one.wait()
        world.point_at(one)
        return one

    yield begin
    started[-1].stop()


def question(sender: str, words: str) -> tuple[str, bytes]:
    return sender, phone.body(phone.value(NUMBER_ID, [phone.message(sender, phone.text(words))]))


def test_exactly_once_whenever_the_process_dies(world: World, start: Start,
                                                tmp_path: Path) -> None:
    world.echo_statuses()
    cases: dict[str, tuple[str, bytes]] = {
        "before_turn": question("919845100001", "what causes it?"),
        "after_turn": question("919845100002", "my father suddenly cannot move his legs"),
        "before_send": question("919845100003", "how is it treated?"),
        "after_send": question("919845100004", "what is a spinal hematoma?")}
    for point, (_, content) in cases.items():
        marker = tmp_path / point
        running = start(HANG_AT=point, MARKER=str(marker))
        world.settled(running.address)  # what the one before left is answered
        marker.with_suffix(".armed").touch()
        assert world.post(content) == 200
        until(marker.exists, f"the point {point}")
        running.kill()

    # the last: told to stop in the middle of a turn
    running = start()
    world.settled(running.address)
    held = question("919845100005", "tell me slowly who the doctor is")
    assert world.post(held[1]) == 200
    until(lambda: world.get(f"{running.address}/webhooks/whatsapp/health")["unanswered"] == 1,
          "the turn to begin")
    running.stop()
    (tmp_path / "gate").touch()

    running = start()
    for _, content in (*cases.values(), held):
        assert world.post(content) == 200  # Meta delivers everything once more
    world.settled(running.address)
    counts = {sender: len(world.texts(sender)) for sender, _ in (*cases.values(), held)}
    record(kill_9_points=len(cases), kill_9_counts=sorted(counts.values()))
    assert counts == {"919845100001": 1, "919845100002": 3, "919845100003": 1,
                      "919845100004": 1, "919845100005": 1}
    assert "blood thinners" in world.texts("919845100001")[0]
    assert world.texts("919845100002")[0] == URGENT
    assert "Tahasildar" in world.texts("919845100005")[0]
    world.say("919845100002", "stop")  # the report is remembered
    until(lambda: URGENT in world.texts("919845100002")[3:], "the urgent message at the end")
