"""A turn always ends with something to read, whatever its handler does."""
from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, Coroutine

import pytest
from rasa.core.channels.channel import UserMessage

from spinebot.channels import turn
from spinebot.channels.turn import run_turn
from spinebot.texts import say, slot_values

Handler = Callable[[UserMessage], Awaitable[Any]]
SENDER = "visitor"


def run(handler: Handler) -> list[dict[str, Any]]:
    return asyncio.run(run_turn(handler, SENDER, "my legs are numb", "rest"))


async def silent(_: UserMessage) -> None:
    """Says nothing."""


async def broken(_: UserMessage) -> None:
    raise RuntimeError("my legs are numb")


async def cancelled(_: UserMessage) -> None:
    raise asyncio.CancelledError


async def half(message: UserMessage) -> None:
    await message.output_channel.send_text_message(message.sender_id, "first")
    raise RuntimeError("the store is down")


async def two_replies(message: UserMessage) -> None:
    await message.output_channel.send_text_message(message.sender_id, "first")
    await message.output_channel.send_text_with_buttons(
        message.sender_id, "second", [{"title": "Yes", "payload": "Yes"}])


async def echo(message: UserMessage) -> None:
    await message.output_channel.send_text_message(
        message.sender_id, f"{message.text}|{message.sender_id}|{message.input_channel}")


def test_replies_pass_through_in_order() -> None:
    assert run(two_replies) == [
        {"recipient_id": SENDER, "text": "first"},
        {"recipient_id": SENDER, "text": "second",
         "buttons": [{"title": "Yes", "payload": "Yes"}]}]


def test_the_handler_gets_words_sender_and_channel() -> None:
    assert [reply["text"] for reply in run(echo)] == ["my legs are numb|visitor|rest"]


@pytest.mark.parametrize(("handler", "before"), [
    (silent, []), (broken, []), (cancelled, []), (half, ["first"])])
def test_a_turn_that_fails_ends_with_the_fault_text(handler: Handler, before: list[str]) -> None:
    replies = run(handler)
    assert [reply["text"] for reply in replies] == [*before, say("utter_fault")]
    assert {reply["recipient_id"] for reply in replies} == {SENDER}


def test_the_fault_text_holds_the_emergency_number_and_the_clinics_phone() -> None:
    text = run(broken)[-1]["text"]
    assert text.index("112") < text.index(slot_values()["clinic_phone"])


def test_a_fault_is_logged_without_the_visitors_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run(broken)
    assert "RuntimeError" in caplog.text
    assert "numb" not in caplog.text


class Slow:
    """A handler that speaks, waits until it is let go, and speaks again."""

    def __init__(self, *first: str) -> None:
        self.first = first
        self.go = asyncio.Event()
        self.finished = asyncio.Event()

    async def __call__(self, message: UserMessage) -> None:
        for text in self.first:
            await message.output_channel.send_text_message(message.sender_id, text)
        await self.go.wait()
        await message.output_channel.send_text_message(message.sender_id, "late")
        self.finished.set()


@pytest.fixture()
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "DEADLINE_SECONDS", 0.01)


def in_loop(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("first", [(), ("urgent",)])
def test_a_turn_that_hangs_ends_with_the_fault_text(first: tuple[str, ...]) -> None:
    async def story() -> None:
        replies = await run_turn(Slow(*first), SENDER, "hello", "rest")
        assert [reply["text"] for reply in replies] == [*first, say("utter_fault")]

    in_loop(story)


@pytest.mark.usefixtures("impatient")
def test_a_slow_turn_goes_on_so_that_its_report_is_kept() -> None:
    async def story() -> None:
        handler = Slow()
        replies = await run_turn(handler, SENDER, "hello", "rest")
        assert not handler.finished.is_set()
        handler.go.set()
        await asyncio.wait_for(handler.finished.wait(), timeout=60)
        assert [reply["text"] for reply in replies] == [say("utter_fault")]  # sent long ago

    in_loop(story)


@pytest.mark.usefixtures("impatient")
def test_a_turn_that_hangs_keeps_nobody_else_waiting() -> None:
    async def story() -> None:
        slow, quick = await asyncio.gather(run_turn(Slow(), SENDER, "hello", "rest"),
                                           run_turn(echo, "other", "hi", "rest"))
        assert [reply["text"] for reply in quick] == ["hi|other|rest"]
        assert [reply["recipient_id"] for reply in slow] == [SENDER]

    in_loop(story)
