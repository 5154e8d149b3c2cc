"""Sends that fail: what is tried again, what is not, and that nothing is lost or doubled."""
from __future__ import annotations

from typing import Any, Iterator

import pytest

from spinebot.ops.whatsapp import phone
from spinebot.ops.whatsapp.standin import Fault
from spinebot.texts import say
from tests.channels.whatsapp.world import Assistant, World, until

pytestmark = pytest.mark.usefixtures("assistant")
URGENT = say("utter_urgent_advice")


@pytest.fixture(autouse=True)
def healed(world: World) -> Iterator[None]:
    yield
    world.standin.faults = lambda _: None
    world.standin.told = None


def failing(sender: str, *faults: Fault) -> Any:
    """The first sends to one phone fail so."""
    left = list(faults)

    def plan(body: dict[str, Any]) -> Any:
        return left.pop(0) if left and body.get("to") == sender else None
    return plan


def tries(world: World, sender: str) -> int:
    return sum(body.get("to") == sender for body in world.standin.attempts)


@pytest.mark.parametrize("fault", [
    *(Fault(400, code) for code in (4, 80007, 130429, 131000, 131016, 131056, 131057, 133004)),
    Fault(429), Fault(500, 1), Fault(503), Fault(0)], ids=str)
def test_what_may_pass_is_tried_again(world: World, assistant: Assistant, sender: str,
                                      fault: Fault) -> None:
    world.standin.faults = failing(sender, fault, fault)
    world.say(sender, "hello")
    assert len(world.wait_for(sender, 1)) == 1
    world.settled(assistant.address)
    assert tries(world, sender) == 3


@pytest.mark.parametrize("code", [10, 131021, 131026, 131030, 131047, 131051, 131062, 368])
def test_what_cannot_pass_is_tried_once_and_kept(world: World, assistant: Assistant, sender: str,
                                                 code: int) -> None:
    health = f"{assistant.address}/webhooks/whatsapp/health"
    before = world.get(health)
    world.standin.faults = failing(sender, Fault(400, code))
    world.say(sender, "goodbye")
    until(lambda: world.get(health)["dead"] == before["dead"] + 1, "the dead letter")
    assert tries(world, sender) == 1
    after = world.get(health)
    assert after["dead_by_code"][str(code)] == before["dead_by_code"].get(str(code), 0) + 1


def test_order_is_kept_while_the_first_send_fails(world: World, sender: str) -> None:
    world.standin.faults = failing(sender, Fault(400, 131056), Fault(400, 131056))
    for words in ("hello", "what causes it?", "how is it treated?"):
        world.say(sender, words)
    texts = world.wait_for(sender, 3)
    for text, part in zip(texts, ["I am Spinebot", "blood thinners", "treated with surgery"]):
        assert part in text


def test_the_urgent_message_overtakes_what_waits(world: World, sender: str) -> None:
    world.standin.faults = failing(sender, *[Fault(400, 131056)] * 5)
    world.say(sender, "hello")
    until(lambda: tries(world, sender) >= 3, "some tries")
    world.say(sender, "my mother suddenly cannot feel her legs")
    texts = world.wait_for(sender, 4)
    assert texts[0] == URGENT
    assert "I am Spinebot" in texts[3]


@pytest.mark.parametrize("code", [100, 131009])
def test_refused_buttons_become_numbered_lines_that_can_be_typed(
        world: World, sender: str, code: int) -> None:
    world.standin.faults = failing(sender, Fault(400, code))
    world.say(sender, "what is a spinal hematoma?")
    (text,) = world.wait_for(sender, 1)
    assert text.endswith("1. Causes\n2. Signs\n3. Treatment")
    world.say(sender, "2")
    assert "Common signs" in world.wait_for(sender, 2)[1]


@pytest.mark.parametrize("fault", [Fault(500, 131000, delivered=True), Fault(0, delivered=True)],
                         ids=str)
def test_what_went_out_although_the_call_failed_is_not_sent_twice(
        world: World, assistant: Assistant, sender: str, fault: Fault) -> None:
    world.echo_statuses()
    world.standin.faults = failing(sender, fault)
    world.say(sender, "hello")
    world.wait_for(sender, 1)
    world.settled(assistant.address)
    assert len(world.texts(sender)) == 1


def test_a_failure_told_later_is_kept_with_its_message(world: World, assistant: Assistant,
                                                       sender: str) -> None:
    health = f"{assistant.address}/webhooks/whatsapp/health"
    world.say(sender, "my feet went numb suddenly")
    world.wait_for(sender, 3)
    world.settled(assistant.address)
    before = world.get(health)
    sent = next(one for one in world.standin.received if one.to == sender)
    told = phone.body(phone.value(world.standin.phone_number_id, statuses=[{
        "id": sent.id, "status": "failed", "recipient_id": sender,
        "errors": [{"code": 131026, "title": "Message undeliverable"}]}]))
    assert [world.post(told), world.post(told)] == [200, 200]
    after = world.get(health)
    assert after["dead"] == before["dead"] + 1
    assert after["dead_urgent"] == before["dead_urgent"] + 1
    assert after["status"] == "degraded"


def test_a_failure_told_later_that_may_pass_is_sent_again(world: World, sender: str) -> None:
    world.say(sender, "hello")
    world.wait_for(sender, 1)
    sent = next(one for one in world.standin.received if one.to == sender)
    world.post(phone.body(phone.value(world.standin.phone_number_id, statuses=[{
        "id": sent.id, "status": "failed", "errors": [{"code": 131000}]}])))
    assert len(set(world.wait_for(sender, 2))) == 1


def test_a_failing_read_mark_delays_nothing(world: World, sender: str) -> None:
    read, world.standin.read = world.standin.read, None  # type: ignore[assignment]
    try:
        world.say(sender, "hello")
        assert len(world.wait_for(sender, 1)) == 1
    finally:
        world.standin.read = read


def test_a_refused_token_is_told_by_the_health_route(world: World, assistant: Assistant,
                                                     sender: str) -> None:
    health = f"{assistant.address}/webhooks/whatsapp/health"
    world.standin.faults = failing(sender, Fault(401, 190))
    world.say(sender, "hello")
    until(lambda: world.get(health)["token_refused"], "the alarm")
    assert world.get(health)["status"] == "degraded"
    assert "refuses the access token" in assistant.log.read_text()
    world.say(sender, "hello")
    world.wait_for(sender, 1)
    until(lambda: not world.get(health)["token_refused"], "the end of the alarm")
