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
    """The one child of the loop that the supervisor says it started."""
    line = next(line for line in running.log.read_text().splitlines()
                if "actions started" in line)
    loop = line.split("pid=")[1].split(")")[0]
    return int(Path(f"/proc/{loop}/task/{loop}/children").read_text().split()[0])


@pytest.fixture()
def own(tmp_path: Path) -> Running:
    started = Running(tmp_path / "run.log")
    yield started
    started.stop()


def test_a_frozen_action_server_takes_nothing_from_the_promise(own: Running) -> None:
    server = action_server_pid(own)
    os.kill(server, signal.SIGSTOP)
    try:
        first = own.client.say("my mother suddenly cannot feel her legs", "frozen")
        assert first.texts[0] == say("utter_urgent_advice")
        assert first.texts[-1] == say("utter_urgent_reminder")
        assert own.client.say("Yes", "frozen").texts[-1] == say("utter_urgent_reminder")
    finally:
        os.kill(server, signal.SIGCONT)


def test_a_killed_action_server_comes_back(own: Running) -> None:
    server = action_server_pid(own)
    os.kill(server, signal.SIGKILL)
    first = own.client.say("I suddenly cannot move my left leg", "killed")
    assert first.texts[0] == say("utter_urgent_advice")
    own.wait_for_line("starting it again")
    own.wait_for_actions()
    reply = own.client.say("he has gone numb below the waist since an hour", "back")
    assert say("utter_flow_intro") in reply.texts


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
