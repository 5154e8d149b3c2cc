"""Rate limits: what is over them, for how long, and what is said then."""
from __future__ import annotations

import asyncio
from typing import Awaitable, Optional

import pytest

from spinebot.channels.pace import FLOOD, Limits, Pace, TooFast, network_of
from spinebot.texts import say, slot_values


async def refusal(counted: Awaitable[None]) -> Optional[TooFast]:
    try:
        await counted
    except TooFast as raised:
        return raised
    return None


async def fates(pace: Pace, *sent: tuple[str, str]) -> str:
    """One letter for each message: . counted, s too fast, F a flood."""
    letters = ""
    for address, conversation in sent:
        raised = await refusal(pace.message(address, conversation))
        letters += "." if raised is None else "F" if raised.flood else "s"
    return letters


A, B = "192.0.2.1", "192.0.2.2"


@pytest.mark.parametrize(("limits", "sent", "fate"), [
    (Limits(conversation=2, address=100), [(A, "x")] * 3, "..s"),
    (Limits(conversation=2, address=100), [(A, "x"), (A, "x"), (A, "y"), (A, "x")], "...s"),
    # a conversation counts as one, from wherever it comes
    (Limits(conversation=2, address=100), [(A, "x"), (B, "x"), (B, "x")], "..s"),
    # so does an address, whatever conversations it makes up
    (Limits(conversation=100, address=2), [(A, "x"), (A, "y"), (A, "z"), (B, "z")], "..s."),
    (Limits(conversation=100, address=1), [(A, "x")] * (FLOOD + 2), "." + "s" * (FLOOD - 1) + "FF"),
    # one conversation alone makes no flood
    (Limits(conversation=1, address=100), [(A, "x")] * 30, "." + "s" * 29),
])
def test_what_is_over_a_limit(limits: Limits, sent: list[tuple[str, str]], fate: str) -> None:
    assert asyncio.run(fates(Pace(limits), *sent)) == fate


def test_histories_have_a_limit_of_their_own() -> None:
    async def story() -> list[bool]:
        pace = Pace(Limits(conversation=100, address=100, histories=1, conversation_histories=2))
        return [await refusal(pace.history(A, "x")) is None,
                await refusal(pace.history(A, "y")) is None,  # the address again
                await refusal(pace.history(B, "x")) is None,
                await refusal(pace.history("192.0.2.3", "x")) is None,  # the conversation again
                await refusal(pace.message(A, "x")) is None]

    assert asyncio.run(story()) == [True, False, True, False, True]


def test_a_refusal_says_when_to_try_again() -> None:
    async def story() -> Optional[TooFast]:
        pace = Pace(Limits(conversation=1))
        await pace.message(A, "x")
        return await refusal(pace.message(A, "x"))

    raised = asyncio.run(story())
    assert raised is not None
    assert raised.status == 429
    assert 1 <= raised.wait <= 60


def test_a_refusal_carries_the_emergency_number_and_the_clinics_phone() -> None:
    text = TooFast(1).text
    assert text.index(slot_values()["emergency"]) < text.index(slot_values()["clinic_phone"])


def test_what_is_not_even_read_is_answered_with_the_whole_urgent_message() -> None:
    assert TooFast(1, flood=True).text.startswith(say("utter_urgent_advice"))


@pytest.mark.parametrize(("address", "network"), [
    ("192.0.2.1", "192.0.2.1"),
    ("2001:db8::1", "2001:db8::/64"),
    ("[2001:db8::ffff:1]", "2001:db8::/64"),
    ("_hidden", "_hidden"),
    ("", ""),
])
def test_an_ipv6_visitor_has_one_address_however_many_are_used(address: str,
                                                              network: str) -> None:
    assert network_of(address) == network


def test_the_usual_limits_let_a_fast_typist_through() -> None:
    assert asyncio.run(fates(Pace(Limits()), *[(A, "x")] * 30)) == "." * 30
