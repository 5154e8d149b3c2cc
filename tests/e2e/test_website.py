"""The chat widget's channel against the running assistant: what a visitor gets."""
from __future__ import annotations

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from spinebot.channels.pace import HISTORIES_PER_ADDRESS
from spinebot.paths import ROOT
from spinebot.texts import say, slot_values
from tests.e2e.conftest import Running
from tests.e2e.website import WEBSITE, WebsiteClient, assert_helps, new_id

REPORT = "my father cannot move his legs since this morning"


# ---------------------------------------------------------------- conversations


def test_a_message_gets_its_replies_and_the_time_they_took(visitor: WebsiteClient) -> None:
    message = new_id()
    answer = visitor.say("hello", message)
    assert answer.status == 200
    assert answer.body["id"] == message
    assert "Spinebot" in answer.texts[0]
    assert answer.kinds == ["text"]
    assert answer.buttons and set(answer.buttons[0]) == {"title", "payload"}
    assert re.fullmatch(r"turn;dur=\d+\.\d", answer.headers["Server-Timing"])


def test_urgent_first_and_last_in_a_whole_flow(visitor: WebsiteClient) -> None:
    answer = visitor.say(REPORT)
    assert (answer.kinds[0], answer.texts[0]) == ("urgent", say("utter_urgent_advice"))
    asked = 0
    while answer.buttons and asked < 10:
        no = next(button for button in answer.buttons if button["title"] == "No")
        answer = visitor.press(no["payload"])
        asked += 1
    assert asked > 3
    assert answer.kinds[-2:] == ["summary", "urgent"]
    assert answer.texts[-1] == say("utter_urgent_advice")
    assert "Who: father" in answer.texts[-2]


def test_a_quick_reply_acts_and_is_remembered_by_its_title(visitor: WebsiteClient) -> None:
    signs = next(button for button in visitor.say("hello").buttons if button["title"] == "Signs")
    assert signs["payload"] != signs["title"]
    pressed = visitor.press(signs["payload"]).texts
    assert visitor.say(signs["payload"]).texts[0] == pressed[0]
    assert visitor.said() == ["hello", "Signs", signs["payload"]]


@pytest.mark.parametrize("command", ["/restart", "/session_start", "/back",
                                     '/report_recovered{"red_flag_reported": false}'])
def test_a_command_is_only_words(visitor: WebsiteClient, command: str) -> None:
    visitor.say(REPORT)
    visitor.say("stop")
    for send in (visitor.say, visitor.press):
        assert "urgent" in send(command).kinds
    assert visitor.said() == [REPORT, "stop", command[1:], command[1:]]
    assert "urgent" in visitor.say("what are the signs?").kinds  # nothing was forgotten


def test_a_long_message_is_read_in_its_first_part(visitor: WebsiteClient) -> None:
    answer = visitor.say(f"{REPORT}. " + "please help " * 200)
    assert answer.texts[0] == say("utter_urgent_advice")
    assert answer.texts[-1] == say("utter_too_long")
    assert len(visitor.said()[0]) <= 1_000


@pytest.mark.parametrize("text", ["", "   ", "///", "\x00"])
def test_a_message_without_words_is_asked_for_again(visitor: WebsiteClient, text: str) -> None:
    assert visitor.say(text).texts == [say("utter_bad_request")]
    assert visitor.history() == []


# ---------------------------------------------------------------- once for each id


def test_the_same_id_twice_is_one_message(visitor: WebsiteClient) -> None:
    message = new_id()
    first = visitor.say(REPORT, message)
    assert visitor.say(REPORT, message).body == first.body
    assert visitor.said() == [REPORT]


def test_the_same_id_at_the_same_time_is_one_message(visitor: WebsiteClient) -> None:
    message = new_id()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: visitor.say(REPORT, message).content, range(4)))
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["replies"][0]["kind"] == "urgent"
    assert visitor.said() == [REPORT]


def test_after_a_crash_the_same_id_is_still_one_message(tmp_path: Path) -> None:
    message = new_id()
    before = Running(tmp_path / "before.log", **WEBSITE)
    try:
        visitor = WebsiteClient(before.address)
        first = visitor.say(REPORT, message)
        shown = visitor.history()
        before.kill_rasa()
    finally:
        before.stop()
    after = Running(tmp_path / "after.log", **WEBSITE)
    try:
        again = WebsiteClient(after.address, visitor.conversation)
        assert again.say(REPORT, message).body == first.body
        assert again.history() == shown
        assert again.said() == [REPORT]
        assert "urgent" in again.say("never mind").kinds  # and the flow goes on
    finally:
        after.stop()


# ---------------------------------------------------------------- history


def test_a_history_tells_what_was_said_by_both(visitor: WebsiteClient) -> None:
    message = new_id()
    replies = visitor.say("hello", message).body["replies"]
    asked, *answered = visitor.history()
    assert (asked["from"], asked["id"], asked["text"]) == ("visitor", message, "hello")
    assert answered == [{"from": "bot", **reply} for reply in replies]
    assert asked["time"] <= answered[0]["time"]


def test_a_history_is_for_whoever_knows_the_id(running: Running, visitor: WebsiteClient) -> None:
    visitor.say("hello")
    stranger = WebsiteClient(running.address)
    assert stranger.history() == []
    assert WebsiteClient(running.address, visitor.conversation).history() == visitor.history()
    with sqlite3.connect(ROOT / "conversations.db") as store:
        kept = store.execute("SELECT count(*) FROM events WHERE sender_id = ?",
                             [stranger.conversation]).fetchone()
    assert kept == (0,)  # asking makes no conversation


@pytest.mark.parametrize("conversation", ["default", "", "%", "*", None, 1])
def test_a_history_is_not_given_for_a_name_that_can_be_guessed(visitor: WebsiteClient,
                                                               conversation: Any) -> None:
    assert_helps(visitor.post("history", {"conversation": conversation}), 400)


# ---------------------------------------------------------------- how fast


def test_a_report_gets_through_where_everything_else_must_wait(visitor: WebsiteClient) -> None:
    for _ in range(30):
        assert visitor.say("thank you").status == 200
    refused = visitor.say("what are the signs?")
    assert_helps(refused, 429)
    assert refused.body["text"] == say("utter_slow_down")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    report = visitor.say(REPORT)
    assert report.status == 200
    assert (report.kinds[0], report.texts[0]) == ("urgent", say("utter_urgent_advice"))
    for contact in ("emergency", "clinic_phone", "clinic_email", "clinic_website"):
        assert slot_values()[contact] in report.texts[0]
    assert visitor.said()[-1] == REPORT


def test_histories_cannot_be_tried_out_without_end(visitor: WebsiteClient) -> None:
    statuses = [visitor.post("history", {"conversation": new_id()}).status
                for _ in range(HISTORIES_PER_ADDRESS + 1)]
    assert statuses == [200] * HISTORIES_PER_ADDRESS + [429]
