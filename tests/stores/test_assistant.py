"""Two whole assistants on one PostgreSQL and one Redis, as a visitor meets them in faults."""
from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator

import pytest

from spinebot.texts import say
from tests.e2e.conftest import Running
from tests.e2e.website import WEBSITE, Answer, WebsiteClient, new_id
from tests.stores.servers import Postgres, Redis, wait_until

REPORT = "my legs went numb"
URGENT_SECONDS, NOTICED_SECONDS = 4.0, 5.0


@pytest.fixture(scope="module")
def replicas(redis_server: Redis, postgres: Postgres,
             tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Running]]:
    folder = tmp_path_factory.mktemp("replicas")
    environment = {**WEBSITE, "SPINEBOT_REDIS_URL": redis_server.url,
                   "SPINEBOT_DATABASE_URL": postgres.url, "SPINEBOT_JOURNAL": str(folder / "j")}
    running = [Running(folder / f"{number}.log", **environment) for number in range(2)]
    yield running
    for each in running:
        each.stop()


def visitor(replica: Running, conversation: str) -> WebsiteClient:
    return WebsiteClient(replica.address, conversation)


def assert_urgent(answer: Answer, started: float) -> None:
    assert say("utter_urgent_advice") in answer.texts[0]
    assert time.monotonic() - started < URGENT_SECONDS


def test_a_talk_moves_between_replicas(replicas: list[Running]) -> None:
    conversation = new_id()
    for number, text in enumerate(("hello", "what are the signs?", "thank you", "goodbye")):
        assert visitor(replicas[number % 2], conversation).say(text).texts
    assert visitor(replicas[0], conversation).said() == [
        "hello", "what are the signs?", "thank you", "goodbye"]


def test_the_same_message_on_both_at_once_is_one_turn(replicas: list[Running]) -> None:
    for _ in range(10):
        conversation, message = new_id(), new_id()
        with ThreadPoolExecutor(2) as pool:
            one, two = pool.map(lambda replica, talk=conversation, key=message: visitor(
                replica, talk).say("what are the signs?", key), replicas)
        assert one.body == two.body
        assert visitor(replicas[0], conversation).said() == ["what are the signs?"]


def test_two_messages_at_once_are_two_turns(replicas: list[Running]) -> None:
    for _ in range(10):
        conversation = new_id()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda replica, text, talk=conversation: visitor(replica, talk).say(text),
                          replicas, ("hello", "what are the signs?")))
        assert sorted(visitor(replicas[1], conversation).said()) == [
            "hello", "what are the signs?"]


@pytest.mark.parametrize("fault", ["stop", "freeze"])
def test_postgresql_away(replicas: list[Running], postgres: Postgres, fault: str) -> None:
    talks = [(replica, new_id()) for replica in replicas]
    for replica, conversation in talks:
        visitor(replica, conversation).say("hello")
    getattr(postgres, fault)()
    try:
        for replica, conversation in talks:
            started = time.monotonic()
            assert_urgent(visitor(replica, conversation).say(REPORT), started)
            started = time.monotonic()
            assert_urgent(visitor(replica, new_id()).say(REPORT), started)
            assert visitor(replica, conversation).said() == ["hello", REPORT]
    finally:
        {"stop": postgres.start, "freeze": postgres.thaw}[fault]()
    for replica, _ in talks:
        # an unknown conversation is empty again, and no fault
        wait_until(lambda replica=replica: visitor(replica, new_id()).post(
            "history", {"conversation": new_id()}).status == 200, NOTICED_SECONDS)
    for replica, (_, conversation) in zip(reversed(replicas), talks):
        # as the other replica reads it in the database
        assert visitor(replica, conversation).said() == ["hello", REPORT]


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_redis_away(replicas: list[Running], redis_server: Redis, fault: str) -> None:
    getattr(redis_server, fault)()
    conversation = new_id()
    try:
        for replica in replicas:
            started = time.monotonic()
            assert_urgent(visitor(replica, conversation).say(REPORT), started)
    finally:
        {"kill": redis_server.start, "freeze": redis_server.thaw}[fault]()
    assert visitor(replicas[0], conversation).said() == [REPORT, REPORT]


def test_a_replica_that_is_killed_leaves_its_talks_to_the_other(replicas: list[Running]) -> None:
    """The last test here: one replica remains."""
    conversation, message = new_id(), new_id()
    assert visitor(replicas[0], conversation).say("hello").texts
    with ThreadPoolExecutor(1) as pool:
        dying = pool.submit(visitor(replicas[0], conversation).say, REPORT, message)
        replicas[0].kill_rasa()
        lost = dying.exception() is not None
    started = time.monotonic()
    answer = visitor(replicas[1], conversation).say(REPORT, message)
    assert time.monotonic() - started < 15
    assert say("utter_urgent_advice") in answer.texts[0], lost
    assert visitor(replicas[1], conversation).said() == ["hello", REPORT]
