"""Once visitors are served, no line of any library tells what they wrote."""
from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from spinebot.paths import ROOT

SECRET = "zebrafinch"
PROGRAM = f"""
import asyncio, logging, os, sys, threading, types
import structlog
from spinebot import logs
logs.install(os.environ)
logging.getLogger("rasa.core").error("starting {SECRET}-early")
asyncio.run(logs.serving(None, None))
words = "{SECRET}"
log = logging.getLogger("rasa.core.processor")
log.error(f"failed with {{words}}")
log.error("failed with %s", words, stack_info=True)
try:
    raise ValueError(words)
except ValueError:
    log.exception("what")
    logging.getLogger("sanic.error").exception("url %s", words)
    logging.getLogger("spinebot.channels.turn").exception("a turn failed")
    structlog.get_logger("rasa.x").exception("some.event", message=words, text=words)
logging.getLogger("spinebot.channels.turn").info("turn", extra={{"fields": {{"seconds": 0.1}}}})
def broken(): raise KeyError(words)
thread = threading.Thread(target=broken); thread.start(); thread.join()
async def task():
    asyncio.get_running_loop().create_task(coroutine())
    await asyncio.sleep(0.05)
async def coroutine(): raise RuntimeError(words)
asyncio.run(task())
broken()
"""


def output(**environment: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, text=True, timeout=60,
                          capture_output=True, env={**os.environ, **environment})
    return done.stdout + done.stderr


@pytest.mark.parametrize("mode", ["production", "development"])
def test_no_word_of_a_visitor_gets_out(mode: str) -> None:
    printed = output(SPINEBOT_MODE=mode)
    assert f"{SECRET}-early" in printed  # nobody is served yet
    assert printed.count(SECRET) == 1
    for kind in ("ValueError", "KeyError", "RuntimeError"):
        assert kind in printed


def test_in_production_every_line_is_json_and_says_where_it_came_from() -> None:
    lines = [json.loads(line) for line in output(SPINEBOT_MODE="production").splitlines()]
    assert {"time", "level", "logger", "event"} <= set.intersection(*map(set, lines))
    assert {line["logger"] for line in lines} >= {
        "rasa.core.processor", "sanic.error", "spinebot.channels.turn", "rasa.x", "asyncio"}
    [turn] = [line for line in lines if line["event"] == "turn"]
    assert turn["seconds"] == 0.1
    [failed] = [line for line in lines if line["event"] == "a turn failed"]
    assert failed["fault"] == "ValueError"


def test_whoever_debugs_sees_everything_but_never_in_production() -> None:
    assert output(LOG_LEVEL="DEBUG").count(SECRET) > 5
    assert output(LOG_LEVEL="DEBUG", SPINEBOT_MODE="production").count(SECRET) == 1
