"""Heads that would stop or confuse the server are refused; the server lives on."""
from __future__ import annotations

import socket
import subprocess
import sys
import time
from typing import Iterator

import pytest

from tests.ports import free_port

# once as the action server puts it in, once as the assistant does: with its routes
_SERVER = """
import sys
from sanic import Sanic, response
from spinebot.channels.framing import Framed, install
app = Sanic("framing", configure_logging=False)
if sys.argv[2] == "alone":
    install(app)
else:
    app.blueprint(Framed("routes"))
@app.post("/")
async def whole(request):
    return response.text(str(len(request.body)))
@app.post("/stream", stream=True)
async def streamed(request):
    return response.text(str(sum([len(part) async for part in request.stream])))
app.run("127.0.0.1", int(sys.argv[1]), access_log=False)
"""


@pytest.fixture(scope="module", params=["alone", "with routes"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    number = free_port()
    server = subprocess.Popen([sys.executable, "-W", "ignore", "-c", _SERVER, str(number),
                               request.param], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", number), 0.1).close()
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        yield number
    finally:
        server.kill()
        server.wait()


def status(port: int, head: bytes, body: bytes = b"", path: bytes = b"/") -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           + head + b"\r\n\r\n" + body)
        return connection.recv(4096).split(b" ")[1]


@pytest.mark.parametrize("head", [
    b"Content-Length: -1", b"Content-Length: +2", b"Content-Length: 1e3", b"Content-Length: 0x2",
    b"Content-Length: 1_0", b"Content-Length: ", b"Content-Length: 2, 3", b"Content-Length: \xb2",
    b"content-length: 2\r\nCONTENT-LENGTH: 3", b"Content-Length: " + b"9" * 30,
    b"Content-Length : -1", b"Transfer-Encoding: gzip", b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\r\nContent-Length: 2"], ids=repr)
@pytest.mark.parametrize("path", [b"/", b"/stream", b"/nothing"])
def test_an_unsound_head_is_refused_and_stops_nobody(port: int, head: bytes, path: bytes) -> None:
    assert status(port, head, b"{}", path) == b"400"
    assert status(port, b"Content-Length: 2", b"{}") == b"200"


def test_no_address_is_no_fault_of_the_server(port: int) -> None:
    assert status(port, b"X: y", path=b"") == b"400"


@pytest.mark.parametrize("path", [b"/", b"/stream"])
def test_a_sound_head_passes(port: int, path: bytes) -> None:
    assert status(port, b"Content-Length: 2", b"{}", path) == b"200"
    assert status(port, b"Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n", path) == b"200"
    assert status(port, b"X: y", b"", path) == b"200"
