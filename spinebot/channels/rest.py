"""JSON over HTTP, as Rasa's own REST channel speaks it, behind the guard; off in production."""
from __future__ import annotations

import os

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot import mode
from spinebot.channels.action_deadline import limit_action_calls
from spinebot.channels.admission import admit
from spinebot.channels.body import DRAINED_BYTES, address_of, read_body
from spinebot.channels.guard import MAX_BODY_BYTES, read_json
from spinebot.channels.pace import Limits, Pace
from spinebot.channels.refusals import answer_of
from spinebot.channels.turn import OnNewMessage, run_turn
from spinebot.texts import say


class RestChannel(InputChannel):
    """`POST /webhooks/rest/webhook` with `{"sender", "message"}`; a list of replies comes back.

    Anybody may speak as any sender here, so that in production it has no routes.
    """

    @classmethod
    def name(cls) -> str:
        """The stock channel's name, so that its clients work unchanged."""
        return "rest"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Routes of the channel."""
        routes = Blueprint("spinebot_rest")
        if mode.production(os.environ):
            return routes
        routes.listener("after_server_start")(limit_action_calls)
        pace = Pace(Limits())

        async def answer(request: Request) -> HTTPResponse:
            incoming = read_json(await read_body(request, MAX_BODY_BYTES))
            if not incoming.text:
                return response.json([{"recipient_id": incoming.sender,
                                       "text": say("utter_bad_request")}])
            await admit(pace, address_of(request), incoming.sender, incoming.text,
                        request.app.ctx.agent)
            replies = await run_turn(on_new_message, incoming.sender, incoming.text, self.name())
            if incoming.shortened:
                replies.append({"recipient_id": incoming.sender, "text": say("utter_too_long")})
            return response.json(replies)

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook", stream=True)
        async def receive(request: Request) -> HTTPResponse:
            request.stream.request_max_size = DRAINED_BYTES
            return await answer_of(answer, request)

        return routes
