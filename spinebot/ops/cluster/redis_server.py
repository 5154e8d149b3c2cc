"""A Redis server of the cluster; it holds locks, claims and counters, so nothing is written out."""
from __future__ import annotations

import secrets
from pathlib import Path
from typing import Sequence

import redis

from spinebot.ops.cluster.service import HOST, Service


class Redis(Service):
    """The server, with a password."""

    def __init__(self, port: int, folder: Path, logs: Path) -> None:
        super().__init__("redis", port, folder, logs)
        self._password = secrets.token_hex(16)
        settings = self.folder / "redis.conf"
        settings.touch(0o600)  # a password on the command line could be read by everybody
        settings.write_text(f"bind {HOST}\nport {port}\nrequirepass {self._password}\n"
                            f"save \"\"\nappendonly no\ndir {self.folder}\n")

    @property
    def url(self) -> str:
        """Address for its clients."""
        return f"redis://:{self._password}@{HOST}:{self.port}/0"

    def command(self) -> Sequence[str]:
        """The server in the foreground."""
        return ["redis-server", "redis.conf"]

    def is_ready(self) -> bool:
        """Whether it answers."""
        client = redis.Redis.from_url(self.url, socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
