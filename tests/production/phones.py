"""WhatsApp in the installation: a stand-in for Meta behind it, and what phones show."""
from __future__ import annotations

import asyncio
import time
from typing import Mapping, Sequence

import aiohttp

from spinebot.ops.cluster import Cluster
from spinebot.ops.whatsapp import phone
from tests.channels.whatsapp.world import ACCESS, NUMBER_ID, SECRET, UNIT, VERIFY, World
from tests.production.ledger import Count
from tests.production.visitors import helps

SETTLE_SECONDS = 30.0


def environment(world: World) -> Mapping[str, str]:
    """Settings of a worker that speaks to the stand-in."""
    return {"SPINEBOT_WHATSAPP": "meta", "SPINEBOT_WHATSAPP_APP_SECRET": SECRET,
            "SPINEBOT_WHATSAPP_VERIFY_TOKEN": VERIFY,
            "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "SPINEBOT_WHATSAPP_ACCESS_TOKEN": ACCESS, "SPINEBOT_WHATSAPP_API": world.api,
            "SPINEBOT_WHATSAPP_RETRY_UNIT": str(UNIT)}


def delivery(sender: str, text: str) -> bytes:
    """The body of a webhook with one message."""
    return phone.body(phone.value(NUMBER_ID, [phone.message(sender, phone.text(text))]))


async def deliver(session: aiohttp.ClientSession, server: str, content: bytes) -> None:
    """Post a webhook as Meta does: again until it is accepted."""
    headers = phone.signed(SECRET, content)
    while True:
        async with session.post(f"{server}/webhooks/whatsapp/webhook", data=content,
                                headers=headers) as answer:
            if answer.status == 200:
                return
        await asyncio.sleep(0.1)


def settled(world: World, cluster: Cluster, senders: Sequence[str]) -> None:
    """Wait until every phone shows something and nothing more is due.

    Raises:
        AssertionError: it never came to that.
    """
    until = time.monotonic() + SETTLE_SECONDS
    while True:
        health = world.get(f"{cluster.workers[0].url}/webhooks/whatsapp/health")
        shown = world.by_phone()
        if health["unanswered"] == health["unsent"] == 0 and all(map(shown.get, senders)):
            return
        assert time.monotonic() < until, f"not settled: {health}"
        time.sleep(0.1)


def count(world: World, senders: Sequence[str], once: Sequence[str]) -> Count:
    """Count phones on which one report was delivered.

    Args:
        once: what a phone shows that got the report once.
    """
    shown = world.by_phone()
    texts = [shown.get(sender, []) for sender in senders]
    return Count(
        messages=len(senders), answered=sum(map(bool, texts)), lost=sum(not each for each in texts),
        doubled=sum(len(each) > len(once) for each in texts),
        differing=sum(each != list(once) for each in texts), misplaced=0, restarted=0, silent=0,
        cut=0, retried=0, reports=len(senders),
        urgent_missing=sum(not any(map(helps, each)) for each in texts), urgent_s=0.0,
        whole_urgent_s=0.0, answer_s=0.0)
