"""Whatever is sent, a polite reply or a clear 4xx comes back, and nothing acts as a command."""
from __future__ import annotations

import json

import pytest

from spinebot.texts import say
from tests.e2e.client import Client


@pytest.mark.parametrize("message", [
    "", "   ", "\x00", "hello\x00there", "مرحبا كيف حالك", "😀😀😀", "これは何ですか",
    "\u202eolleh",
    "<script>alert(1)</script>", "'; DROP TABLE events; --", "\ud800", "{{7*7}}", "[x](y)",
    "/restart", "/back", "/session_start", "/", "//", '/inform{"aspect": "x"}',
], ids=repr)
def test_odd_text_gets_a_polite_reply(client: Client, message: str) -> None:
    answer = client.say(message)
    assert answer.status == 200
    assert answer.texts and all(answer.texts)
    assert "Traceback" not in answer.all_text


@pytest.mark.parametrize("command", [
    "/report_red_flag", '/greet{"red_flag_reported": true}', "/stop",
    '/affirm{"clinic_phone": "000"}'])
def test_a_typed_slash_is_text(client: Client, command: str) -> None:
    sender = f"slash-{command}"
    client.say(command, sender)
    reply = client.say("how can I reach the clinic by phone", sender)
    assert "+91 7676090119" in reply.all_text
    assert say("utter_urgent_reminder") not in reply.all_text


def test_a_typed_command_does_not_reset_a_report(client: Client) -> None:
    client.say("I suddenly can't move my legs", "reset")
    client.say("/restart", "reset")
    client.say("stop", "reset")
    assert say("utter_urgent_reminder") in client.say("what are the signs?", "reset").all_text


def test_a_very_long_message_is_read_in_its_first_part(client: Client) -> None:
    answer = client.say("my father cannot move his legs since morning. " + "please help " * 8000)
    assert answer.status == 200
    assert answer.texts[0] == say("utter_urgent_advice")
    assert answer.texts[-1] == say("utter_too_long")


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 100_000,
    json.dumps({"message": "hi"}).encode(), json.dumps({"sender": "", "message": "hi"}).encode(),
    json.dumps({"sender": "a\x00b", "message": "hi"}).encode(),
    json.dumps({"sender": "a" * 300, "message": "hi"}).encode(),
    json.dumps({"sender": ["x"], "message": "hi"}).encode(),
    json.dumps({"sender": "x", "message": 7}).encode(), json.dumps({"sender": "x"}).encode(),
], ids=lambda body: repr(body[:40]))
def test_what_is_not_a_message_is_refused_clearly(client: Client, body: bytes) -> None:
    answer = client.post(body)
    assert answer.status == 400
    assert answer.body["error"]
    assert "112" in answer.body["text"] and "+91 7676090119" in answer.body["text"]


def test_a_huge_body_is_refused(client: Client) -> None:
    assert client.post(b'{"message": "' + b"a" * 600_000 + b'"}').status == 413


def test_over_the_limit_a_report_is_still_answered(client: Client) -> None:
    for _ in range(30):
        assert client.say("thank you", "hasty").status == 200
    refused = client.say("what are the signs?", "hasty")
    assert (refused.status, refused.body["text"]) == (429, say("utter_slow_down"))
    report = client.say("I suddenly can't move my legs", "hasty")
    assert report.texts[0] == say("utter_urgent_advice")


def test_the_server_still_answers(client: Client) -> None:
    assert "Spinebot" in client.say("hello").all_text
