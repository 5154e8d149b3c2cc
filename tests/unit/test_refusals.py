"""Every refusal and fault of the widget's channel says where to get help."""
from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest
from sanic.exceptions import PayloadTooLarge

from spinebot.channels.guard import Refused
from spinebot.channels.pace import TooFast
from spinebot.channels.refusals import answer_of
from spinebot.channels.turn import Unfinished
from spinebot.channels.website.front_door import foreign
from spinebot.red_flags.flow import URGENT
from spinebot.texts import slot_values


def answer_to(raised: BaseException) -> Any:
    async def handler(_: Any) -> Any:
        raise raised

    return asyncio.run(answer_of(handler, None))


@pytest.mark.parametrize(("raised", "status"), [
    (Refused(400, "no JSON"), 400), (Refused(413, "too large"), 413), (Refused(415, "type"), 415),
    (Unfinished([]), 503), (TooFast(9), 429), (TooFast(9, flood=True), 429),
    (ConnectionError("numb"), 503)])
def test_a_refusal_helps_the_visitor_and_the_developer(raised: Exception, status: int) -> None:
    answer = answer_to(raised)
    assert answer.status == status
    body = json.loads(answer.body)
    assert body["error"]
    assert slot_values()["emergency"] in body["text"]
    assert slot_values()["clinic_phone"] in body["text"]


def test_what_was_said_before_a_fault_is_passed_on() -> None:
    body = json.loads(answer_to(Unfinished([{"text": "call now", "utter_action": URGENT}])).body)
    assert [(said["text"], said["kind"]) for said in body["replies"]] == [("call now", "urgent")]


def test_a_visitor_who_is_too_fast_is_told_when_to_try_again() -> None:
    assert answer_to(TooFast(9)).headers["Retry-After"] == "9"


def test_a_foreign_page_is_refused_and_granted_nothing() -> None:
    answer = foreign()
    assert answer.status == 403
    assert slot_values()["emergency"] in json.loads(answer.body)["text"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_fault_is_logged_without_the_visitors_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = answer_to(ValueError("my legs are numb"))
    assert "ValueError" in caplog.text
    assert "numb" not in caplog.text + answer.body.decode()


def test_a_fault_of_the_connection_is_left_to_the_server() -> None:
    with pytest.raises(PayloadTooLarge):
        answer_to(PayloadTooLarge("header"))
