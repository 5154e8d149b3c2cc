"""Which parts work. The assistant answers reports without most of them."""
from __future__ import annotations

import asyncio
import time
from typing import Any, Optional, Tuple
from urllib.parse import urljoin

import aiohttp
from sanic import Sanic

from spinebot.channels import metrics
from spinebot.channels.draining import DOOR
from spinebot.channels.whatsapp.channel import WhatsAppChannel
from spinebot.stores.health import AWAY, OK, store_states

STARTING = "starting"
READY, DEGRADED, NOT_READY = "ready", "degraded", "not ready"
PROBE_SECONDS = 1.0
_PATIENCE = aiohttp.ClientTimeout(total=PROBE_SECONDS)
KEPT_SECONDS = 1.0  # so that nobody keeps the parts busy with questions about their health


class Health:
    """States of the parts of one process."""

    def __init__(self) -> None:
        self._kept: Tuple[float, dict[str, str]] = (0.0, {})
        self._asking: Optional[asyncio.Future[dict[str, str]]] = None
        self._stored_once = False

    async def readiness(self, app: Sanic) -> Tuple[str, dict[str, str]]:
        """`ready`, `degraded` or `not ready`, and the state of each part.

        A store that goes away makes a process degraded, not unready: it still answers, and
        otherwise a proxy would take all processes away at once. Only a process that has not
        seen its tracker store yet, has no model or is going down must get no visitors.
        """
        states = await self.states(app)
        self._stored_once |= states.get("tracker_store", OK) == OK
        if DOOR.closed or states["model"] != OK or not self._stored_once:
            return NOT_READY, states
        return (READY if set(states.values()) == {OK} else DEGRADED), states

    async def states(self, app: Sanic) -> dict[str, str]:
        """Part -> its state, at most a second old."""
        if time.monotonic() - self._kept[0] < KEPT_SECONDS:
            return self._kept[1]
        if self._asking is None:
            self._asking = asyncio.ensure_future(_ask(app))
        try:
            states = await asyncio.shield(self._asking)
        finally:
            if self._asking and self._asking.done():
                self._asking = None
        self._kept = (time.monotonic(), states)
        return states


async def _ask(app: Sanic) -> dict[str, str]:
    agent = app.ctx.agent
    model = OK if agent is not None and agent.is_ready() else AWAY
    channels = [channel for channel in app.ctx.input_channels
                if isinstance(channel, WhatsAppChannel) and channel.settings is not None]
    stores, (actions, *queues) = await asyncio.gather(
        store_states(), asyncio.gather(_actions(agent), *map(_queue, channels)))
    states = {"model": model, **stores, "actions": actions,
              **{channel.name(): state for channel, state in zip(channels, queues)}}
    for name, state in states.items():
        metrics.UP.labels(name).set(state == OK)
    return states


async def _actions(agent: Any) -> str:
    endpoint = agent.processor.action_endpoint if agent and agent.processor else None
    if endpoint is None:
        return AWAY
    try:
        async with aiohttp.ClientSession(timeout=_PATIENCE) as session, \
                session.get(urljoin(endpoint.url, "/health")) as answer:
            return OK if answer.status == 200 else AWAY
    except (aiohttp.ClientError, asyncio.TimeoutError):
        return AWAY


async def _queue(channel: WhatsAppChannel) -> str:
    """State of a channel's queue; its depth goes to the metrics."""
    if channel.desk is None:
        return STARTING
    try:
        depth = await asyncio.wait_for(channel.desk.health(), PROBE_SECONDS)
    except Exception:  # whatever the database's driver raises
        return AWAY
    for state in ("unanswered", "unsent", "dead", "dead_urgent"):
        metrics.WHATSAPP.labels(channel.name(), state).set(depth[state])
    metrics.WHATSAPP_AGE.labels(channel.name()).set(depth["oldest_seconds"])
    return str(depth["status"])
