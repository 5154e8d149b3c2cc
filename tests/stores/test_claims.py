"""The same message id on two replicas: one turn, and the same answer for both."""
from __future__ import annotations

import asyncio
import subprocess
import sys
import time

import pytest
from rasa.shared.core.events import BotUttered, UserUttered

from spinebot.channels.turn import Unfinished
from spinebot.paths import ROOT
from tests.stores.servers import Redis
from tests.stores.talk import new_id
from tests.website_bot import ADDRESS, Bot, in_loop, typed


def test_one_after_the_other(shared: Redis) -> None:
    async def story() -> None:
        one, two, message = Bot(), Bot(), typed(conversation=new_id())
        first = await one.answering.replies(message, ADDRESS, one)
        assert await two.answering.replies(message, ADDRESS, two) == first
        assert two.turns == []

    in_loop(story)


def test_both_at_once(shared: Redis) -> None:
    async def story() -> None:
        one, two, message = Bot(), Bot(), typed(conversation=new_id())
        one.gate.clear()
        first = asyncio.ensure_future(one.answer(message))
        while not one.turns:
            await asyncio.sleep(0.01)
        second = asyncio.ensure_future(two.answer(message))
        await asyncio.sleep(0.5)
        assert not second.done()
        one.gate.set()
        assert await first == await second == ["turn 1"]
        assert two.turns == []

    in_loop(story)


def test_a_hundred_messages_at_once_on_two_replicas(shared: Redis) -> None:
    async def story() -> None:
        one, two = Bot(), Bot()
        messages = [typed(f"m{number}", conversation=new_id()) for number in range(100)]
        answers = await asyncio.gather(*(bot.answering.replies(message, ADDRESS, bot)
                                         for message in messages for bot in (one, two)))
        assert len(one.turns) + len(two.turns) == 100
        assert answers[::2] == answers[1::2]

    in_loop(story)


def test_a_turn_that_failed_is_tried_again_on_another_replica(shared: Redis) -> None:
    async def story() -> None:
        one, two, message = Bot(), Bot(), typed(conversation=new_id())
        one.fault = RuntimeError("numb")
        with pytest.raises(Unfinished):
            await one.answer(message)
        assert await two.answer(message) == ["turn 1"]

    in_loop(story)


_CLAIMS = """
import asyncio, sys
from spinebot.stores.claims import claim
async def main():
    async with claim(sys.argv[1], sys.argv[2]):
        print("claimed", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("stored", [False, True])
def test_the_message_of_a_killed_replica_is_answered_once_within_fifteen_seconds(
        shared: Redis, stored: bool) -> None:
    """Also where that one was killed after its turn was stored."""
    async def story() -> None:
        message, bot = typed(conversation=new_id()), Bot()
        dying = subprocess.Popen([sys.executable, "-c", _CLAIMS, message.conversation, message.id],
                                 cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert dying.stdout and dying.stdout.readline() == "claimed\n"
        dying.kill()
        dying.wait()
        started = time.monotonic()
        answer = asyncio.ensure_future(bot.answer(message))
        await asyncio.sleep(0.5)
        if stored:
            bot.events = [UserUttered(message.text, message_id=message.id), BotUttered("stored")]
        assert await answer == (["stored"] if stored else ["turn 1"])
        assert time.monotonic() - started < 15
        assert len(bot.turns) == (0 if stored else 1)

    in_loop(story)


def test_with_redis_away_the_store_is_asked_before_a_turn(shared: Redis) -> None:
    async def story() -> None:
        conversation, bot = new_id(), Bot()
        assert await bot.answer(typed("one", conversation=conversation)) == ["turn 1"]
        shared.kill()
        try:
            elsewhere, new = (typed(text, conversation=conversation) for text in ("two", "three"))
            bot.events = [UserUttered("two", message_id=elsewhere.id), BotUttered("stored")]
            assert await bot.answer(elsewhere) == ["stored"]
            assert await bot.answer(new) == ["turn 2"]
        finally:
            shared.start()

    in_loop(story)
