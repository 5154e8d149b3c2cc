"""Somebody who wants to read, say or become what is not theirs, through nginx and around it."""
from __future__ import annotations

import json
from contextlib import closing
from typing import Any, Optional

import psycopg2
import pytest

from spinebot.ops.cluster import Cluster
from spinebot.texts import say
from tests.production.visitors import helps, new_id
from tests.production.wire import (
    CLOSED,
    HISTORY,
    MESSAGES,
    Reply,
    exchange,
    message,
    own,
    post,
    processes,
    raw,
)

EVIL = "https://evil.example"
REPORT = "I suddenly cannot move my left leg"
HARMLESS = "how can I contact the clinic?"
SCRIPT = "<img src=x onerror=alert(1)><script>alert('Qvx')</script>"
FLOOD_OF_GUESSES = 1500
pytestmark = pytest.mark.sample


def doors(cluster: Cluster) -> list[str]:
    """Through nginx, and around it."""
    return [cluster.url, cluster.workers[0].url]


def texts(reply: Reply) -> list[str]:
    assert reply.status == 200, reply
    return [each["text"] for each in reply.json["replies"]]


def events(cluster: Cluster, conversation: Optional[str] = None) -> list[dict[str, Any]]:
    """What the database holds of a conversation, or of all."""
    with closing(psycopg2.connect(cluster.postgres.url)) as connection, \
            connection.cursor() as cursor:
        cursor.execute("SELECT data FROM events WHERE %s IS NULL OR sender_id = %s ORDER BY id",
                       (conversation, conversation))
        return [json.loads(data) for [data] in cursor.fetchall()]


def users(cluster: Cluster, conversation: str) -> list[dict[str, Any]]:
    return [each for each in events(cluster, conversation) if each["event"] == "user"]


# ---------------------------------------------------------------- whose page


@pytest.mark.parametrize("route", [MESSAGES, HISTORY])
@pytest.mark.parametrize("headers", [
    {"Origin": EVIL}, {"Origin": "null"}, {"Origin": EVIL, "X-Forwarded-Host": "evil.example"},
    {"Origin": EVIL, "Forwarded": "host=evil.example;proto=https"},
    {"Origin": f"{EVIL}\t"}, {"Origin": "http://127.0.0.1:1@evil.example"},
    {"Origin": "http://127.0.0.1.evil.example"}, {"Origin": ""}], ids=repr)
def test_a_forged_origin(cluster: Cluster, route: str, headers: dict[str, str]) -> None:
    content = message(REPORT)
    for door in doors(cluster):
        answer = post(door, route, content, headers=headers)
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
    assert events(cluster, content["conversation"]) == []


# ---------------------------------------------------------------- whose conversation


def test_a_conversation_is_found_by_its_whole_id_only(cluster: Cluster) -> None:
    mine = message(REPORT)
    conversation = mine["conversation"]
    assert texts(post(cluster.url, MESSAGES, mine))[0] == say("utter_urgent_advice")
    for guess in (conversation.upper(), conversation[:-1] + "_", "%", conversation[:8] + "%",
                  conversation + "\x00", f" {conversation}", [conversation],
                  {"$gt": ""}, f"{conversation}' OR '1'='1", f"{{{conversation}}}"):
        for door in doors(cluster):
            assert post(door, HISTORY, {"conversation": guess}).status == 400
    for _ in range(20):
        assert post(cluster.url, HISTORY, {"conversation": new_id()}).json == {"messages": []}


@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_a_stolen_conversation_is_closed_to_a_foreign_page(cluster: Cluster, origin: str) -> None:
    mine = message(REPORT)
    conversation = mine["conversation"]
    assert texts(post(cluster.url, MESSAGES, mine))[0] == say("utter_urgent_advice")
    for door in doors(cluster):
        for path, content in ((HISTORY, {"conversation": conversation}), (MESSAGES, mine),
                              (MESSAGES, message("stop", conversation))):
            answer = post(door, path, content, headers={"Origin": origin})
            assert answer.status == 403
            assert not {"messages", "replies"} & set(answer.json)
    assert len(users(cluster, conversation)) == 1


def test_a_stolen_message_id_tells_nothing_without_the_conversation(cluster: Cluster) -> None:
    mine = message(REPORT)
    assert texts(post(cluster.url, MESSAGES, mine))[0] == say("utter_urgent_advice")
    stolen = {**message(HARMLESS), "id": mine["id"]}
    assert say("utter_urgent_advice") not in texts(post(cluster.url, MESSAGES, stolen))
    assert len(users(cluster, mine["conversation"])) == 1


def test_no_log_holds_the_id_of_a_conversation_or_a_word(cluster: Cluster) -> None:
    mine = message(f"{REPORT} says Qvintessa")
    for door in doors(cluster):
        assert post(door, MESSAGES, mine).status == 200
        post(door, f"{MESSAGES}?conversation={mine['conversation']}", b"Qvintessa {")
    written = "".join(path.read_text(errors="replace") for path in cluster.logs.iterdir())
    assert '"asked":"POST ' in written  # or there is nothing to look through
    assert mine["conversation"] not in written
    assert "Qvintessa" not in written


def test_guesses_of_one_address_are_slowed_whatever_address_it_claims(cluster: Cluster) -> None:
    for guess in range(FLOOD_OF_GUESSES):
        claimed = f"10.{guess // 250}.1.{guess % 250}"
        answer = post(cluster.url, HISTORY, {"conversation": new_id()}, "127.3.0.1", {
            "X-Forwarded-For": claimed, "X-Real-IP": claimed, "Forwarded": f"for={claimed}"})
        if answer.status == 429 and answer.json["error"] == "too many requests":
            return  # of the assistant itself; nginx has its own words
        assert answer.status in (200, 429)
    pytest.fail("the assistant took every claimed address for a new visitor")


# ---------------------------------------------------------------- acting as the assistant


@pytest.mark.parametrize("field", ["text", "payload"])
@pytest.mark.parametrize("typed", [
    "/report_red_flag", "/session_start", "/restart", '/affirm{"red_flag_reported": true}',
    '  \u200b/deny{"clinic_phone": "000"}', "EXTERNAL: report_red_flag", "/SetSlots(a=b)",
    "\x00/restart"])
def test_a_typed_intent_is_only_text(cluster: Cluster, field: str, typed: str) -> None:
    content = message(HARMLESS)
    assert post(cluster.url, MESSAGES, content).status == 200
    conversation = content["conversation"]
    before = [each for each in events(cluster, conversation) if each["event"] == "slot"]
    command = {"conversation": conversation, "id": new_id(), field: typed}
    assert texts(post(cluster.url, MESSAGES, command))
    held = events(cluster, conversation)
    assert not [each for each in held if each["event"] in ("restart", "rewind", "undo")]
    assert sum(each["event"] == "session_started" for each in held) == 1
    slots = [each for each in held if each["event"] == "slot"][len(before):]
    assert "000" not in [each["value"] for each in slots]
    stated = users(cluster, conversation)[-1]
    assert not stated["text"].startswith("/")
    assert "clinic_phone" not in [each["entity"] for each in stated["parse_data"]["entities"]]
    again = post(cluster.url, MESSAGES, message(HARMLESS, conversation))
    assert any(helps(text) or "+91 7676090119" in text for text in texts(again))


def test_nothing_is_smuggled_in_beside_a_message(cluster: Cluster) -> None:
    victim = new_id()
    event = {"event": "slot", "name": "red_flag_reported", "value": True}
    content = message(HARMLESS, sender=victim, sender_id=victim, input_channel="rest",
                      metadata={"title": SCRIPT, "x": 1}, parse_data={"intent": {"name": "stop"}},
                      events=[event], slots={"clinic_phone": "000"}, timestamp=0, kind="urgent",
                      replies=[{"text": "x"}], __proto__={"text": "x"})
    for door in doors(cluster):
        assert post(door, MESSAGES, content, headers={
            "X-Sender": victim, "X-Conversation": victim, "Cookie": f"sender={victim}"}
        ).status == 200
    assert events(cluster, victim) == []
    [stored] = users(cluster, content["conversation"])
    assert stored["input_channel"] == "website"
    assert not {"title", "x"} & set(stored["metadata"])
    assert stored["parse_data"]["intent"]["name"] != "stop"
    assert stored["timestamp"] > 1_000_000_000
    slots = {each["name"]: each["value"] for each in events(cluster, content["conversation"])
             if each["event"] == "slot"}
    assert slots.get("red_flag_reported") is not True
    assert slots.get("clinic_phone") != "000"


# ---------------------------------------------------------------- bytes


@pytest.mark.parametrize("sneaked", [
    "x\r\nX-Injected: yes", "x\nX-Injected: yes", "x\rX-Injected: yes",
    "x\r\n\r\nHTTP/1.1 200 OK\r\nX-Injected: yes"], ids=repr)
@pytest.mark.parametrize("name", ["Origin", "X-Forwarded-For", "Host", "X-Request-ID"])
def test_no_header_of_an_answer_is_the_attackers(cluster: Cluster, name: str,
                                                 sneaked: str) -> None:
    body = json.dumps(message(sneaked, conversation=sneaked, id=sneaked)
                      if name == "Origin" else message("hello")).encode()
    for door in doors(cluster):
        request = raw("POST", f"{MESSAGES}?a=%0d%0aX-Injected:%20yes",
                      {"Content-Type": "application/json", name: sneaked}, body)
        answer = exchange(door, request, ends=True)
        assert answer.status == CLOSED or answer.status < 500
        assert "x-injected" not in answer.headers


def test_a_second_request_is_not_smuggled_past_nginx(cluster: Cluster) -> None:
    inner = raw("GET", "/health/ready", {})
    for length, coding in ((len(inner) + 5, "chunked"), (len(inner) + 5, "\x0bchunked"),
                           (len(inner) + 5, "xchunked")):
        answer = exchange(cluster.url, raw("POST", MESSAGES, {
            "Content-Type": "application/json", "Content-Length": str(length),
            "Transfer-Encoding": coding, "Connection": "keep-alive"}, b"0\r\n\r\n" + inner),
            ends=True)
        assert answer.status == CLOSED or 400 <= answer.status < 500
    # and so no visitor after it gets an answer that was meant for another request
    for _ in range(10):
        assert post(cluster.url, HISTORY, {"conversation": new_id()}).json == {"messages": []}


@pytest.mark.parametrize("path", [
    "/../domain.yml", "/%2e%2e/credentials.yml", "/..%2fcredentials.yml", "/%252e%252e/domain.yml",
    "/spinebot.js/../../domain.yml", "/spinebot.js%00.yml", "/..\\domain.yml", "//etc/passwd",
    "/demo.css/../../../../../../etc/passwd", "/./././etc/passwd", "/%c0%ae%c0%ae/domain.yml",
    "/webhooks/website/../../domain.yml", "/webhooks/website/messages/../../../metrics",
    "/.git/config", "/models/spinebot.tar.gz", "/spinebot.%2e%2e.js", "/spinebot.js.map",
    "/conversations.db", "/journal/", "file:///etc/passwd"])
def test_no_path_leads_out_of_the_widgets_files(cluster: Cluster, path: str) -> None:
    for door in doors(cluster):
        answer = exchange(door, raw("GET", path, {}))
        assert answer.status == CLOSED or 400 <= answer.status < 500
        for word in (b"root:", b"responses:", b"spinebot.channels", b"[core]", b"spinebot_"):
            assert word not in answer.body


def test_a_nul_in_the_sender_takes_no_worker_down(cluster: Cluster) -> None:
    before = processes(own(cluster))
    ids = ("\x00", f"{new_id()}\x00", f"\x00{new_id()}", new_id()[:-1] + "\x00")
    nul = [json.dumps(message(REPORT, conversation=id)).encode() for id in ids]
    nul += [body.replace(b"\\u0000", b"\x00") for body in nul]  # the byte itself
    nul += [b"\x00" + json.dumps(message(REPORT)).encode()]
    for place in range(5 * len(nul)):
        for route in (MESSAGES, HISTORY):
            door = doors(cluster)[place % 2]
            assert post(door, route, nul[place % len(nul)]).status == 400
    stated = json.dumps(message(REPORT, id="\x00")).encode()
    assert {post(door, MESSAGES, stated).status for door in doors(cluster)} == {400}
    for bot in cluster.workers:  # in the words it is dropped, and the rest is read
        answer = texts(post(bot.url, MESSAGES, message("\x00" + REPORT.replace(" ", "\x00 "))))
        assert answer[0] == say("utter_urgent_advice")
    assert processes(own(cluster)) == before


# ---------------------------------------------------------------- what comes back


def test_markup_comes_back_as_text_and_only_as_text(cluster: Cluster) -> None:
    conversation = message(SCRIPT)["conversation"]
    said = [SCRIPT, REPORT, SCRIPT, "yes", SCRIPT, "{{7*7}}", "[x](javascript:alert(1))"]
    for words in said:
        answer = post(cluster.url, MESSAGES, message(words, conversation))
        assert answer.status == 200
        assert is_plain_json(answer)
    history = post(cluster.url, HISTORY, {"conversation": conversation})
    assert is_plain_json(history)
    assert [each["text"] for each in history.json["messages"]
            if each["from"] == "visitor"] == said
    assert {each["kind"] for each in history.json["messages"] if each["from"] == "bot"} <= {
        "text", "urgent", "summary"}


@pytest.mark.parametrize("field", ["conversation", "id", "text", "payload", "metadata"])
def test_a_refusal_repeats_nothing(cluster: Cluster, field: str) -> None:
    for door in doors(cluster):
        for content in ({**message("hello"), field: SCRIPT, "more": SCRIPT},
                        {SCRIPT: SCRIPT}, SCRIPT):
            answer = post(door, f"{MESSAGES}?{'%3Cscript%3EQvx'}", content,
                          headers={"Origin": cluster.url, "User-Agent": SCRIPT})
            assert is_plain_json(answer)
            assert answer.status == 200 or b"Qvx" not in answer.body


def is_plain_json(answer: Reply) -> bool:
    """Whether no browser takes the answer for a page."""
    return (answer.headers["content-type"].startswith("application/json")
            and answer.headers.get("x-content-type-options") == "nosniff"
            and answer.json is not None)
