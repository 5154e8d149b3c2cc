"""The webhook: who may post, what is accepted, and how soon it is answered."""
from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Iterator
from urllib.parse import urlsplit

import pytest

from spinebot.channels.whatsapp.signature import meta_signature
from spinebot.ops.whatsapp import phone
from spinebot.texts import say
from tests.channels.whatsapp.world import (
    NUMBER_ID,
    SECRET,
    VERIFY,
    Assistant,
    World,
    payload_files,
    percentile,
    record,
)

pytestmark = pytest.mark.usefixtures("assistant")


@pytest.mark.parametrize(("query", "answer"), [
    (f"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY}",
     (200, "1158201444")),
    ("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=wrong", (403, "")),
    ("hub.mode=subscribe&hub.challenge=1158201444", (403, "")),
    (f"hub.mode=unsubscribe&hub.challenge=1158201444&hub.verify_token={VERIFY}", (403, "")),
    (f"hub.challenge=1158201444&hub.verify_token={VERIFY}", (403, "")),
    ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=%C3%A9", (403, ""))])
def test_the_handshake(world: World, query: str, answer: tuple[int, str]) -> None:
    assert world.get_text(f"{world.webhook}?{query}") == answer


def hello(sender: str) -> bytes:
    return phone.body(phone.value(NUMBER_ID, [phone.message(sender, phone.text("hello"))]))


@pytest.mark.parametrize("signature", [
    None, "", "sha256=", "sha256=" + "0" * 64, "sha1=" + "0" * 40, "é" * 71, "truncated", "bare",
    "of another body"])
def test_what_meta_did_not_sign_is_refused(world: World, assistant: Assistant, sender: str,
                                           signature: str) -> None:
    content = hello(sender)
    right = meta_signature(SECRET, content)
    header = {"truncated": right[:-1], "bare": right.removeprefix("sha256="),
              "of another body": meta_signature(SECRET, content + b" ")}.get(signature, signature)
    headers = {"Content-Type": "application/json"}
    if header is not None:
        headers["X-Hub-Signature-256"] = header
    assert world.post(content, **headers) == 401
    world.settled(assistant.address)
    assert world.texts(sender) == []


@pytest.mark.parametrize("escaped", [True, False])
def test_the_signature_is_over_the_raw_bytes(world: World, sender: str, escaped: bool) -> None:
    value = phone.value(NUMBER_ID, [phone.message(sender, phone.text("café 😀 hello"))])
    content = json.dumps(json.loads(phone.body(value)), ensure_ascii=escaped, indent=3).encode()
    assert world.post(content) == 200
    assert len(world.wait_for(sender, 1)) == 1


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"nonsense"],
                         ids=lambda content: repr(content[:10]))
def test_what_is_not_json_is_refused(world: World, content: bytes) -> None:
    assert world.post(content) == 400


@pytest.mark.parametrize("content", [
    b"{}", b"[]", b"null", b"7", b'{"entry": []}', b'{"entry": [{}]}', b'{"entry": 5}',
    b'{"entry": [{"changes": [{"field": "messages", "value": null}]}]}',
    phone.body(phone.value(NUMBER_ID, [{}])), phone.body({"messages": [{"id": 5}]})],
    ids=lambda content: repr(content[:30]))
def test_an_odd_shape_is_accepted_and_passed_over(world: World, content: bytes) -> None:
    assert world.post(content) == 200


@pytest.mark.skipif(not payload_files(), reason="the payloads are not here")
def test_every_known_payload_is_accepted(world: World, assistant: Assistant) -> None:
    ok = [path.name for path in payload_files()
          if world.post(_ours(path)) == 200 and world.post(path.read_bytes()) == 200]
    record(payloads_ok=len(ok))
    assert len(ok) == len(payload_files())
    world.settled(assistant.address)
    assert "Traceback" not in assistant.log.read_text()
    assert world.get_text(f"{assistant.address}/webhooks/rest/")[0] == 200


def _ours(path: Path) -> bytes:
    """The payload, addressed to our number, with times of today."""
    def change(thing: object) -> object:
        if isinstance(thing, list):
            return [change(item) for item in thing]
        if isinstance(thing, dict):
            return {key: NUMBER_ID if key == "phone_number_id" else str(int(time.time()))
                    if key == "timestamp" else change(item) for key, item in thing.items()}
        return thing
    return json.dumps(change(json.loads(path.read_text(encoding="utf-8")))).encode()


@pytest.fixture()
def held(assistant: Assistant) -> Iterator[Path]:
    """Turns with the word "slowly" wait until this file is there."""
    assistant.gate.unlink(missing_ok=True)
    yield assistant.gate
    assistant.gate.touch()


def test_while_turns_hang_others_are_accepted_and_answered(
        world: World, assistant: Assistant, sender: str, held: Path) -> None:
    slow = [f"9198451{count:05d}" for count in range(8)]
    for one in slow:
        world.say(one, "tell me slowly what a spinal hematoma is")
    world.say(sender, "hello")
    assert "I am Spinebot" in world.wait_for(sender, 1)[0]
    # none of them has been answered but by a turn that ran into its deadline
    assert {text for one in slow for text in world.texts(one)} <= {say("utter_fault")}
    world.milliseconds.clear()
    for count in range(200):
        world.send(f"9198452{count:05d}", {"type": "reaction", "reaction": {"message_id": "x"}})
        world.say(slow[count % 8], "thank you") if count % 40 == 0 else None
    record(webhook_p95_ms=percentile(world.milliseconds, 0.95),
           webhook_p50_ms=percentile(world.milliseconds, 0.5),
           webhook_max_ms=round(max(world.milliseconds), 1), webhook_posts=len(world.milliseconds))
    held.touch()
    for one in slow:
        world.wait_for(one, 1)


def test_a_reply_outlives_the_connection_it_was_asked_on(world: World, sender: str,
                                                         held: Path) -> None:
    content = phone.body(phone.value(NUMBER_ID, [phone.message(
        sender, phone.text("tell me slowly what a spinal hematoma is"))]))
    address = urlsplit(world.webhook)
    head = "".join(f"{name}: {text}\r\n" for name, text in phone.signed(SECRET, content).items())
    with socket.create_connection((address.hostname, address.port)) as line:
        line.sendall(f"POST {address.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}"
                     f"\r\n{head}\r\n".encode() + content)
        assert line.recv(100).split()[1] == b"200"
    held.touch()
    assert "blood that collects" in world.wait_for(sender, 1)[0]
