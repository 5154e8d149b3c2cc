"""The trained assistant in this process, with an action server that can be up, down or slow."""
from __future__ import annotations

import asyncio
import logging
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from rasa.core.agent import Agent
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.tracker_store import SQLTrackerStore
from rasa.utils.endpoints import EndpointConfig
from rasa.utils.log_utils import configure_structlog

from spinebot.channels.action_deadline import LimitedEndpoint
from spinebot.channels.guard import plain_text
from spinebot.ops.environment import HOST, actions_command, child_environment
from spinebot.ops.train import MODEL
from spinebot.paths import ROOT
from spinebot.red_flags.flow import FORM, REPORT
from tests.ports import free_port

UP, DOWN, SLOW = "up", "down", "slow"
PATIENCE = 0.05  # seconds granted to the slow server here; production grants three


@dataclass(frozen=True)
class Reply:
    """What one message did."""

    texts: list[str]
    reported_now: bool
    reported_ever: bool
    form_before: bool
    form_after: bool


class Assistant:
    """One agent for all conversations of a test run."""

    def __init__(self, folder: Path) -> None:
        logging.disable(logging.CRITICAL)  # faults are provoked on purpose
        configure_structlog(logging.CRITICAL)
        self._loop = asyncio.new_event_loop()
        self._database = str(folder / "conversations.db")
        self._port = free_port()
        self._server = subprocess.Popen(
            actions_command(self._port), cwd=ROOT, env=child_environment(),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._slow = self._loop.run_until_complete(_slow_server())
        self._agent = Agent.load(str(MODEL), action_endpoint=EndpointConfig(
            f"http://{HOST}:{self._port}/webhook"))
        self._endpoints = {
            UP: EndpointConfig(f"http://{HOST}:{self._port}/webhook"),
            DOWN: EndpointConfig(f"http://{HOST}:{free_port()}/webhook"),
            SLOW: LimitedEndpoint(f"http://{HOST}:{self._slow}/webhook", seconds=PATIENCE)}
        self._agent.processor.nlg = NaturalLanguageGenerator.create(None, self._agent.domain)
        self.restart()
        self._wait_for_actions()

    def restart(self) -> None:
        """As a restarted process sees it: nothing but the database is left."""
        store = SQLTrackerStore(self._agent.domain, dialect="sqlite", db=self._database)
        self._agent.tracker_store = self._agent.processor.tracker_store = store

    def action_server(self, state: str) -> None:
        """Put the action server UP, DOWN or SLOW."""
        self._agent.processor.action_endpoint = self._endpoints[state]

    def say(self, sender: str, text: str) -> Reply:
        """Send one message as the channels would."""
        return self._loop.run_until_complete(self._say(sender, plain_text(text)))

    async def _say(self, sender: str, text: str) -> Reply:
        processor = self._agent.processor
        before = await processor.tracker_store.get_or_create_tracker(sender)
        form_before = before.active_loop_name == FORM
        replies: list[dict[str, Any]] = await self._agent.handle_text(text, sender_id=sender) or []
        after = await processor.tracker_store.get_or_create_tracker(sender)
        return Reply([reply.get("text") or "" for reply in replies],
                     after.latest_message.intent.get("name") == REPORT,
                     bool(after.get_slot("red_flag_reported")),
                     form_before, after.active_loop_name == FORM)

    def close(self) -> None:
        """Stop the action server."""
        self._server.terminate()
        self._server.wait(10)

    def _wait_for_actions(self) -> None:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://{HOST}:{self._port}/health", timeout=1)
                return
            except OSError:
                time.sleep(0.25)
        raise RuntimeError("the action server did not start")


async def _slow_server() -> int:
    """A server that takes every call and answers none in time; returns its port."""
    async def hang(_: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhook", hang)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, HOST, port).start()
    return port
