"""PostgreSQL, Redis, the action server, some Rasa workers and nginx, as one thing."""
from __future__ import annotations

import shutil
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Collection, Mapping, Optional, Sequence

from spinebot.ops.cluster.nginx import Nginx
from spinebot.ops.cluster.postgres import Postgres, programs
from spinebot.ops.cluster.rasa import Actions, Worker
from spinebot.ops.cluster.redis_server import Redis
from spinebot.ops.cluster.service import HOST, Service
from spinebot.ops.environment import child_environment
from spinebot.ops.train import is_current


class Cluster:
    """Everything of an installation, on free loopback ports and in a folder of its own.

    Attributes:
        url: address of nginx, where visitors come in.
        workers, actions, redis, postgres, nginx: the servers (see `Service`).
        logs: folder of what they print, and of nginx's logs.
        folder: of all the cluster's files; it goes away with the cluster unless it was given.
    """

    def __init__(self, workers: int = 2, *, port: Optional[int] = None, mode: str = "production",
                 environment: Optional[Mapping[str, str]] = None, later: Collection[str] = (),
                 folder: Optional[Path] = None) -> None:
        """Choose ports and write configurations; nothing runs yet.

        Args:
            workers: how many Rasa processes.
            port: of nginx; a free one if None.
            mode: SPINEBOT_MODE of the workers.
            environment: variables for the workers and the action server, over ours.
            later: names of servers that `start` leaves alone ("postgres", "redis", "actions",
                "worker-1", ...); start them yourself.
            folder: an empty one for all files; a temporary one if None.

        Raises:
            RuntimeError: the model is not trained, or a program is not installed.
        """
        _check()
        self._own = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="spinebot-cluster-"))
        self.folder.chmod(0o711)  # PostgreSQL's and nginx's users have to pass through
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        self._later = frozenset(later)
        front, database, redis, actions, *rest = free_ports(4 + workers)
        front = port or front
        self.postgres = Postgres(database, self.folder, self.logs)
        self.redis = Redis(redis, self.folder, self.logs)
        shared = {**child_environment(), **self._settings(mode, front, actions),
                  **(environment or {})}
        self.actions = Actions(actions, self.folder, self.logs, shared)
        self.workers = [Worker(f"worker-{number}", place, self.folder, self.logs, shared)
                        for number, place in enumerate(rest, 1)]
        self.nginx = Nginx(front, self.folder, self.logs,
                           [f"{HOST}:{worker.port}" for worker in self.workers])
        self.url = self.nginx.url

    @property
    def services(self) -> Sequence[Service]:
        """All servers, in the order in which they are started."""
        return [self.postgres, self.redis, self.actions, *self.workers, self.nginx]

    def start(self) -> None:
        """Start all but those that come later, and wait until each is ready.

        Raises:
            RuntimeError: one ended or was not ready in time; all are stopped then.
        """
        due = [service for service in self.services if service.name not in self._later]
        with ExitStack() as undo:
            undo.callback(self.stop)
            for service in due:
                service.start()
            for service in due:
                service.wait_ready()
            undo.pop_all()

    def stop(self) -> None:
        """Stop all servers, the front door first, and remove the folder if it is ours."""
        for service in reversed(self.services):
            service.stop()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                 trace: Optional[TracebackType]) -> None:
        self.stop()

    def _settings(self, mode: str, front: int, actions: int) -> dict[str, str]:
        return {"SPINEBOT_MODE": mode,
                "SPINEBOT_DATABASE_URL": self.postgres.url,
                "SPINEBOT_REDIS_URL": self.redis.url,
                "SPINEBOT_JOURNAL": str(self.folder / "journal"),
                "SPINEBOT_ACTIONS_PORT": str(actions),
                "SPINEBOT_ORIGINS": f"http://{HOST}:{front}",
                "SANIC_PROXIES_COUNT": "1"}


def free_ports(count: int) -> list[int]:
    """So many different loopback ports on which nothing listens now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _check() -> None:
    missing = [f"{program} is not installed (Debian: {package})"
               for program, package in (("redis-server", "redis-server"), ("nginx", "nginx"))
               if not shutil.which(program, path="/usr/sbin:/usr/bin:/usr/local/bin")
               and not shutil.which(program)]
    try:
        programs()
    except FileNotFoundError as error:
        missing.append(str(error))
    if not is_current():
        missing.append("no model is current; run `make train`")
    if missing:
        raise RuntimeError("\n".join(missing))
