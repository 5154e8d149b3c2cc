"""What a webhook of Meta or Twilio brings, shape by shape."""
from __future__ import annotations

from typing import Any

import pytest

from spinebot.channels.whatsapp import meta_parse, twilio_parse
from spinebot.channels.whatsapp.events import (
    Choice,
    Content,
    Delivery,
    NoWords,
    NumberChange,
    Person,
    Status,
    Words,
)

NUMBER_ID, SENDER = "200000000000002", "919845000000"


def read(**value: Any) -> Delivery:
    return meta_parse.read({"entry": [{"changes": [{"field": "messages", "value": {
        "metadata": {"phone_number_id": NUMBER_ID}, **value}}]}]}, NUMBER_ID)


def content(**item: Any) -> Content:
    (message,) = read(messages=[{"from": SENDER, "id": "wamid.1", **item}]).messages
    return message.content


@pytest.mark.parametrize(("item", "expected"), [
    ({"type": "text", "text": {"body": "hi"}}, Words("hi")),
    ({"type": "text", "text": {"body": "  "}}, NoWords()), ({"type": "text"}, NoWords()),
    ({"type": "text", "text": "hi"}, NoWords()), ({"type": "text", "text": {"body": 5}}, NoWords()),
    ({"type": "image", "image": {"id": "1", "caption": "look"}}, Words("look")),
    ({"type": "image", "image": {"id": "1"}}, NoWords()),
    ({"type": "video", "video": {"caption": "see"}}, Words("see")),
    ({"type": "document", "document": {"caption": "read", "filename": "x"}}, Words("read")),
    ({"type": "audio", "audio": {"voice": True}}, NoWords()), ({"type": "sticker"}, NoWords()),
    ({"type": "location", "location": {"latitude": 1}}, NoWords()),
    ({"type": "contacts", "contacts": [{}]}, NoWords()),
    ({"type": "order", "order": {"text": "please call"}}, Words("please call")),
    ({"type": "order", "order": {"text": ""}}, NoWords()),
    ({"type": "interactive", "interactive": {"button_reply": {"id": "s:a", "title": "A"}}},
     Choice("s:a", "A")),
    ({"type": "interactive", "interactive": {"list_reply": {"id": "s:b", "title": "B",
                                                            "description": "d"}}},
     Choice("s:b", "B")),
    ({"type": "interactive"}, NoWords()), ({"type": "interactive", "interactive": {}}, NoWords()),
    ({"type": "button", "button": {"payload": "p", "text": "Yes"}}, Choice("p", "Yes")),
    ({"type": "unsupported", "errors": [{"code": 131051}]}, NoWords()), ({}, NoWords()),
    ({"type": "poll", "poll": {}}, NoWords()), ({"type": ["text"]}, NoWords())], ids=repr)
def test_content_of_a_message(item: dict[str, Any], expected: Content) -> None:
    assert content(**item) == expected


@pytest.mark.parametrize("kind", sorted(meta_parse.SILENT))
def test_some_kinds_are_no_message(kind: str) -> None:
    assert read(messages=[{"from": SENDER, "id": "1", "type": kind}]).messages == ()


@pytest.mark.parametrize(("item", "profiles", "person"), [
    ({"from": SENDER}, None, Person(SENDER)), ({"from": "+" + SENDER}, None, Person(SENDER)),
    ({"from": SENDER}, [{"wa_id": SENDER, "user_id": "IN.2"}], Person(SENDER, "IN.2")),
    ({"from_user_id": "IN.2"}, None, Person("", "IN.2")),
    ({"from_user_id": "IN.2"}, [{"user_id": "IN.2", "wa_id": SENDER}], Person(SENDER, "IN.2")),
    ({}, [{"user_id": "IN.2"}], Person("", "IN.2")),
    ({"from": SENDER}, [{"wa_id": "919845000001"}], Person(SENDER)),
    ({"from": SENDER}, [{"wa_id": SENDER}, {"wa_id": "1555000", "user_id": "US.3"}],
     Person(SENDER)),
    ({"from": SENDER}, "nonsense", Person(SENDER))])
def test_who_wrote(item: dict[str, Any], profiles: Any, person: Person) -> None:
    (message,) = read(messages=[{"id": "1", "type": "text", **item}], contacts=profiles).messages
    assert message.person.addresses == person.addresses


@pytest.mark.parametrize("item", [
    {"id": "1"}, {"from": SENDER}, {"from": SENDER, "id": ""}, {"from": SENDER, "id": "x" * 256},
    {"from": SENDER, "id": "a\x00b"}, {"from": "<PHONE>", "id": "1"}, {"from": 9, "id": "1"},
    {"from": SENDER, "id": "1", "group_id": "g"}], ids=repr)
def test_what_cannot_be_answered_is_no_message(item: dict[str, Any]) -> None:
    assert read(messages=[{"type": "text", "text": {"body": "hi"}, **item}]).messages == ()


@pytest.mark.parametrize(("given", "expected"), [
    ("1700000000", 1700000000.0), (1700000000, 1700000000.0), ("", None), (None, None),
    ("-5", None), ("1e9", None), ("٣", None), ("9" * 13, None)])
def test_time_of_a_message(given: Any, expected: float) -> None:
    (message,) = read(messages=[{"from": SENDER, "id": "1", "timestamp": given}]).messages
    assert message.sent_at == expected


@pytest.mark.parametrize(("item", "status"), [
    ({"id": "w", "status": "sent", "biz_opaque_callback_data": "t"}, Status("w", "t", "sent")),
    ({"id": "w", "status": "failed", "errors": [{"code": 131047}]},
     Status("w", "", "failed", 131047)), ({}, Status("", "", "")),
    ({"id": 5, "errors": [{"code": "x"}]}, Status("", "", ""))])
def test_a_status(item: dict[str, Any], status: Status) -> None:
    assert read(statuses=[item]).statuses == (status,)


def test_a_changed_number() -> None:
    item = {"from": SENDER, "id": "1", "type": "system",
            "system": {"type": "user_changed_number", "wa_id": "919845000009"}}
    assert read(messages=[item]) == Delivery(
        changes=(NumberChange(Person(SENDER), "919845000009"),))


def test_errors_of_the_account_and_foreign_numbers() -> None:
    assert read(errors=[{"code": 130429}, {"code": True}, {}]).errors == (130429,)
    assert read(metadata={"phone_number_id": "9"}, messages=[{"from": SENDER, "id": "1"}],
                errors=[{"code": 1}]) == Delivery()


TWILIO = {"AccountSid": "AC1", "MessageSid": "SM1", "From": f"whatsapp:+{SENDER}",
          "To": "whatsapp:+919845099999"}


@pytest.mark.parametrize(("fields", "expected"), [
    ({"Body": "hi"}, Words("hi")), ({"Body": ""}, NoWords()), ({}, NoWords()),
    ({"Body": "look", "NumMedia": "1", "MediaUrl0": "x"}, Words("look")),
    ({"Body": "", "NumMedia": "1"}, NoWords()), ({"Latitude": "1", "Longitude": "2"}, NoWords()),
    ({"Body": "Yes", "ButtonPayload": "s:Yes, now", "ButtonText": "Yes"},
     Choice("s:Yes, now", "Yes")), ({"Body": "Signs", "ListId": "s:x"}, Choice("s:x", "Signs"))])
def test_content_of_a_twilio_form(fields: dict[str, str], expected: Content) -> None:
    (message,) = twilio_parse.read({**TWILIO, **fields}, "AC1", "919845099999").messages
    assert (message.content, message.person.phone) == (expected, SENDER)


@pytest.mark.parametrize("change", [
    {"AccountSid": "AC2"}, {"To": "whatsapp:+1"}, {"From": "+" + SENDER}, {"MessageSid": ""},
    {"From": "whatsapp:nobody"}])
def test_a_twilio_form_for_somebody_else_brings_nothing(change: dict[str, str]) -> None:
    assert twilio_parse.read({**TWILIO, "Body": "hi", **change}, "AC1",
                             "919845099999") == Delivery()


def test_a_twilio_status() -> None:
    form = {**TWILIO, "MessageStatus": "undelivered", "ErrorCode": "63016"}
    assert twilio_parse.read(form, "AC1", "919845099999", "tok").statuses == (
        Status("SM1", "tok", "failed", 63016),)


def test_a_form_keeps_its_blank_fields() -> None:
    assert twilio_parse.fields(b"Body=&From=a%2Bb") == {"Body": "", "From": "a+b"}
