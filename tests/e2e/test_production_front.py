"""A worker in production mode: what is open, to whom, and what it tells."""
from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import zlib
from pathlib import Path
from typing import Iterator

import pytest

from spinebot.ops.action_server import MAX_BODY_BYTES
from spinebot.paths import ROOT
from spinebot.texts import say
from tests.e2e.website import EMBEDDING, Answer, WebsiteClient, assert_helps, new_id
from tests.e2e.worker import FailingActions, Served, fetch, metric, status_of, until, worker
from tests.ports import free_port

API_TOKEN = "kR7v-2mQ9_xW4tLz8bNc5yHd"
REPORT = "my grandmother Quillonia suddenly cannot move her legs"


@pytest.fixture(scope="module")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    served = Served("spinebot.ops.action_server", tmp_path_factory.mktemp("actions") / "log",
                    f"{address}/health", SPINEBOT_ACTIONS_PORT=str(port))
    yield served, address
    served.stop()


@pytest.fixture(scope="module")
def server(actions: tuple[Served, str],
           tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    served, address = worker(tmp_path_factory.mktemp("worker") / "log",
                             int(actions[1].rsplit(":", 1)[1]), SPINEBOT_API_TOKEN=API_TOKEN)
    yield address
    served.stop()


# ---------------------------------------------------------------- what is open


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/webhooks/rest/",
                                  "/webhooks/callback/webhook", "/webhooks/../status",
                                  "/nothing"])
def test_only_the_guarded_channels_are_there(server: str, path: str) -> None:
    body = json.dumps({"sender": "x", "message": REPORT}).encode()
    bearer = {"Authorization": f"Bearer {API_TOKEN}"}  # else the gate answers for what is not there
    assert fetch(server + path, body, **bearer)[0] == 404
    assert fetch(server + path, **bearer)[0] == 404


def test_socket_io_is_not_there(server: str) -> None:
    assert status_of(f"{server}/socket.io/?EIO=4&transport=polling") in (401, 404)


def test_the_website_is_served(server: str) -> None:
    visitor = WebsiteClient(server)
    assert visitor.say(REPORT).texts[0] == say("utter_urgent_advice")
    assert len(visitor.history()) > 2


@pytest.mark.parametrize("route", [
    "/status", "/version", "/domain", "/conversations/x/tracker"])
def test_rasas_api_needs_the_token_in_the_header(server: str, route: str) -> None:
    assert fetch(server + route)[0] == 401
    assert fetch(f"{server}{route}?token={API_TOKEN}")[0] == 401
    right = f"Bearer {API_TOKEN}"
    assert fetch(f"{server}{route}?token={API_TOKEN}", Authorization=right)[0] == 401
    for wrong in ("", "Bearer", "Bearer ", "Bearer None", API_TOKEN, f"Bearer {API_TOKEN}x",
                  "Bearer \xff"):  # a byte that is no UTF-8
        assert fetch(server + route, Authorization=wrong)[0] == 401


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "//status"), ("GET", "/status/"), ("GET", "/webhooks/../status"), ("HEAD", "/status"),
    ("GET", "/metrics/../status"), ("GET", "/%2e%2e/status"), ("GET", "/webhooks/%2e%2e/domain"),
    ("GET", "/health/..;/status"), ("POST", "/model/train"), ("PUT", "/model"),
    ("DELETE", "/model"), ("POST", "/conversations/x/messages"),
    ("POST", "/conversations/x/trigger_intent"), ("POST", "/model/parse")])
def test_there_is_no_way_round_the_gate(server: str, method: str, path: str) -> None:
    answer = WebsiteClient(server).send(method, path, b"{}" if method in ("POST", "PUT") else None)
    assert answer.status in (401, 404, 405)


def test_who_shows_the_token_may_use_the_api(server: str) -> None:
    right = f"Bearer {API_TOKEN}"
    assert json.loads(fetch(f"{server}/status", Authorization=right)[1])["model_file"]
    conversation = new_id()
    said = fetch(f"{server}/conversations/{conversation}/tracker", Authorization=right)
    assert said[0] == 200 and conversation in said[1].decode()


def test_no_page_may_read_the_api(server: str) -> None:
    answer = WebsiteClient(server).send("GET", "/status", None, {
        "Origin": "https://evil.example", "Authorization": f"Bearer {API_TOKEN}"})
    assert answer.headers["Access-Control-Allow-Origin"] is None


# ---------------------------------------------------------------- health and metrics


def test_health_names_each_part_and_nothing_else(server: str) -> None:
    assert fetch(f"{server}/health/live") == (200, b'{"status":"live"}')
    status, body = fetch(f"{server}/health/ready")
    states = json.loads(body)
    assert status == 200
    assert states["status"] == "ready"
    assert {"model", "actions"} <= set(states)
    assert set(states.values()) <= {"ready", "ok"}


def test_metrics_count_what_happened(server: str) -> None:
    names = ('spinebot_red_flags_total{channel="website"}',
             'spinebot_fallbacks_total{channel="website"}',
             'spinebot_turn_seconds_count{channel="website"}',
             'spinebot_refusals_total{status="400"}')
    before = [metric(server, name) for name in names]
    visitor = WebsiteClient(server)
    visitor.say(REPORT)
    WebsiteClient(server).say("recommend me a phone under 20000")
    assert visitor.post("messages", b"{").status == 400
    assert [metric(server, name) for name in names] == [
        before[0] + 1, before[1] + 1, before[2] + 2, before[3] + 1]


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via"])
def test_metrics_are_not_passed_on_by_a_proxy(server: str, header: str) -> None:
    assert fetch(f"{server}/metrics")[0] == 200
    assert fetch(f"{server}/metrics", **{header: "192.0.2.7"})[0] == 401


# ---------------------------------------------------------------- the action server


@pytest.mark.parametrize(("encoding", "packed"), [
    ("deflate", zlib.compress(b" " * 300_000_000, 9)),
    ("gzip", gzip.compress(b" " * 300_000_000, 9))], ids=["deflate", "gzip"])
def test_a_bomb_is_refused_unopened(actions: tuple[Served, str], encoding: str,
                                    packed: bytes) -> None:
    served, address = actions
    before = served.memory()
    status, _ = fetch(f"{address}/webhook", packed[:1_000_000], Content_Type="application/json",
                      Content_Encoding=encoding)
    assert status == 415
    assert served.memory() - before < 20_000_000


@pytest.mark.parametrize(("body", "kind", "status"), [
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400), (b"[" * 100_000, "application/json", 400),
    (b"{}", "text/plain", 415), (b"", "application/json", 400),
    (b'{"next_action": "action_x", "tracker": {}, "domain": {}}', "application/json", 404),
    (b'{"next_action": "action_urgent_advice"}', "application/json", 500)],
    ids=lambda value: repr(value)[:40])
def test_what_is_no_call_is_refused(actions: tuple[Served, str], body: bytes, kind: str,
                                    status: int) -> None:
    answer = fetch(f"{actions[1]}/webhook", body, Content_Type=kind)
    assert answer[0] == status
    assert b"Traceback" not in answer[1]
    assert fetch(f"{actions[1]}/health")[0] == 200


def test_a_body_too_large_is_not_taken(actions: tuple[Served, str]) -> None:
    served, address = actions
    before = served.memory()
    try:
        status = fetch(f"{address}/webhook", b" " * 20 * MAX_BODY_BYTES,
                       Content_Type="application/json")[0]
    except OSError:  # the server hung up while it was sent
        status = 413
    assert status == 413
    assert served.memory() - before < 2 * MAX_BODY_BYTES
    assert fetch(f"{address}/health")[0] == 200


@pytest.mark.parametrize(("path", "method"), [
    ("/actions", "GET"), ("/", "GET"), ("/webhook", "GET"), ("/health", "POST")])
def test_the_action_server_has_two_routes(actions: tuple[Served, str], path: str,
                                          method: str) -> None:
    assert fetch(actions[1] + path, method=method)[0] in (404, 405)


# ---------------------------------------------------------------- refused starts


@pytest.mark.parametrize(("module", "environment", "named"), [
    ("worker", {"SPINEBOT_ORIGINS": ""}, "SPINEBOT_ORIGINS"),
    ("worker", {"SPINEBOT_API_TOKEN": "changeme"}, "SPINEBOT_API_TOKEN"),
    ("action_server", {"SPINEBOT_ACTIONS_HOST": "0.0.0.0"}, "SPINEBOT_ACTIONS_HOST")])
def test_an_unsafe_setting_keeps_it_from_starting(module: str, environment: dict[str, str],
                                                  named: str) -> None:
    done = subprocess.run([sys.executable, "-m", f"spinebot.ops.{module}"], cwd=ROOT, text=True,
                          capture_output=True, timeout=100, env={
                              **os.environ, "SPINEBOT_MODE": "production",
                              "SPINEBOT_ORIGINS": EMBEDDING, "SPINEBOT_PORT": str(free_port()),
                              "SPINEBOT_ACTIONS_PORT": str(free_port()), **environment})
    assert done.returncode == 1
    [line] = done.stderr.strip().splitlines()
    assert line.startswith(named) and "changeme" not in line


# ---------------------------------------------------------------- faults, logs, and going down


def words_of(text: str) -> set[str]:
    return {word for word in text.replace(",", " ").split() if len(word) > 3}


def test_logs_hold_nothing_of_a_visitor_and_a_running_turn_is_ended(tmp_path: Path) -> None:
    broken = FailingActions()
    log = tmp_path / "log"
    served, address = worker(log, broken.port)
    sent: set[str] = set()
    try:
        for fault in ("error", "refusal", "garbage"):
            broken.fault = fault
            visitor = WebsiteClient(address)
            for text in (f"{REPORT} since yesterday, phone +919845077123", "whistling marmalade",
                         "<b>Threnody</b> tracker@quillonia.example"):
                answer = visitor.say(text)
                assert answer.texts[0]
                sent |= words_of(text)
            assert say("utter_urgent_reminder") in answer.texts[-1]
            sent.add(visitor.conversation)
        visitor.post("messages", b'{"text": "Zamboni' + b"\xff")
        sent |= {"Zamboni", visitor._address}
        going_down(broken, served, address)
    finally:
        broken.stop()
        served.stop()
    lines = log.read_text().splitlines()
    assert lines and all(json.loads(line)["event"] for line in lines)
    assert any(json.loads(line)["logger"].startswith("rasa.") for line in lines)
    assert [word for word in sent if word in log.read_text()] == []


def going_down(broken: FailingActions, served: Served, address: str) -> None:
    """SIGTERM while a turn waits for its action."""
    broken.fault = "hang"
    broken.called.clear()
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(WebsiteClient(address).say(REPORT)))
    asking.start()
    assert broken.called.wait(20)
    assert metric(address, "spinebot_turns_running") == 1
    served.process.terminate()
    assert until(lambda: status_of(f"{address}/health/ready") == 503, 3)
    assert_helps(WebsiteClient(address).say("hello"), 503)
    asking.join(25)
    [answer] = answers
    assert answer.status == 200
    assert answer.texts[0] == say("utter_urgent_advice")
    assert served.process.wait(20) == 0
