"""`/health/live`, `/health/ready` and `/metrics`, beside the channels that visitors use."""
from __future__ import annotations

import os
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot import logs
from spinebot.channels import draining
from spinebot.channels.framing import Framed
from spinebot.channels.operations import api
from spinebot.channels.operations.bearer import from_this_machine, presents, refused
from spinebot.channels.operations.health import NOT_READY, Health
from spinebot.channels.turn import OnNewMessage
from spinebot.variables import API_TOKEN, METRICS_TOKEN

MAX_BODY_BYTES = 4 * 1024 * 1024  # of any request: WhatsApp's are the largest
_NO_STORE = {"Cache-Control": "no-store"}


class OperationsChannel(InputChannel):
    """No channel for visitors: the operator's routes, and how the server starts and stops."""

    @classmethod
    def name(cls) -> str:
        """Name in Rasa."""
        return "operations"

    def url_prefix(self) -> str:
        """The root, so that the routes are where probes look for them."""
        return "/"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The routes."""
        routes, health = Framed("spinebot_operations"), Health()
        routes.listener("before_server_start")(logs.serving)
        routes.listener("before_server_start")(_limit)
        routes.listener("after_server_start")(draining.on_signals)

        @routes.get("/health/live")
        async def live(_: Request) -> HTTPResponse:
            return response.json({"status": "live"}, headers=_NO_STORE)

        @routes.get("/health/ready")
        async def ready(request: Request) -> HTTPResponse:
            status, states = await health.readiness(request.app)
            return response.json({"status": status, **states},
                                 503 if status == NOT_READY else 200, _NO_STORE)

        @routes.get("/metrics")
        async def metrics(request: Request) -> HTTPResponse:
            token = os.environ.get(METRICS_TOKEN)
            if not (presents(request, token) if token else from_this_machine(request)):
                return refused(f"{METRICS_TOKEN} is not set or not shown")
            await health.states(request.app)  # depths of the queues
            return response.raw(generate_latest(), headers=_NO_STORE,
                                content_type=CONTENT_TYPE_LATEST)

        return routes


async def _limit(app: Sanic, _: Any) -> None:
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.FALLBACK_ERROR_FORMAT = "json"
    token = os.environ.get(API_TOKEN)
    if token:
        api.install(app, token)
