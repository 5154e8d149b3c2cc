"""`make run` and `make shell`: start everything under one supervisor, and stop all of it."""
from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
import time
from pathlib import Path

import honcho.manager

from spinebot import mode
from spinebot.ops import train
from spinebot.ops.environment import (
    ACTIONS_PORT,
    HOST,
    RASA_PORT,
    actions_command,
    child_environment,
    rasa_command,
    worker_command,
)
from spinebot.ops.preflight import problems
from spinebot.ops.probe import answers
from spinebot.paths import MODELS, ROOT

START_SECONDS = 120
STOP_SECONDS = 20  # Rasa ends the turns that run first (channels/draining.py)
ACTIONS_HEALTH = f"http://{HOST}:{ACTIONS_PORT}/health"
RASA_HEALTH = f"http://{HOST}:{RASA_PORT}/health/ready"
# named after the port, so that two assistants beside each other do not share it
RUNNING_ENDPOINTS = MODELS / f"endpoints.{ACTIONS_PORT}.yml"


def assistant_command(*words: str) -> list[str]:
    """Rasa with our model and endpoints."""
    return rasa_command(*words, "--model", str(train.MODEL), "--endpoints", str(endpoints_file()))


def endpoints_file() -> Path:
    """`endpoints.yml`, with the action server's port where it was chosen by the environment."""
    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    RUNNING_ENDPOINTS.write_text(text.replace(":5055/", f":{ACTIONS_PORT}/"), encoding="utf-8")
    return RUNNING_ENDPOINTS


def prepare(ports: dict[str, int]) -> None:
    """Check files and ports and see to a current model.

    Raises:
        SystemExit: with one line for each problem.
    """
    found = problems(os.environ, ports, HOST)
    if found:
        sys.exit("\n".join(found))
    if not train.is_current():
        train.train()


def run() -> int:
    """Action server and Rasa until Rasa ends or Ctrl-C; returns the exit status."""
    prepare({"SPINEBOT_PORT": RASA_PORT, "SPINEBOT_ACTIONS_PORT": ACTIONS_PORT})
    print("Starting ...", flush=True)
    honcho.manager.KILL_WAIT = STOP_SECONDS
    manager = honcho.manager.Manager()
    environment = child_environment()
    for name, command in (("actions", _for_ever(actions_command())),
                          ("rasa", "exec " + shlex.join(worker_command()))):
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    threading.Thread(target=_announce, daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def shell() -> int:
    """`rasa shell` with the action server beside it; ends with the shell."""
    prepare({"SPINEBOT_ACTIONS_PORT": ACTIONS_PORT})
    environment = child_environment()
    actions = subprocess.Popen(actions_command(), cwd=ROOT, env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if not _wait_for(ACTIONS_HEALTH):
            sys.exit("The action server did not start; `make run` shows why.")
        return subprocess.run(assistant_command("shell"), cwd=ROOT, env=environment,
                              check=False).returncode
    except KeyboardInterrupt:
        return 0
    finally:
        actions.terminate()
        actions.wait(10)


def _for_ever(command: list[str]) -> str:
    """The command as a shell line that starts it again when it ends.

    Honcho stops everything when one process ends, but without the action server the assistant
    still gives the urgent message; it must not go down with it.
    """
    return (f"while :; do {shlex.join(command)}; "
            "echo 'The action server ended; starting it again.'; sleep 1; done")


def _wait_for(url: str) -> bool:
    """Whether the address became healthy within `START_SECONDS`."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if answers(url):
            return True
        time.sleep(0.2)
    return False


def _announce() -> None:
    started = time.monotonic()
    if not (_wait_for(ACTIONS_HEALTH) and _wait_for(RASA_HEALTH)):
        print(f"Not ready after {START_SECONDS} s; see the lines above.", flush=True)
        return
    place = f"http://{HOST}:{RASA_PORT}/"
    print(f"\nSpinebot is ready ({time.monotonic() - started:.0f} s). Chat: {place}\n", flush=True)
    if not mode.production(os.environ):
        print(f"""In a terminal: `make shell` after stopping this one with Ctrl-C, or now

  curl -s {place}webhooks/rest/webhook -H 'Content-Type: application/json' \\
    -d '{{"sender": "me", "message": "What are the signs?"}}'
""", flush=True)


if __name__ == "__main__":
    sys.exit(shell() if "shell" in sys.argv else run())
