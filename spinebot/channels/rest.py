"""JSON over HTTP, as Rasa's own REST channel speaks it, behind the guard."""
from __future__ import annotations

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot.channels.action_deadline import limit_action_calls
from spinebot.channels.guard import Refused, read_json
from spinebot.channels.turn import OnNewMessage, run_turn
from spinebot.texts import say


class RestChannel(InputChannel):
    """`POST /webhooks/rest/webhook` with `{"sender", "message"}`; a list of replies comes back."""

    @classmethod
    def name(cls) -> str:
        """The stock channel's name, so that its clients work unchanged."""
        return "rest"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Routes of the channel."""
        routes = Blueprint("spinebot_rest")
        routes.listener("after_server_start")(limit_action_calls)

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                incoming = read_json(request.body)
            except Refused as refusal:
                return response.json({"error": str(refusal), "text": say("utter_bad_request")},
                                     status=refusal.status)
            if not incoming.text:
                return response.json([{"recipient_id": incoming.sender,
                                       "text": say("utter_bad_request")}])
            replies = await run_turn(on_new_message, incoming.sender, incoming.text, self.name())
            if incoming.shortened:
                replies.append({"recipient_id": incoming.sender, "text": say("utter_too_long")})
            return response.json(replies)

        return routes
