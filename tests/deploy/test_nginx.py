"""nginx with the deployed configuration, before stand-ins for the workers."""
from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Iterator, Optional

import pytest

from spinebot.ops.cluster.cluster import free_ports
from spinebot.ops.cluster.nginx import Nginx
from spinebot.ops.proxy import Site, Tls, render
from spinebot.texts import say, slot_values
from tests.deploy.workers import BROKEN, HANGING, StandIn

pytestmark = pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"),
                                reason="nginx is not installed")
MESSAGES = "/webhooks/website/messages"
BODY = b'{"text": "my legs are numb"}'


class Front:
    """nginx and its two workers."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o755)
        self.workers = [StandIn("one"), StandIn("two")]
        self.logs = folder / "logs"
        self.logs.mkdir()
        self.nginx = Nginx(free_ports(1)[0], folder, self.logs,
                           [f"127.0.0.1:{worker.port}" for worker in self.workers])
        self.nginx.start()
        self.nginx.wait_ready()

    def ask(self, path: str, body: Optional[bytes] = BODY, method: str = "POST",
            source: str = "127.0.0.1", **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON and headers of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.nginx.port, timeout=40,
                                                source_address=(source, 0))
        connection.request(method, path, body,
                           {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        words = reply.read()
        connection.close()
        return reply.status, json.loads(words or b"null"), {
            name.lower(): value for name, value in reply.getheaders()}

    def close(self) -> None:
        self.nginx.stop()
        for worker in self.workers:
            worker.close()


@pytest.fixture()
def front(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(0o755)  # nginx's workers run as another user
    running = Front(tmp_path)
    yield running
    running.close()


def first(front: Front) -> StandIn:
    """The worker that this visitor is kept on."""
    name = front.ask(MESSAGES)[1]["worker"]
    return next(worker for worker in front.workers if worker.name == name)


def test_visitors_are_spread_and_each_stays_on_one_worker(front: Front) -> None:
    homes = {source: {front.ask(MESSAGES, source=source)[1]["worker"] for _ in range(3)}
             for source in (f"127.0.1.{number}" for number in range(1, 21))}
    assert all(len(names) == 1 for names in homes.values())
    assert set.union(*homes.values()) == {"one", "two"}


@pytest.mark.parametrize("fault", ["killed", BROKEN, HANGING])
def test_a_message_is_answered_by_the_other_worker(front: Front, fault: str) -> None:
    home = first(front)
    if fault == "killed":
        home.close()
    else:
        home.mood = fault
    status, answer, _ = front.ask(MESSAGES)
    assert (status, answer["worker"] != home.name) == (200, True)
    other = next(worker for worker in front.workers if worker is not home)
    assert other.seen[-1][2] == BODY


def test_where_every_worker_is_slow_the_second_round_waits(front: Front) -> None:
    home = first(front)
    other = next(worker for worker in front.workers if worker is not home)
    for worker in front.workers:
        worker.mood = HANGING
        worker.seen.clear()
    def let_go() -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until and sum(len(w.seen) for w in front.workers) < 3:
            time.sleep(0.05)  # both were asked and one of them again
        for worker in front.workers:
            worker.let_go()

    threading.Thread(target=let_go, daemon=True).start()
    assert front.ask(MESSAGES)[0] == 200
    seen = home.seen + other.seen
    assert [(path, body) for path, _, body in seen] == [(MESSAGES, BODY)] * 3


def test_with_no_worker_left_the_answer_says_where_to_get_help(front: Front) -> None:
    for worker in front.workers:
        worker.close()
    status, answer, headers = front.ask(MESSAGES)
    assert (status, answer["text"]) == (502, say("utter_fault"))
    assert headers["access-control-allow-origin"] == "*"  # the page that asked can read it
    assert front.ask("/webhooks/website/history")[1]["text"] == say("utter_fault")


def test_a_webhook_of_a_provider_is_not_sent_twice(front: Front) -> None:
    home = first(front)
    home.mood = BROKEN
    for worker in front.workers:
        worker.seen.clear()
    assert front.ask("/webhooks/whatsapp/webhook", b"{}")[0] == 503
    assert [len(worker.seen) for worker in front.workers].count(0) == 1


def test_a_flood_gets_the_urgent_message(front: Front) -> None:
    answers = [front.ask(MESSAGES) for _ in range(120)]
    refused = [(answer, headers) for status, answer, headers in answers if status == 429]
    assert refused
    assert say("utter_urgent_advice") in refused[0][0]["text"]
    assert refused[0][1]["retry-after"] == "60"
    assert front.ask(MESSAGES, source="127.0.1.7")[0] == 200  # others are not held back


@pytest.mark.parametrize("path", [
    "/webhooks/rest/webhook", "/conversations/x/tracker", "/model/parse", "/status", "/version",
    "/metrics", "/health/ready", "/webhooks/website", "/webhooks/website/../../metrics",
    "/%2e%2e/etc/passwd", "/spinebot.js.map", "/webhooks/website/messages/x", "/%00", "/_fault"])
def test_nothing_else_is_reached(front: Front, path: str) -> None:
    status, answer, _ = front.ask(path)
    assert status in (400, 404)
    assert answer["text"] == say("utter_bad_request")
    assert not any(worker.seen for worker in front.workers)


@pytest.mark.parametrize("path", [
    "/conversations/x/../../webhooks/website/messages", "/metrics/..//webhooks/website/messages",
    "/webhooks/website/%6dessages", "/webhooks/website/messages?token=x",
    "/webhooks/website/messages%0a"])
def test_a_worker_reads_the_path_as_nginx_did(front: Front, path: str) -> None:
    front.ask(path)
    assert {path for worker in front.workers for path, _, _ in worker.seen} <= {MESSAGES}


def test_a_provider_may_ask_with_a_query(front: Front) -> None:
    front.ask("/webhooks/whatsapp/webhook?hub.challenge=7", None, "GET")
    assert [path for worker in front.workers for path, _, _ in worker.seen] == [
        "/webhooks/whatsapp/webhook?hub.challenge=7"]


@pytest.mark.parametrize("query", [b"\xff", b"hub.challenge=7&\xed\xa0\x80", "é".encode()])
def test_no_worker_sees_a_query_that_it_would_hang_up_on(front: Front, query: bytes) -> None:
    with socket.create_connection(("127.0.0.1", front.nginx.port), timeout=30) as asking:
        asking.sendall(b"GET /webhooks/whatsapp/webhook?" + query
                       + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b" 400 " in asking.recv(1000)
    assert not any(worker.seen for worker in front.workers)


@pytest.mark.parametrize("path", ["/", "/spinebot.js", "/spinebot.0123456789abcdef.js",
                                  "/demo.css", "/health/live"])
def test_the_chats_files_are_reached(front: Front, path: str) -> None:
    assert front.ask(path, None, "GET")[0] == 200
    assert front.ask(path, b"{}")[0] == 405


def test_a_fat_message_is_refused_before_a_worker_sees_it(front: Front) -> None:
    status, answer, _ = front.ask(MESSAGES, b"x" * 17_000)
    assert (status, answer["text"]) == (413, say("utter_bad_request"))
    assert not any(worker.seen for worker in front.workers)
    assert front.ask("/webhooks/whatsapp/webhook", b"x" * 3_000_000)[0] == 200


@pytest.mark.parametrize("sent", [
    b"POST /webhooks/website/messages HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    b"POST /webhooks/website/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n"])
def test_who_stops_sending_is_cut_off(front: Front, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", front.nginx.port), timeout=30) as slow:
        slow.sendall(sent)
        try:
            ended = slow.recv(1000)
        except ConnectionResetError:
            ended = b""
    assert ended == b"" or b" 408 " in ended
    assert not any(worker.seen for worker in front.workers)


def test_a_visitor_cannot_choose_the_address(front: Front) -> None:
    front.ask(MESSAGES, source="127.0.1.9", X_Forwarded_For="203.0.113.1",
              X_Real_IP="203.0.113.1", Forwarded="for=203.0.113.1")
    headers = next(worker.seen for worker in front.workers if worker.seen)[0][1]
    assert headers["X-Forwarded-For"] == "127.0.1.9"
    assert not {"X-Real-IP", "Forwarded"} & set(headers)


def test_the_logs_hold_no_query_no_word_and_no_full_address(front: Front) -> None:
    front.ask("/webhooks/whatsapp/webhook?hub.verify_token=hidden", None, "GET")
    front.ask(MESSAGES, source="127.0.1.9")
    for worker in front.workers:
        worker.close()
    front.ask("/webhooks/whatsapp/webhook?hub.verify_token=hidden", None, "GET")
    front.nginx.stop()
    lines = (front.logs / "spinebot.access.log").read_text().splitlines()
    asked = [json.loads(line)["asked"] for line in lines[1:]]
    assert asked == ["GET /webhooks/whatsapp/webhook", f"POST {MESSAGES}",
                     "GET /webhooks/whatsapp/webhook"]
    everything = "".join(path.read_text() for path in front.logs.iterdir())
    assert "hidden" not in everything and "numb" not in everything
    assert "127.0.1.9" not in everything


def test_contacts_come_from_the_domain_and_need_no_escape() -> None:
    text = render(Site(["127.0.0.1:1"]))
    for name in ("emergency", "clinic_phone"):
        assert slot_values()[name] in text
    assert "${" not in text


def test_the_configuration_with_a_certificate_is_valid(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                    "-subj", "/CN=chat.example.org", "-keyout", str(key), "-out",
                    str(certificate)], check=True, capture_output=True)
    ports = free_ports(2)
    site = Site(["127.0.0.1:5005"], f"127.0.0.1:{ports[0]}", "chat.example.org", str(tmp_path),
                Tls(str(certificate), str(key), f"127.0.0.1:{ports[1]}"))
    (tmp_path / "spinebot.conf").write_text(render(site))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{ include {tmp_path}/spinebot.conf; }}\n")
    checked = subprocess.run(["/usr/sbin/nginx", "-t", "-p", str(tmp_path), "-e", "stderr", "-c",
                              str(tmp_path / "nginx.conf")], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
