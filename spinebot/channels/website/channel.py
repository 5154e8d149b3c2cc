"""Routes of the chat widget's channel; the contract stands in docs/decisions/website-channel.md."""
from __future__ import annotations

import functools
import os
import time
from typing import Any, Dict, Optional

from rasa.core.channels.channel import InputChannel
from rasa.shared.exceptions import InvalidConfigException
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot.channels.action_deadline import limit_action_calls
from spinebot.channels.body import DRAINED_BYTES, address_of
from spinebot.channels.pace import Limits, Pace
from spinebot.channels.refusals import Handler, answer_of, error
from spinebot.channels.turn import OnNewMessage
from spinebot.channels.website.answering import Answering
from spinebot.channels.website.front_door import foreign, install
from spinebot.channels.website.origins import Origins, answer_headers
from spinebot.channels.website.requests import (
    body_of,
    read_conversation,
    read_message,
)
from spinebot.channels.website.stored import events_of, history
from spinebot.texts import say
from spinebot.variables import ORIGINS

PREFIX = "/webhooks/website/"  # where Rasa mounts the channel


class WebsiteChannel(InputChannel):
    """`POST messages`, `POST history`, `GET health`, and the widget's files at the root."""

    @classmethod
    def name(cls) -> str:
        """Name in Rasa, in the route and in the tracker."""
        return "website"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> WebsiteChannel:
        """The channel with the limits of `credentials.yml` (see `pace.Limits`), if any.

        Raises:
            InvalidConfigException: there is no such setting.
        """
        try:
            return cls(Limits(**(credentials or {})))
        except TypeError as error:
            raise InvalidConfigException(f"credentials.yml, website: {error}") from None

    def __init__(self, limits: Optional[Limits] = None) -> None:
        self._origins = Origins(os.environ.get(ORIGINS, ""))
        self._pace = Pace(limits or Limits())

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Routes of the channel."""
        routes = Blueprint("spinebot_website")
        answering = Answering(on_new_message, self.name(), self._pace)

        @routes.listener("before_server_start")
        async def open_front_door(app: Sanic, _: Any) -> None:
            install(app, self._origins, PREFIX)

        routes.listener("after_server_start")(limit_action_calls)

        @routes.post("/messages", stream=True)
        @self._answered
        async def receive(request: Request) -> HTTPResponse:
            started = time.perf_counter()
            message = read_message(await body_of(request))
            replies = await answering.replies(message, address_of(request), request.app.ctx.agent)
            spent = (time.perf_counter() - started) * 1000
            return response.json({"id": message.id, "replies": replies},
                                 headers={"Server-Timing": f"turn;dur={spent:.1f}"})

        @routes.post("/history", stream=True)
        @self._answered
        async def recall(request: Request) -> HTTPResponse:
            conversation = read_conversation(await body_of(request))
            await self._pace.history(address_of(request), conversation)
            events = await events_of(request.app.ctx.agent, conversation)
            return response.json({"messages": history(events)})

        @routes.get("/health")
        @self._answered
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            if agent is None or not agent.is_ready():
                return error(503, "the model is not loaded", say("utter_fault"))
            return response.json({"status": "ok"})

        return routes

    def _answered(self, handler: Handler) -> Handler:
        """The handler behind the allow-list, with an answer to every refusal and fault."""

        @functools.wraps(handler)
        async def answer(request: Request) -> HTTPResponse:
            request.stream.request_max_size = DRAINED_BYTES
            origin = request.headers.get("origin")
            allowed = self._origins.allow(origin, request.host)
            if not allowed and request.method == "POST":
                return foreign()
            answered = await answer_of(handler, request)
            answered.headers.update(answer_headers(origin if allowed else None))
            return answered

        return answer
