"""What gets past the guard of the channels, and as what."""
from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinebot.channels.guard import (
    MAX_BODY_BYTES,
    MAX_CHARACTERS,
    MAX_SENDER,
    Incoming,
    Refused,
    plain_text,
    read_json,
)


def body(message: Any = "hello", sender: Any = "visitor", **other: Any) -> bytes:
    return json.dumps({"sender": sender, "message": message, **other}).encode()


@pytest.mark.parametrize("sender", [
    "visitor", "+91 98450 00000", "a" * MAX_SENDER, "ನಾನು", "user@example.org", "0", "🙂"])
def test_a_printable_sender_is_kept_as_it_is(sender: str) -> None:
    assert read_json(body(sender=sender)) == Incoming(sender, "hello", shortened=False)


@pytest.mark.parametrize("sender", [
    None, "", "   ", "\t", 7, 1.5, True, [], ["visitor"], {"id": 1}, "a" * (MAX_SENDER + 1),
    "two\nlines", "null\x00byte", "bell\x07", "\u202evisitor", "\x7f"])
def test_any_other_sender_is_refused(sender: Any) -> None:
    with pytest.raises(Refused) as refusal:
        read_json(body(sender=sender))
    assert refusal.value.status == 400
    assert "sender" in str(refusal.value)


def test_a_missing_sender_is_refused() -> None:
    with pytest.raises(Refused, match="sender"):
        read_json(b'{"message": "hello"}')


@pytest.mark.parametrize("message", [None, 1, 2.5, True, [], ["hi"], {"text": "hi"}])
def test_a_message_that_is_no_text_is_refused(message: Any) -> None:
    with pytest.raises(Refused) as refusal:
        read_json(body(message))
    assert refusal.value.status == 400
    assert "message" in str(refusal.value)


@pytest.mark.parametrize("content", [
    b"[]", b'"text"', b"7", b"null", b"true", b'[{"sender": "a", "message": "b"}]',
    b"", b"   ", b"{", b"hello", b"sender=a&message=b", b'{"sender": "a", "message": "b"',
    b"{'sender': 'a'}", b'{"sender": "a"} trailing', b"\x00", b"\xff\xfe", b"\x80abc",
    b'{"sender": "\xff", "message": "b"}', b"<xml/>", b"[" * 200_000, b'{"a":' * 100_000,
    b'{"sender": "a", "message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"],
    ids=lambda content: repr(content[:24]))
def test_what_is_no_json_object_of_texts_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        read_json(content)
    assert refusal.value.status == 400


def test_a_body_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refused) as refusal:
        read_json(b"[" * (MAX_BODY_BYTES + 1))
    assert refusal.value.status == 413


def test_other_keys_are_ignored() -> None:
    other = {"metadata": {"intent": "restart"}, "input_channel": "x", "text": "/restart"}
    assert read_json(body("my legs are numb", **other)).text == "my legs are numb"


@pytest.mark.parametrize(("message", "text"), [
    ("my legs are numb", "my legs are numb"),
    ("  numb  ", "numb"),
    # a command is only words
    ("/restart", "restart"),
    ('/intent{"x":1}', 'intent{"x":1}'),
    ("//x", "x"),
    ("///", ""),
    (" / /restart", "restart"),
    ("/ /restart", "restart"),
    ("\x00/restart", "restart"),
    ("\u2028/restart", "restart"),
    ("24/7 pain and/or numb", "24/7 pain and/or numb"),
    # control characters go, line breaks stay
    ("numb\x00 legs", "numb legs"),
    ("\x1b[31mred\x1b[0m", "[31mred[0m"),
    ("\x07\x08", ""),
    ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ("lone \ud83d surrogate", "lone  surrogate"),
    # every script and sign stays
    ("لا أستطيع المشي", "لا أستطيع المشي"),
    ("\u200fאני לא יכול ללכת\u200f", "\u200fאני לא יכול ללכת\u200f"),
    ("🙂🦴👨‍👩‍👧", "🙂🦴👨‍👩‍👧"),
    ("मेरे पैर सुन्न हैं", "मेरे पैर सुन्न हैं"),
    ("ನನ್ನ ಕಾಲು ಜೋಮು ಹಿಡಿದಿದೆ", "ನನ್ನ ಕಾಲು ಜೋಮು ಹಿಡಿದಿದೆ"),
    ("腿麻了", "腿麻了"),
    # markup is words, too
    ("<b>numb</b>", "<b>numb</b>"),
    ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("{emergency} %s {0}", "{emergency} %s {0}"),
    ("'; DROP TABLE events; --", "'; DROP TABLE events; --"),
    ("", ""),
    ("   \n ", ""),
])
def test_text_is_kept_as_the_visitor_means_it(message: str, text: str) -> None:
    assert plain_text(message) == text
    assert read_json(body(message)) == Incoming("visitor", text, shortened=False)


@pytest.mark.parametrize(("length", "kept", "shortened"), [
    (MAX_CHARACTERS, MAX_CHARACTERS, False),
    (MAX_CHARACTERS + 1, MAX_CHARACTERS, True),
    (100_000, MAX_CHARACTERS, True),
])
@pytest.mark.parametrize("letter", ["a", "न", "🙂"])
def test_a_long_message_is_cut_and_marked(letter: str, length: int, kept: int,
                                          shortened: bool) -> None:
    content = json.dumps({"sender": "visitor", "message": letter * length}, ensure_ascii=False)
    assert read_json(content.encode()) == Incoming("visitor", letter * kept, shortened)


def test_blanks_and_control_characters_do_not_count_as_length() -> None:
    assert read_json(body(" " * 2000 + "numb" + "\x00" * 2000)) == Incoming(
        "visitor", "numb", shortened=False)


@settings(deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="/ \n\x00\u200b\u2028a\ud83d", max_size=6))
def test_no_text_becomes_a_command(text: str) -> None:
    kept = plain_text(text)
    assert not kept.startswith("/")
    assert kept == plain_text(kept)
    assert set(kept) <= set(text)
    kept.encode()  # no lone surrogate is left that a database would choke on
