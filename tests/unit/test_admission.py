"""Over a limit only what may be urgent is answered, and it always is."""
from __future__ import annotations

import pytest

from spinebot.channels.pace import FLOOD, Limits, TooFast
from tests.website_bot import Bot, in_loop, typed

SLOW = Limits(conversation=1, address=1_000)


async def over_the_limit(**intents: str) -> Bot:
    bot = Bot(limits=SLOW, **intents)
    await bot.answer(typed("first"))
    return bot


@pytest.mark.parametrize(("intent", "text"), [
    ("report_red_flag", "numb legs"), ("doubtful", "odd legs"), ("affirm", "yes"),
    ("unsure", "maybe"), ("deny", "no"), ("stop", "stop"), ("greet", "unreadable")])
def test_over_the_limit_what_may_be_urgent_is_answered(intent: str, text: str) -> None:
    async def story() -> None:
        # "unreadable" has no entry, so that the language model fails on it
        bot = await over_the_limit(**{} if text == "unreadable" else {text.split()[0]: intent})
        assert await bot.answer(typed(text)) == ["turn 2"]

    in_loop(story)


@pytest.mark.parametrize("intent", ["greet", "ask_symptoms", "deny_symptoms", "nlu_fallback"])
def test_over_the_limit_everything_else_waits(intent: str) -> None:
    async def story() -> None:
        bot = await over_the_limit(hello=intent)
        with pytest.raises(TooFast):
            await bot.answer(typed("hello"))
        assert len(bot.turns) == 1

    in_loop(story)


def test_over_the_limit_an_answer_that_was_given_is_given_again() -> None:
    async def story() -> None:
        bot, message = Bot(limits=SLOW), typed()
        await bot.answer(message)
        assert await bot.answer(message) == ["turn 1"]

    in_loop(story)


def test_a_message_that_had_to_wait_is_answered_when_sent_again() -> None:
    async def story() -> None:
        bot, message = await over_the_limit(hello="greet"), typed()
        with pytest.raises(TooFast):
            await bot.answer(message)
        bot.intents["hello"] = "report_red_flag"
        assert await bot.answer(message) == ["turn 2"]

    in_loop(story)


def test_a_flood_costs_no_understanding() -> None:
    async def story() -> None:
        bot = Bot(limits=Limits(conversation=100, address=1), numb="report_red_flag")
        for _ in range(FLOOD):
            await bot.answer(typed("numb"))
        with pytest.raises(TooFast) as refusal:
            await bot.answer(typed("numb"))
        assert refusal.value.flood

    in_loop(story)
