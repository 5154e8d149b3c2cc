"""Any body, signed or not: no exception leaves the webhook and no answer is a 5xx."""
from __future__ import annotations

import asyncio
import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinebot.channels.whatsapp.answer import Answerer
from spinebot.channels.whatsapp.channel import WhatsAppChannel
from spinebot.channels.whatsapp.codes import Outcome, Verdict
from spinebot.channels.whatsapp.compose import Limits
from spinebot.channels.whatsapp.database import Database
from spinebot.channels.whatsapp.desk import Desk
from spinebot.channels.whatsapp.meta import MetaChannel
from spinebot.channels.whatsapp.settings import meta_settings, twilio_settings
from spinebot.channels.whatsapp.signature import meta_signature, twilio_signature
from spinebot.channels.whatsapp.twilio import TwilioChannel
from spinebot.ops.whatsapp import phone
from tests.channels.whatsapp.world import record
from tests.unit.whatsapp.test_settings import META, TWILIO

META_BODIES, TWILIO_BODIES = 4_500, 1_500
statuses: Counter[int] = Counter()


class Nowhere:
    """A provider that takes everything."""

    limits, plain = Limits(), False

    async def open(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def send(self, _: Any) -> Outcome:
        return Outcome(Verdict.SENT, "wamid.sent")

    async def seen(self, _: str) -> None:
        """Nobody sees it."""


async def echo(message: Any) -> None:
    await message.output_channel.send_text_message(message.sender_id, message.text)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    yield made
    made.close()


def opened(channel: WhatsAppChannel, folder: Path,
           loop: asyncio.AbstractEventLoop) -> WhatsAppChannel:
    async def open_desk() -> None:
        database = Database(f"sqlite:///{folder / 'fuzz.db'}")
        database.create()
        channel.desk = Desk(channel.name(), database, Nowhere(),
                            Answerer(echo, lambda: None, channel.name()), 0.01)
        await channel.desk.start()
    loop.run_until_complete(open_desk())
    return channel


@pytest.fixture(scope="module")
def meta(tmp_path_factory: pytest.TempPathFactory,
         loop: asyncio.AbstractEventLoop) -> Iterator[MetaChannel]:
    channel = MetaChannel(meta_settings(META))
    opened(channel, tmp_path_factory.mktemp("meta"), loop)
    yield channel
    assert channel.desk is not None
    loop.run_until_complete(channel.desk.stop())


@pytest.fixture(scope="module")
def twilio(tmp_path_factory: pytest.TempPathFactory,
           loop: asyncio.AbstractEventLoop) -> Iterator[TwilioChannel]:
    channel = TwilioChannel(twilio_settings(TWILIO))
    opened(channel, tmp_path_factory.mktemp("twilio"), loop)
    yield channel
    assert channel.desk is not None
    loop.run_until_complete(channel.desk.stop())


SCALARS = (st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
           | st.sampled_from(["messages", "text", "interactive", "image", "919845000000", "7",
                              "wamid.1", "\x00", "\ud800", "9" * 300, "s:Yes", "k:0", "m:0",
                              "failed", "user_changed_number", "1", "/restart"]))
KEYS = st.sampled_from(["entry", "changes", "value", "field", "messages", "statuses", "contacts",
                        "errors", "metadata", "phone_number_id", "id", "from", "type", "text",
                        "body", "interactive", "button_reply", "code", "system", "wa_id"])
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4)
                        | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=5),
                        max_leaves=20)
SHAPE = json.loads(phone.body(phone.value("7", [
    phone.message("919845000000", phone.text("hello"), "wamid.1", 1_790_000_000),
    phone.message("919845000001", phone.tap({"id": "s:Yes", "title": "Yes"}), "wamid.2"),
    phone.message("919845000002", {"type": "system", "system": {
        "type": "user_changed_number", "wa_id": "919845000009"}}, "wamid.3")],
    [{"id": "wamid.9", "status": "failed", "errors": [{"code": 131047}]}])))


def paths(thing: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield before
    pairs = thing.items() if isinstance(thing, dict) else (
        enumerate(thing) if isinstance(thing, list) else ())
    for key, inner in pairs:
        yield from paths(inner, (*before, key))


@st.composite
def changed(draw: st.DrawFn) -> Any:
    """A real body with some of its parts replaced."""
    body = copy.deepcopy(SHAPE)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from([path for path in paths(body) if path]))
        holder = body
        for key in place[:-1]:
            holder = holder[key]
        holder[place[-1]] = draw(ANYTHING)
        if not isinstance(body, dict):
            break
    return body


BODIES = (st.binary(max_size=300) | st.text(max_size=200).map(str.encode)
          | ANYTHING.map(lambda thing: json.dumps(thing).encode())
          | changed().map(lambda thing: json.dumps(thing).encode()))
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@settings(QUICK, max_examples=META_BODIES)
@given(BODIES, st.sampled_from(["signed", "signed", "signed", "unsigned", "odd"]),
       st.text(max_size=80))
def test_meta(meta: MetaChannel, loop: asyncio.AbstractEventLoop, body: bytes, how: str,
              odd: str) -> None:
    header = {"signed": meta_signature("hidden-1", body), "unsigned": None, "odd": odd}[how]
    status = loop.run_until_complete(meta.receive(body, header))
    statuses[status] += 1
    assert status in ({200, 400} if how == "signed" else {401})


@settings(QUICK, max_examples=TWILIO_BODIES)
@given(st.binary(max_size=200) | st.dictionaries(
    st.sampled_from(["Body", "From", "To", "AccountSid", "MessageSid", "MessageStatus",
                     "ErrorCode", "ButtonPayload", "ButtonText", "NumMedia"]),
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=20) | st.sampled_from(
        ["AC1", "whatsapp:+919845000000", "SM1", "failed", "63016"]),
    max_size=8).map(lambda form: urlencode(form).encode()), st.booleans(), st.text(max_size=20))
def test_twilio(twilio: TwilioChannel, loop: asyncio.AbstractEventLoop, body: bytes,
                signed: bool, query: str) -> None:
    from spinebot.channels.whatsapp.twilio_parse import fields
    assert twilio.settings is not None
    query = urlencode({"token": query}) if query else ""
    url = twilio.settings.webhook_url + (f"?{query}" if query else "")
    try:
        header = twilio_signature("hidden-4", url, fields(body)) if signed else "é"
    except ValueError:
        header = "none"
    status = loop.run_until_complete(twilio.receive(body, query, header))
    statuses[status] += 1
    assert status < 500
    assert status != 200 or signed


def test_the_webhooks_still_answer_and_so_many_bodies_were_tried(
        meta: MetaChannel, loop: asyncio.AbstractEventLoop) -> None:
    body = phone.body(phone.value("7", [phone.message("919845000077", phone.text("hello"))]))
    assert loop.run_until_complete(meta.receive(body, meta_signature("hidden-1", body))) == 200
    record(fuzz_bodies=sum(statuses.values()),
           fuzz_5xx=sum(count for status, count in statuses.items() if status >= 500))
    assert sum(statuses.values()) >= 5_000
    assert statuses[200] > 1_000
