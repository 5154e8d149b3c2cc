"""The assistant's own processes of the cluster: Rasa workers and the action server."""
from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

from spinebot.ops.cluster.service import Service
from spinebot.ops.environment import actions_command, worker_command
from spinebot.ops.probe import answers


class Actions(Service):
    """The action server."""

    start_seconds = 90.0

    def __init__(self, port: int, folder: Path, logs: Path, environment: Mapping[str, str]) -> None:
        super().__init__("actions", port, folder, logs)
        self._environment = environment

    def environment(self) -> Mapping[str, str]:
        """As every process of the assistant."""
        return self._environment

    def command(self) -> Sequence[str]:
        """Its start module, in the foreground."""
        return actions_command(self.port)

    def is_ready(self) -> bool:
        """Whether it answers."""
        return answers(f"{self.url}/health")


class Worker(Service):
    """One Rasa worker."""

    start_seconds = 180.0

    def __init__(self, name: str, port: int, folder: Path, logs: Path,
                 environment: Mapping[str, str]) -> None:
        super().__init__(name, port, folder, logs)
        self._environment = {**environment, "SPINEBOT_PORT": str(port)}

    def environment(self) -> Mapping[str, str]:
        """As every process of the assistant, with the port of this one."""
        return self._environment

    def command(self) -> Sequence[str]:
        """Its start module, in the foreground."""
        return worker_command()

    def is_ready(self) -> bool:
        """Whether its model is loaded; the stores may be away (`/health/ready` tells that)."""
        return answers(f"{self.url}/webhooks/website/health")
