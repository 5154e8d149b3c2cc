"""The environment of every Rasa process that Spinebot starts."""
from __future__ import annotations

import os
import sys

from spinebot.paths import ROOT

HOST = "127.0.0.1"
RASA_PORT = int(os.environ.get("SPINEBOT_PORT", "5005"))
ACTIONS_PORT = int(os.environ.get("SPINEBOT_ACTIONS_PORT", "5055"))

_DEFAULTS = {
    "RASA_TELEMETRY_ENABLED": "false",  # nothing about a visitor or the clinic leaves the machine
    "SANIC_HOST": HOST,  # the action server would listen on every address
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}


def child_environment() -> dict[str, str]:
    """Our defaults under whatever the caller's environment says."""
    return {**_DEFAULTS, **os.environ, "PYTHONPATH": str(ROOT)}


def rasa_command(*words: str) -> list[str]:
    """Rasa's command line with the given words."""
    return [sys.executable, "-m", "spinebot.ops.rasa_cli", *words]
