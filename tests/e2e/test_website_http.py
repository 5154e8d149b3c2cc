"""The chat widget's channel over HTTP: what it refuses, to whom, and the files it serves."""
from __future__ import annotations

import gzip
import hashlib
import re
from typing import Any

import pytest

from tests.e2e.conftest import Running
from tests.e2e.website import EMBEDDING, Answer, WebsiteClient, assert_helps, new_id

FOREIGN = "https://evil.example"


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b"{", b"\xff", b"[" * 8_000, b'{"text": "hello"}'])
def test_what_is_no_message_is_refused(visitor: WebsiteClient, body: bytes) -> None:
    assert_helps(visitor.post("messages", body), 400)


@pytest.mark.parametrize("change", [
    {"conversation": "visitor"}, {"id": "1"}, {"payload": "hello"}, {"text": 7},
    {"conversation": "3f2b8c1e-9a4d-1c6b-8e21-0f9d7a6b5c4d"}])
def test_a_message_that_is_not_whole_is_refused(visitor: WebsiteClient,
                                                change: dict[str, Any]) -> None:
    whole = {"conversation": visitor.conversation, "id": new_id(), "text": "hello"}
    assert_helps(visitor.post("messages", {**whole, **change}), 400)


@pytest.mark.parametrize("size", [8 * 1024 + 1, 100_000, 1_000_000])
@pytest.mark.parametrize("route", ["messages", "history"])
def test_a_body_over_8_kb_is_refused(visitor: WebsiteClient, route: str, size: int) -> None:
    assert_helps(visitor.post(route, b" " * size), 413)


def test_a_body_over_8_kb_is_refused_though_its_size_is_not_declared(
        visitor: WebsiteClient) -> None:
    chunk = b"400\r\n" + b" " * 0x400 + b"\r\n"
    assert_helps(visitor.send("POST", "/webhooks/website/messages", chunk * 9 + b"0\r\n\r\n", {
        "Content-Type": "application/json", "Transfer-Encoding": "chunked"}), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_anything_but_json_is_refused(visitor: WebsiteClient, kind: str) -> None:
    body = {"conversation": visitor.conversation, "id": new_id(), "text": "hello"}
    assert_helps(visitor.post("messages", body, **{"Content-Type": kind}), 415)
    assert visitor.history() == []


# ---------------------------------------------------------------- who may embed it


@pytest.mark.parametrize("route", ["messages", "history"])
@pytest.mark.parametrize("origin", [FOREIGN, "null", f"{EMBEDDING}.evil.example",
                                    EMBEDDING.replace("https", "http")])
def test_a_foreign_page_is_refused(visitor: WebsiteClient, route: str, origin: str) -> None:
    body = {"conversation": visitor.conversation, "id": new_id(), "text": "hello"}
    answer = visitor.post(route, body, Origin=origin)
    assert_helps(answer, 403)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert visitor.history() == []


def test_the_embedding_page_may_read_answers_and_errors(visitor: WebsiteClient) -> None:
    body = {"conversation": visitor.conversation, "id": new_id(), "text": "hello"}
    for answer in (visitor.post("messages", body, Origin=EMBEDDING),
                   visitor.post("messages", b"{", Origin=EMBEDDING),
                   visitor.post("messages", b" " * 9_000, Origin=EMBEDDING),
                   visitor.post("history", body, Origin=EMBEDDING),
                   visitor.send("GET", "/webhooks/website/health", None, {"Origin": EMBEDDING})):
        for name, value in (("Access-Control-Allow-Origin", EMBEDDING),
                            ("Access-Control-Expose-Headers", "Server-Timing"),
                            ("Timing-Allow-Origin", EMBEDDING), ("Vary", "Origin"),
                            ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")):
            assert answer.headers.get_all(name) == [value]
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_the_servers_own_page_needs_no_list(running: Running, visitor: WebsiteClient) -> None:
    body = {"conversation": visitor.conversation, "id": new_id(), "text": "hello"}
    assert visitor.post("messages", body, Origin=running.address).status == 200


def preflight(visitor: WebsiteClient, origin: str) -> Answer:
    return visitor.send("OPTIONS", "/webhooks/website/messages", None, {
        "Origin": origin, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type"})


def test_the_embedding_page_may_ask(visitor: WebsiteClient) -> None:
    answer = preflight(visitor, EMBEDDING)
    assert (answer.status, answer.content) == (204, b"")
    for name, value in (("Access-Control-Allow-Origin", EMBEDDING),
                        ("Access-Control-Allow-Methods", "POST"),
                        ("Access-Control-Allow-Headers", "content-type"),
                        ("Access-Control-Max-Age", "600"), ("Vary", "Origin")):
        assert answer.headers.get_all(name) == [value]
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", [FOREIGN, "null"])
def test_a_foreign_page_may_not_even_ask(visitor: WebsiteClient, origin: str) -> None:
    answer = preflight(visitor, origin)
    assert answer.status == 403
    assert [name for name in answer.headers if name.startswith("Access-Control")] == []


# ---------------------------------------------------------------- health and files


def test_health(visitor: WebsiteClient) -> None:
    answer = visitor.send("GET", "/webhooks/website/health")
    assert (answer.status, answer.body) == (200, {"status": "ok"})


def hashed_script(visitor: WebsiteClient) -> str:
    page = visitor.send("GET", "/").content.decode()
    found = re.search(r"spinebot\.([0-9a-f]{16})\.js", page)
    assert found, "the page does not load the script by its hash; was `make widget` run?"
    return f"/{found[0]}"


def test_the_demo_page_runs_only_the_script_of_this_server(visitor: WebsiteClient) -> None:
    answer = visitor.send("GET", "/")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "connect-src 'self'",
            "require-trusted-types-for 'script'"} <= set(policy)


def test_the_hash_in_the_scripts_name_is_that_of_its_content(visitor: WebsiteClient) -> None:
    name = hashed_script(visitor)
    hashed, plain = visitor.send("GET", name), visitor.send("GET", "/spinebot.js")
    assert hashed.content == plain.content
    assert hashlib.sha256(hashed.content).hexdigest()[:16] == name.split(".")[1]
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "public, max-age=300, must-revalidate"


def test_any_page_may_load_the_script(visitor: WebsiteClient) -> None:
    headers = visitor.send("GET", "/spinebot.js", None, {"Origin": FOREIGN}).headers
    assert headers.get_all("Access-Control-Allow-Origin") == ["*"]
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/spinebot.js", "/demo.css"])
def test_a_file_that_is_known_is_not_sent_again(visitor: WebsiteClient, path: str) -> None:
    tag = visitor.send("GET", path).headers["ETag"]
    again = visitor.send("GET", path, None, {"If-None-Match": tag})
    assert (again.status, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_the_script_is_packed_for_who_can_unpack(visitor: WebsiteClient) -> None:
    plain = visitor.send("GET", "/spinebot.js")
    packed = visitor.send("GET", "/spinebot.js", None, {"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.content) == plain.content


@pytest.mark.parametrize("path", ["/", "/spinebot.js", "/demo.css"])
def test_head_tells_the_same_without_the_body(visitor: WebsiteClient, path: str) -> None:
    whole, head = visitor.send("GET", path), visitor.send("HEAD", path)
    assert (head.status, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(whole.content)
    assert head.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.parametrize("path", ["/index.html", "/../domain.yml", "/widget/dist/spinebot.js",
                                  "/%2e%2e/credentials.yml", "/spinebot.0000000000000000.js"])
def test_nothing_else_is_served(visitor: WebsiteClient, path: str) -> None:
    assert visitor.send("GET", path).status == 404
