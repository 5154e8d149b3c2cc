"""Requests that are none: by hand, and made by Hypothesis."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Iterator

from hypothesis import strategies as st

from tests.production.visitors import new_id
from tests.production.wire import HISTORY, MESSAGES, raw

ROUTES = (MESSAGES, HISTORY, "/webhooks/website/health", "/health/live", "/health/ready",
          "/metrics", "/", "/spinebot.js", "/demo.css", "/webhooks/whatsapp/webhook",
          "/webhooks/whatsapp_twilio/webhook", "/webhooks/rest/webhook", "/status",
          "/conversations/x/tracker", "/socket.io/")
METHODS = ("POST", "GET", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "CONNECT", "post",
           "X" * 300, "G\x00T", "P\xd6ST")
KINDS = ("application/json", "application/json; charset=utf-7", "text/plain", "", "a/b;" * 500,
         "multipart/form-data; boundary=", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Malformed:
    """Bytes to send.

    Attributes:
        broken: HTTP itself is broken, so that to hang up is an answer too.
    """

    content: bytes
    broken: bool = False


def _bodies() -> list[bytes]:
    whole = {"conversation": new_id(), "id": new_id(), "text": "hello"}
    junk = [None, 7, -1e308, True, [], {}, "", "\x00", "\ud800", "../x", "a" * 7000, [[[]]],
            {"$ne": ""}, "{{7*7}}", "' OR 1=1 --", "NaN"]
    changed = [{**whole, name: value} for name in whole for value in junk
               if not (name == "text" and isinstance(value, str))]
    missing = [{key: whole[key] for key in whole if key != name} for name in whole]
    both = [{**whole, "payload": "/affirm"}]
    return [*(json.dumps(each).encode() for each in [*changed, *missing, *both]),
            b"", b"null", b"[]", b"{", b'"', b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"\x00" * 100,
            b"[" * 8000, b'{"a":' * 1600, b"NaN", b"1e999999", b"9" * 8000, b'{"text":"\x00"}',
            b'{"conversation":"' + b"\\u0000" * 1000 + b'"}', b" " * 9000, b"\x1f\x8b\x08" * 50]


def _frames(route: str) -> Iterator[bytes]:
    """Requests that break the rules of HTTP."""
    line = f"POST {route} HTTP/1.1\r\nHost: x\r\n".encode()
    kind = b"Content-Type: application/json\r\n"
    for length in (b"-1", b"+2", b"99999999999999999999", b"1e3", b"0x10", b"\x00", b"", b"2, 3",
                   b"50"):
        yield line + kind + b"Content-Length: " + length + b"\r\n\r\n{}"
    for chunk in (b"zz\r\n{}\r\n", b"-1\r\n", b"ffffffffffffffff\r\n{}", b"2\r\n{}}}}\r\n",
                  b"2;" + b"a" * 9000 + b"\r\n{}\r\n0\r\n\r\n", b"2\n{}\n0\n\n", b""):
        yield line + kind + b"Transfer-Encoding: chunked\r\n\r\n" + chunk
    for coding in (b"gzip", b"chunked, chunked", b"identity", b"\x0bchunked"):
        yield line + kind + b"Transfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n"
    yield line + kind + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET"
    yield line + kind + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}"
    for expected in (b"nonsense", b"100-continue\xff", b"\xed\xa0\x80",
                     b"100-continue\r\nExpect: x"):
        yield line + kind + b"Expect: " + expected + b"\r\nContent-Length: 2\r\n\r\n{}"
    yield line + b"X: " + b"a" * 40_000 + b"\r\n\r\n"
    yield line + b"no colon\r\n\r\n"
    yield line + b": no name\r\n\r\n"
    yield line + b" folded: x\r\n\r\n"
    yield line + b"X-\xff: \xfe\x00\r\n\r\n"
    yield line + b"X: y\r\n" * 2000 + b"\r\n"
    path = route.encode()
    for first in (b"GET", b"GET " + path, b"GET " + path + b" HTTP/9.9", b"\x16\x03\x01\x02\x00",
                  b"GET " + path + b"\x00 HTTP/1.1", b"GET " + path + b"?" + b"a" * 40_000
                  + b" HTTP/1.1", b"GET http://[::1 HTTP/1.1", b"GET " + path + b"\xff HTTP/1.1",
                  b"GET * HTTP/1.1", b"GET  HTTP/1.1", b"PRI * HTTP/2.0", b"", b"\r\n" * 50,
                  b"GET " + path + b"%zz%00 HTTP/1.1", b"CONNECT a:1 HTTP/1.1",
                  b"GET " + path + b"?a=\xff HTTP/1.1", b"POST " + path + b"?\xed\xa0\x80 HTTP/1.1",
                  b"GET " + path + b"?a#\xff HTTP/1.1", b"GET " + path + b"?%ff=%zz HTTP/1.1",
                  b"G\xffT " + path + b" HTTP/1.1", b" " + path + b" HTTP/1.1"):
        yield first + b"\r\nHost: x\r\nConnection: close\r\n\r\n"
    yield f"GET {route} HTTP/1.1\r\n\r\n".encode()
    yield f"GET {route} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".encode()
    yield f"GET {route} HTTP/1.1\r\nHost: a/../\x00b@c\r\nConnection: close\r\n\r\n".encode()


def by_hand(route: str) -> Iterator[Malformed]:
    """The hand-made ones for a route."""
    for body in _bodies():
        yield Malformed(raw("POST", route, {"Content-Type": "application/json"}, body))
    for kind in KINDS[1:]:
        yield Malformed(raw("POST", route, {"Content-Type": kind}, b"{}"))
    for method in METHODS[2:]:
        yield Malformed(raw(method, route, {"Content-Type": "application/json"}, b"{}"), True)
    for frame in _frames(route):
        yield Malformed(frame, True)


_any_text = st.text(st.characters(), max_size=60)
_id = st.one_of(_any_text, st.builds(new_id), st.integers(), st.none())
_json = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _any_text),
                     lambda inner: st.one_of(st.lists(inner, max_size=4),
                                             st.dictionaries(_any_text, inner, max_size=4)),
                     max_leaves=12)
_message = st.fixed_dictionaries(
    {}, optional={"conversation": _id, "id": _id, "text": _json, "payload": _json,
                  "sender": _any_text, "message": _json, "metadata": _json})
_body = st.one_of(st.binary(max_size=300), _json.map(lambda value: json.dumps(value).encode()),
                  _message.map(lambda value: json.dumps(value).encode()))
_loose = st.binary(max_size=40).map(lambda value: value.decode("utf-8", "surrogateescape"))
_clean = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
_names = st.sampled_from((
    "Origin", "X-Forwarded-For", "Forwarded", "Cookie", "Authorization", "Accept-Encoding",
    "Content-Encoding", "If-None-Match", "Range", "Upgrade", "X-Request-ID", "Host"))
_lengths = st.sampled_from(({}, {"Content-Length": "7"}, {"Transfer-Encoding": "chunked"},
                            {"Transfer-Encoding": "x"}, {"Content-Length": "x"}))


@st.composite
def made(draw: st.DrawFn) -> Malformed:
    """One of Hypothesis: any body on any route, with sound or unsound headers around it."""
    broken = draw(st.booleans())
    headers = {"Content-Type": draw(st.sampled_from(KINDS)),
               **draw(st.dictionaries(_names, _loose if broken else _clean, max_size=3)),
               **(draw(_lengths) if broken else {})}
    method = draw(st.sampled_from(METHODS if broken else METHODS[:2]))
    path = draw(st.sampled_from(ROUTES)) + (draw(_loose) if broken else "")
    return Malformed(raw(method, path, headers, draw(_body)), broken)
