"""With the action server gone, and at the end of a run."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from spinebot.ops.environment import HOST
from spinebot.paths import ROOT
from spinebot.texts import say
from tests.e2e.conftest import Running
from tests.ports import free_port


def action_server_pid(running: Running) -> int:
    """From the supervisor's line "actions started (pid=...)"."""
    line = next(line for line in running.log.read_text().splitlines()
                if "actions started" in line)
    return int(line.split("pid=")[1].rstrip(")\x1b[0m"))


@pytest.fixture()
def own(tmp_path: Path) -> Running:
    started = Running(tmp_path / "run.log")
    yield started
    started.stop()


def test_a_frozen_action_server_takes_nothing_from_the_promise(own: Running) -> None:
    os.kill(action_server_pid(own), signal.SIGSTOP)
    try:
        first = own.client.say("my mother suddenly cannot feel her legs", "frozen")
        assert first.texts[0] == say("utter_urgent_advice")
        assert say("utter_urgent_reminder") in own.client.say("Yes", "frozen").texts[-1]
        assert own.client.say("stop", "frozen").texts[-1] in (
            say("utter_urgent_advice"), say("utter_urgent_reminder"))
    finally:
        os.kill(action_server_pid(own), signal.SIGCONT)


def test_ctrl_c_leaves_nothing_behind(own: Running) -> None:
    assert sorted(own.listening()) == ["SPINEBOT_ACTIONS_PORT", "SPINEBOT_PORT"]
    own.stop()
    assert own.listening() == []


def test_a_taken_port_gives_one_clear_line() -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind((HOST, port))
        other.listen()
        done = subprocess.run([sys.executable, "-m", "spinebot.ops.serve"], cwd=ROOT, text=True,
                              capture_output=True, timeout=60,
                              env={**os.environ, "SPINEBOT_PORT": str(port),
                                   "SPINEBOT_ACTIONS_PORT": str(free_port())})
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        f"Port {port} is taken. Stop what uses it, or choose another: "
        "SPINEBOT_PORT=<port> make run"]
