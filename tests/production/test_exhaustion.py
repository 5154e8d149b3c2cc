"""Somebody who wants the processes to be busy, full or waiting, while others need an answer."""
from __future__ import annotations

import asyncio
import gzip
import json
import socket
import time
import zlib
from contextlib import ExitStack, suppress
from typing import Awaitable, Callable

import pytest

from spinebot.ops.cluster import Cluster
from tests.production.ledger import Count, count
from tests.production.report import Report
from tests.production.visitors import Visitors
from tests.production.wanted import unkept
from tests.production.wire import CLOSED, MESSAGES, connect, exchange, memory, message, own, raw

SLOW_ADDRESSES, SLOW_EACH = 6, 90  # nginx lets one address have a hundred connections
HEADER_SECONDS = 5.0  # nginx's limit; see its template
BOMB = b" " * 200_000_000
GROWN = 20_000_000  # bytes; a tenth of what the bomb holds
pytestmark = pytest.mark.sample


async def _others(cluster: Cluster, attack: Callable[[], Awaitable[object]]) -> Count:
    """What becomes of other people's messages while the attack runs."""
    async with Visitors(cluster.url) as visitors:
        struck = asyncio.ensure_future(attack())
        people = visitors.several(6)
        await asyncio.gather(*(one.report(place) for place, one in enumerate(people)))
        while not struck.done():
            await asyncio.gather(*(one.ask(place) for place, one in enumerate(people)),
                                 asyncio.sleep(2.5))  # a conversation may say 30 a minute
        await struck
        return await count(visitors.said, cluster.postgres.url)


def test_slow_requests_keep_nobody_waiting(cluster: Cluster, report: Report) -> None:
    with ExitStack() as opened:
        lines = [opened.enter_context(connect(cluster.url, f"127.4.0.{1 + address}"))
                 for address in range(SLOW_ADDRESSES) for _ in range(SLOW_EACH)]
        counted = asyncio.run(_others(cluster, lambda: _drip(lines)))
        left = sum(_is_open(line) for line in lines)
    report.add(slow_connections=len(lines), slow_left_open=left, slow_others=vars(counted))
    assert unkept(counted) == []
    assert left == 0


async def _drip(lines: list[socket.socket]) -> None:
    """A header a byte at a time, for twice as long as nginx allows."""
    began = time.monotonic()
    for line in lines:
        with suppress(OSError):
            line.sendall(f"POST {MESSAGES} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode())
    while time.monotonic() - began < 2 * HEADER_SECONDS:
        await asyncio.sleep(1)
        for line in lines:
            with suppress(OSError):
                line.sendall(b"a")


def _is_open(line: socket.socket) -> bool:
    line.settimeout(0.01)
    try:
        while line.recv(4096):
            pass
        return False
    except TimeoutError:
        return True
    except OSError:
        return False


def test_a_slow_body_never_reaches_a_worker(cluster: Cluster) -> None:
    begin = raw("POST", MESSAGES, {"Content-Type": "application/json", "Content-Length": "500"})
    with ExitStack() as opened:
        lines = [opened.enter_context(connect(cluster.url, "127.4.0.20")) for _ in range(SLOW_EACH)]
        for line in lines:
            line.sendall(begin + b"{")
        counted = asyncio.run(_others(cluster, lambda: asyncio.sleep(2 * HEADER_SECONDS)))
        assert sum(_is_open(line) for line in lines) == 0
    assert unkept(counted) == []


@pytest.mark.parametrize("encoding", ["deflate", "gzip"])
def test_a_bomb_is_not_unpacked_anywhere(cluster: Cluster, encoding: str) -> None:
    pack = zlib.compress if encoding == "deflate" else gzip.compress
    packed = pack(BOMB, 9)
    before = memory(own(cluster))
    for url, path in ((cluster.actions.url, "/webhook"), (cluster.url, MESSAGES),
                      *((worker.url, MESSAGES) for worker in cluster.workers)):
        for body in (packed, packed[:4000]):
            answer = exchange(url, raw("POST", path, {
                "Content-Type": "application/json", "Content-Encoding": encoding}, body))
            assert answer.status == CLOSED or 400 <= answer.status < 500
        assert answer.status != CLOSED  # the small one gets a refusal to read
    after = memory(own(cluster))
    assert {name: after[name] - before[name] for name in after
            if after[name] - before[name] > GROWN} == {}


def test_very_long_messages_keep_nobody_waiting(cluster: Cluster, report: Report) -> None:
    counted = asyncio.run(_others(cluster, lambda: asyncio.to_thread(_long_ones, cluster)))
    report.add(long_others=vars(counted))
    assert unkept(counted) == []


def _long_ones(cluster: Cluster) -> None:
    for place in range(40):
        door = (cluster.url, cluster.workers[place % 2].url)[place % 2]
        for size, status in ((100_000, 413), (7_900, 200)):
            body = json.dumps(message("pain in my back " * (size // 16))).encode()
            answer = exchange(door, raw("POST", MESSAGES, {"Content-Type": "application/json"},
                                        body), f"127.4.1.{1 + place}")
            assert answer.status == status
