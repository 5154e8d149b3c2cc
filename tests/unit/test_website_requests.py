"""What the widget's channel takes for a message, and what it refuses."""
from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any, AsyncIterator, Iterable

import pytest

from spinebot.channels import body as bodies
from spinebot.channels.guard import MAX_CHARACTERS, Refused
from spinebot.channels.website.requests import (
    MAX_BODY_BYTES,
    Message,
    body_of,
    read_conversation,
    read_message,
)

CONVERSATION = "3f2b8c1e-9a4d-4c6b-8e21-0f9d7a6b5c4d"
ID = "c0ffee00-1111-4222-9333-444455556666"
NAMES = {"conversation": CONVERSATION, "id": ID}


def body(**fields: Any) -> bytes:
    return json.dumps({**NAMES, **fields}).encode()


def test_typed_text_is_a_message() -> None:
    assert read_message(body(text=" my legs are numb ")) == Message(
        CONVERSATION, ID, "my legs are numb", shortened=False)


def test_typed_text_that_begins_with_a_slash_is_text() -> None:
    assert read_message(body(text="/restart")).text == "restart"
    assert read_message(body(text="/restart")).payload is None


def test_a_quick_reply_keeps_its_payload_and_has_words_to_fall_back_on() -> None:
    assert read_message(body(payload="/restart")) == Message(
        CONVERSATION, ID, "restart", shortened=False, payload="/restart")


def test_a_long_text_is_cut_and_marked() -> None:
    message = read_message(body(text="a" * (MAX_CHARACTERS + 1)))
    assert (len(message.text), message.shortened) == (MAX_CHARACTERS, True)


@pytest.mark.parametrize("fields", [
    {}, {"text": "a", "payload": "a"}, {"text": None}, {"text": 7}, {"text": ["a"]},
    {"payload": None}, {"payload": {"a": 1}}, {"text": "a", "payload": None},
    {"message": "a"}])
def test_anything_but_one_text_or_payload_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        read_message(body(**fields))
    assert refusal.value.status == 400


NO_UUIDS = [
    None, 7, "", "visitor", CONVERSATION.upper(), CONVERSATION + "0", f"{{{CONVERSATION}}}",
    CONVERSATION.replace("-", ""), f" {CONVERSATION}", f"{CONVERSATION}\n", [CONVERSATION],
    "3f2b8c1e-9a4d-1c6b-8e21-0f9d7a6b5c4d",  # version 1
    "3f2b8c1e-9a4d-4c6b-7e21-0f9d7a6b5c4d",  # no variant of RFC 4122
    "00000000-0000-0000-0000-000000000000"]


@pytest.mark.parametrize("field", ["conversation", "id"])
@pytest.mark.parametrize("value", NO_UUIDS)
def test_an_id_that_could_be_guessed_is_refused(field: str, value: Any) -> None:
    with pytest.raises(Refused, match=field) as refusal:
        read_message(body(text="hello", **{field: value}))
    assert refusal.value.status == 400


@pytest.mark.parametrize("value", NO_UUIDS)
def test_a_history_is_asked_for_by_the_secret_id_only(value: Any) -> None:
    assert read_conversation(body()) == CONVERSATION
    with pytest.raises(Refused):
        read_conversation(body(conversation=value))


@pytest.mark.parametrize("read", [read_message, read_conversation])
@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 5_000])
def test_what_is_no_json_object_is_refused(read: Any, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read(content)
    assert refusal.value.status == 400


def request(parts: Iterable[bytes], kind: str = "application/json", **headers: str) -> Any:
    async def stream() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return SimpleNamespace(headers={"content-type": kind, **headers}, stream=stream())


def endless() -> Iterable[bytes]:
    while True:
        yield b"a" * 1024


def test_a_body_is_put_together_from_its_parts() -> None:
    whole = b"a" * MAX_BODY_BYTES
    assert asyncio.run(body_of(request([whole[:100], whole[100:]]))) == whole


@pytest.mark.parametrize("too_large", [
    request([b"a" * MAX_BODY_BYTES, b"a"]), request(endless()),
    request([], **{"content-length": str(MAX_BODY_BYTES + 1)})])
def test_a_body_too_large_is_refused_while_it_comes_in(too_large: Any) -> None:
    with pytest.raises(Refused) as refusal:
        asyncio.run(body_of(too_large))
    assert refusal.value.status == 413


def test_a_body_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.01)
    slow = SimpleNamespace(headers={"content-type": "application/json"}, stream=stream())
    with pytest.raises(Refused) as refusal:
        asyncio.run(body_of(slow))
    assert refusal.value.status == 408


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8",
                                  "Application/JSON;charset=UTF-8"])
def test_json_is_taken(kind: str) -> None:
    assert asyncio.run(body_of(request([b"{}"], kind))) == b"{}"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded",
                                  "multipart/form-data; boundary=x", "application/jsonp",
                                  "text/plain; application/json"])
def test_what_a_foreign_page_could_send_without_asking_is_refused(kind: str) -> None:
    with pytest.raises(Refused) as refusal:
        asyncio.run(body_of(request([b"{}"], kind)))
    assert refusal.value.status == 415
