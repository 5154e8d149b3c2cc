"""The same message id gives the same answer once, whatever happens in between."""
from __future__ import annotations

import asyncio
import logging
import uuid
from typing import Any

import pytest
from rasa.shared.core.events import BotUttered, Event, UserUttered

from spinebot.channels import turn
from spinebot.channels.turn import Unfinished
from spinebot.channels.website import ledger
from spinebot.channels.website.requests import Message
from spinebot.channels.website.stored import TITLE
from spinebot.texts import say
from tests.website_bot import ADDRESS, CONVERSATION, Bot, in_loop, pressed, typed


def test_each_message_has_its_turn() -> None:
    async def story() -> None:
        bot = Bot()
        assert await bot.answer(typed("one")) == ["turn 1"]
        assert await bot.answer(typed("two")) == ["turn 2"]
        assert bot.turns == [("one", None), ("two", None)]

    in_loop(story)


def test_the_same_id_again_gets_the_same_answer_without_a_turn() -> None:
    async def story() -> None:
        bot, message = Bot(), typed()
        first = await bot.answering.replies(message, ADDRESS, bot)
        assert await bot.answering.replies(message, ADDRESS, bot) == first
        assert len(bot.turns) == 1

    in_loop(story)


def test_the_same_id_in_another_conversation_is_another_message() -> None:
    async def story() -> None:
        bot, message = Bot(), str(uuid.uuid4())
        assert await bot.answer(typed("a", message)) == ["turn 1"]
        assert await bot.answer(typed("a", message, str(uuid.uuid4()))) == ["turn 2"]

    in_loop(story)


def test_duplicates_at_once_wait_for_the_same_turn() -> None:
    async def story() -> None:
        bot, message = Bot(), typed()
        assert await asyncio.gather(bot.answer(message), bot.answer(message),
                                    bot.answer(message)) == [["turn 1"]] * 3
        assert len(bot.turns) == 1

    in_loop(story)


@pytest.mark.parametrize("fault", [RuntimeError("numb"), asyncio.CancelledError()])
def test_a_turn_that_failed_is_tried_again(fault: BaseException) -> None:
    async def story() -> None:
        bot, message = Bot(), typed()
        bot.fault = fault
        with pytest.raises(Unfinished):
            await bot.answer(message)
        bot.fault = None
        assert await bot.answer(message) == ["turn 2"]

    in_loop(story)


def test_a_turn_past_its_deadline_is_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        bot, message = Bot(), typed()
        bot.gate.clear()
        monkeypatch.setattr(turn, "DEADLINE_SECONDS", 0.01)
        for _ in range(2):
            with pytest.raises(Unfinished):
                await bot.answer(message)
        bot.gate.set()
        monkeypatch.setattr(turn, "DEADLINE_SECONDS", 60)
        assert await bot.answer(message) == ["turn 1"]
        assert len(bot.turns) == 1

    in_loop(story)


def test_a_turn_goes_on_when_the_visitor_hangs_up() -> None:
    async def story() -> None:
        bot, message = Bot(), typed()
        bot.gate.clear()
        request = asyncio.ensure_future(bot.answer(message))
        while not bot.turns:
            await asyncio.sleep(0)
        request.cancel()
        bot.gate.set()
        assert await bot.answer(message) == ["turn 1"]
        assert len(bot.turns) == 1

    in_loop(story)


def stored(message: Message, *answers: str) -> list[Event]:
    return [UserUttered(message.text, message_id=message.id), *map(BotUttered, answers)]


def test_after_a_restart_the_answer_comes_from_the_store() -> None:
    async def story() -> None:
        first, second, new = typed("one"), typed("two"), typed("three")
        bot = Bot([*stored(first, "of one", "and more"), *stored(second, "of two")])
        assert await bot.answer(second) == ["of two"]
        assert await bot.answer(first) == ["of one", "and more"]
        assert await bot.answer(new) == ["turn 1"]
        assert bot.turns == [("three", None)]

    in_loop(story)


def test_after_a_restart_two_at_once_are_both_looked_up() -> None:
    async def story() -> None:
        first, second = typed("one"), typed("two")
        bot = Bot([*stored(first, "of one"), *stored(second, "of two")])
        assert await asyncio.gather(bot.answer(first), bot.answer(second)) == [
            ["of one"], ["of two"]]
        assert bot.turns == []

    in_loop(story)


def test_a_message_that_was_stored_without_an_answer_is_answered() -> None:
    async def story() -> None:
        message = typed()
        assert await Bot(stored(message)).answer(message) == ["turn 1"]

    in_loop(story)


def test_a_store_that_is_down_keeps_nobody_from_an_answer(
        caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        bot = Bot()
        bot.events = None
        assert await bot.answer(typed()) == ["turn 1"]
        assert await bot.answer(pressed("numb")) == ["turn 2"]
        assert bot.turns[1] == ("numb", None)

    with caplog.at_level(logging.DEBUG):
        in_loop(story)
    assert "ConnectionError" in caplog.text
    assert CONVERSATION not in caplog.text


def test_the_store_is_read_once_for_a_conversation_that_is_typed() -> None:
    async def story() -> None:
        bot = Bot()
        for text in ("one", "two", "three"):
            await bot.answer(typed(text))
        assert bot.reads == 1

    in_loop(story)


def offer(payload: str) -> list[Event]:
    return [UserUttered("hi", message_id="m"),
            BotUttered("?", {"buttons": [{"title": "Press me", "payload": payload}]})]


@pytest.mark.parametrize(("offers", "payload", "handled"), [
    ("/greet", "/greet", ("/greet", {TITLE: "Press me"})),
    ("what are the signs?", "what are the signs?", ("what are the signs?", {TITLE: "Press me"})),
    ("what are the signs?", "/restart", ("restart", None)),
    ("/greet", "/greet{}", ("greet{}", None)),
])
def test_a_payload_acts_only_where_it_was_offered(offers: str, payload: str,
                                                  handled: tuple[str, Any]) -> None:
    async def story() -> None:
        bot = Bot(offer(offers))
        await bot.answer(pressed(payload))
        assert bot.turns == [handled]

    in_loop(story)


@pytest.mark.parametrize("message", [typed(""), pressed("///")])
def test_what_has_no_words_is_asked_for_again(message: Message) -> None:
    async def story() -> None:
        bot = Bot()
        assert await bot.answer(message) == [say("utter_bad_request")]
        assert bot.turns == []

    in_loop(story)


def test_a_shortened_message_is_answered_and_told_so() -> None:
    async def story() -> None:
        message = typed("a", shortened=True)
        bot = Bot()
        first = await bot.answering.replies(message, ADDRESS, bot)
        assert [reply["text"] for reply in first] == ["turn 1", say("utter_too_long")]
        assert await bot.answering.replies(message, ADDRESS, bot) == first

    in_loop(story)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was given up is found in the store, or is answered anew."""
    async def story() -> None:
        monkeypatch.setattr(ledger, "MAX_CONVERSATIONS", 2)
        monkeypatch.setattr(ledger, "MAX_TURNS", 2)
        bot, message = Bot(), typed()
        assert await bot.answer(message) == ["turn 1"]
        for _ in range(2):
            await bot.answer(typed(conversation=str(uuid.uuid4())))
        bot.events = stored(message, "from the store")
        assert await bot.answer(message) == ["from the store"]
        for _ in range(2):
            await bot.answer(typed())
        bot.events = []
        assert await bot.answer(message) == ["from the store"]  # still among the earlier ones
        assert len(bot.turns) == 5

    in_loop(story)
