"""What the cluster's servers do when they are killed, frozen and started again."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Iterator

import pytest
import redis

from spinebot.ops.cluster.cluster import free_ports
from spinebot.ops.cluster.processes import tree
from spinebot.ops.cluster.redis_server import Redis

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="Redis is not installed")


@pytest.fixture()
def server(tmp_path: Path) -> Iterator[Redis]:
    running = Redis(free_ports(1)[0], tmp_path, tmp_path)
    running.start()
    running.wait_ready()
    yield running
    running.stop()


def ping(server: Redis) -> bool:
    return bool(redis.Redis.from_url(server.url, socket_timeout=1).ping())


def test_a_frozen_server_is_there_but_does_not_answer(server: Redis) -> None:
    server.freeze()
    assert server.running
    with pytest.raises(redis.TimeoutError):
        ping(server)
    server.thaw()
    assert ping(server)


def test_a_killed_server_comes_back_on_its_port(server: Redis) -> None:
    pid, url = server.pid, server.url
    server.kill()
    assert not server.running
    with pytest.raises(redis.ConnectionError):
        ping(server)
    server.start()
    server.wait_ready()
    assert (server.url, server.pid != pid) == (url, True) and ping(server)


def test_a_frozen_server_can_still_be_stopped(server: Redis) -> None:
    below = tree(server.pid)
    server.freeze()
    server.stop()
    assert not server.running
    assert not any(Path(f"/proc/{pid}").exists() for pid in below)


def test_a_server_that_ends_says_why(server: Redis, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    second = Redis(server.port, tmp_path / "second", tmp_path / "second")  # the port is taken
    second.start()
    with pytest.raises(RuntimeError, match="(?s)redis ended.*in use"):
        second.wait_ready()


def test_only_who_knows_the_password_is_let_in(server: Redis) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port).ping()
