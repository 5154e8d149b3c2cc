"""The whole assistant as `make run` starts it, on free ports."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Callable, Iterator

import pytest

from spinebot.ops.environment import HOST
from spinebot.paths import ROOT
from tests.e2e.client import Client
from tests.e2e.website import WEBSITE, WebsiteClient
from tests.ports import free_port

START_SECONDS = 120


class Running:
    """`make run` as a process of its own, and a client for it.

    Args:
        log: file for its output.
        environment: variables besides those of the ports.
    """

    def __init__(self, log: Path, **environment: str) -> None:
        self.ports = {"SPINEBOT_PORT": free_port(), "SPINEBOT_ACTIONS_PORT": free_port()}
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "spinebot.ops.serve"], cwd=ROOT, stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **{name: str(port) for name, port in self.ports.items()},
                     **environment})
        self.address = f"http://{HOST}:{self.ports['SPINEBOT_PORT']}"
        self.client = Client(self.address)
        self.wait_for_line("Spinebot is ready")

    def wait_for_line(self, words: str) -> None:
        """Until the log holds the words; a process that ended meanwhile is an error."""
        self._until(lambda: words in self.log.read_text())

    def wait_for_actions(self) -> None:
        """Until the action server answers."""
        self._until(lambda: "SPINEBOT_ACTIONS_PORT" in self.listening())

    def _until(self, holds: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if holds():
                return
            time.sleep(0.2)
        raise RuntimeError(self.log.read_text()[-2000:])

    def stop(self) -> None:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill_rasa(self) -> None:
        """kill -9 to Rasa; the supervisor then ends the rest."""
        line = next(line for line in self.log.read_text().splitlines() if "rasa started" in line)
        os.kill(int(line.split("pid=")[1].split(")")[0]), signal.SIGKILL)
        self.process.wait(30)

    def listening(self) -> list[str]:
        """Names of the ports on which something still answers."""
        found = []
        for name, port in self.ports.items():
            try:
                urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=2)
            except urllib.error.HTTPError:
                found.append(name)
            except OSError:
                continue
            else:
                found.append(name)
        return found


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    started = Running(tmp_path_factory.mktemp("run") / "run.log", **WEBSITE)
    yield started
    started.stop()


@pytest.fixture()
def client(running: Running) -> Client:
    return running.client


@pytest.fixture()
def visitor(running: Running) -> WebsiteClient:
    return WebsiteClient(running.address)
