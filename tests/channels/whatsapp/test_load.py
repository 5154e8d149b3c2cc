"""Many at once, with duplicates, swapped deliveries and failing sends: nothing lost or doubled."""
from __future__ import annotations

import asyncio
import itertools
import random
import time
from dataclasses import dataclass
from typing import Any, Iterator, Optional

import pytest

from spinebot.ops.whatsapp import phone
from spinebot.ops.whatsapp.standin import Fault
from spinebot.texts import say
from tests.channels.whatsapp.world import NUMBER_ID, Actions, Assistant, World, percentile, record

URGENT = say("utter_urgent_advice")
CONVERSATIONS, REPORTS = 200, 20
ANSWERS = {"what is a spinal hematoma?": "blood that collects",
           "what causes it?": "blood thinners, which make",
           "what are the signs?": "Common signs are",
           "how is it treated?": "The blood is drained",
           "who is the doctor?": "The doctor is Dr",
           "how can I contact the clinic?": "You can reach the clinic here",
           "can it be prevented?": "no sure way to prevent"}
FAULTS = [Fault(400, 131056), Fault(400, 130429), Fault(429, 80007), Fault(500, 131000),
          Fault(500, 131000, delivered=True), Fault(0), Fault(0, delivered=True)]


@dataclass(frozen=True)
class Talk:
    """What one visitor sends, in the order in which it is delivered."""

    sender: str
    questions: list[str]
    delivered: list[bytes]
    swapped: frozenset[frozenset[str]]


@pytest.fixture(scope="module")
def assistant(world: World, actions: Actions,
              tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    # a unit long enough for Meta's word on a cut-off send to come before it is tried again
    started = Assistant(tmp_path_factory.mktemp("load"), world.api, actions.port,
                        SPINEBOT_WHATSAPP_RETRY_UNIT="0.5")
    started.wait()
    world.point_at(started)
    yield started
    started.stop()


def talk(number: int, chance: random.Random) -> Talk:
    sender = f"91984520{number:04d}"
    questions = chance.sample(list(ANSWERS), 3)
    if number < REPORTS:
        questions = ["my mother suddenly cannot walk"]
    now = time.time() - 100
    bodies = [phone.body(phone.value(NUMBER_ID, [phone.message(sender, phone.text(words),
                                                               at=now + place)]))
              for place, words in enumerate(questions)]
    swapped = set()
    order = list(range(len(bodies)))
    for place in range(len(order) - 1):
        if chance.random() < 0.05 and order[place] == place:
            order[place:place + 2] = [place + 1, place]
            swapped.add(frozenset(questions[place:place + 2]))
    delivered = [bodies[place] for place in order]
    for body in bodies:
        if chance.random() < 0.05:
            delivered.insert(chance.randrange(delivered.index(body), len(delivered)) + 1, body)
    return Talk(sender, questions, delivered, frozenset(swapped))


def answered(text: str) -> Optional[str]:
    return next((words for words, part in ANSWERS.items() if part in text), None)


def test_two_hundred_conversations_at_once(world: World, assistant: Assistant) -> None:
    chance = random.Random(20)
    world.echo_statuses()
    world.standin.faults = lambda _: chance.choice(FAULTS) if chance.random() < 0.10 else None
    talks = [talk(number, chance) for number in range(CONVERSATIONS)]

    async def visit(one: Talk) -> None:
        for content in one.delivered:
            await world.persist_async(content)

    async def all_of_them() -> None:
        await asyncio.gather(*map(visit, talks))

    started = time.monotonic()
    world.milliseconds.clear()
    world.loop.run(all_of_them())
    accepted = percentile(world.milliseconds, 0.95)
    world.settled(assistant.address)
    seconds = time.monotonic() - started
    world.standin.faults = lambda _: None
    world.standin.told = None
    shown = world.by_phone()
    lost = doubled = disordered = 0
    for one in talks[REPORTS:]:
        said = [answered(text) for text in shown[one.sender]]
        lost += sum(words not in said for words in one.questions)
        doubled += len(said) - len(set(said))
        for first, second in itertools.combinations(one.questions, 2):
            if first in said and second in said and {first, second} not in one.swapped:
                disordered += said.index(first) > said.index(second)
    for one in talks[:REPORTS]:
        texts = shown[one.sender]
        lost += URGENT not in texts
        doubled += len(texts) - len(set(texts))
        disordered += texts[:1] != [URGENT]
    questions = sum(len(one.questions) for one in talks)
    record(lost=lost, doubled=doubled, out_of_order=disordered, conversations=CONVERSATIONS,
           messages=questions, deliveries=sum(len(one.delivered) for one in talks),
           swapped=sum(len(one.swapped) for one in talks),
           failed_sends=len(world.standin.attempts) - len(world.standin.received),
           load_answered_per_second=round(questions / seconds, 1), load_webhook_p95_ms=accepted)
    assert (lost, doubled, disordered) == (0, 0, 0)
    assert world.standin.broken == []


def test_a_batch_of_a_thousand_updates(world: World, assistant: Assistant) -> None:
    pairs = [(f"91984530{number:04d}", words) for number in range(500)
             for words in ("what causes it?", "who is the doctor?")]
    content = phone.body(phone.value(NUMBER_ID, [phone.message(sender, phone.text(words))
                                                 for sender, words in pairs]))
    started = time.monotonic()
    assert [world.post(content), world.post(content)] == [200, 200]
    health: dict[str, Any] = world.settled(assistant.address)
    record(batch_updates=len(pairs),
           batch_answered_per_second=round(len(pairs) / (time.monotonic() - started), 1))
    shown = world.by_phone()
    assert {sender: list(map(answered, shown[sender])) for sender, _ in pairs} == {
        sender: ["what causes it?", "who is the doctor?"] for sender, _ in pairs}
    assert health["dead"] == 0
