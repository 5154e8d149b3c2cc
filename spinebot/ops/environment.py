"""The environment of every Rasa process that Spinebot starts."""
from __future__ import annotations

import os
import sys

from spinebot.paths import ROOT
from spinebot.variables import ACTIONS_URL

HOST = "127.0.0.1"


def _port(variable: str, usual: int) -> int:
    value = os.environ.get(variable, str(usual))
    if not value.isdigit() or not 0 < int(value) < 65536:
        sys.exit(f"{variable} is {value!r}; it must be a port number.")
    return int(value)


RASA_PORT = _port("SPINEBOT_PORT", 5005)
ACTIONS_PORT = _port("SPINEBOT_ACTIONS_PORT", 5055)
RASA_HOST = os.environ.get("SPINEBOT_HOST", HOST)  # a container has to listen on its own address

_DEFAULTS = {
    "RASA_TELEMETRY_ENABLED": "false",  # nothing about a visitor or the clinic leaves the machine
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}


_QUIET = [sys.executable, "-m", "spinebot.ops.quiet"]


def child_environment() -> dict[str, str]:
    """Our defaults under whatever the caller's environment says."""
    return {**_DEFAULTS, **os.environ, "PYTHONPATH": str(ROOT)}


def use_defaults() -> None:
    """Our defaults under this process's own environment."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)


def rasa_command(*words: str) -> list[str]:
    """Rasa's command line with the given words."""
    return [*_QUIET, "rasa", *words]


def actions_command(port: int = ACTIONS_PORT) -> list[str]:
    """The action server, listening on `port`."""
    return [sys.executable, "-m", "spinebot.ops.action_server", str(port)]


def worker_command() -> list[str]:
    """One Rasa process, as the environment says."""
    return [sys.executable, "-m", "spinebot.ops.worker"]


def actions_url() -> str:
    """Where Rasa finds the action server: SPINEBOT_ACTIONS_URL, or this machine."""
    return os.environ.get(ACTIONS_URL, f"http://{HOST}:{ACTIONS_PORT}/webhook")
