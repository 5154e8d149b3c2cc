"""The gate before Rasa's HTTP API.

Rasa takes its token from the address only. So it gets one that nobody knows, and the gate hands
it over for who shows the operator's token in the header.
"""
from __future__ import annotations

import secrets
from typing import Optional

from sanic import Sanic
from sanic.request import Request, RequestParameters
from sanic.response import HTTPResponse

from spinebot.channels.operations.bearer import presents, refused

RASA_TOKEN = secrets.token_urlsafe(32)  # of this process, never shown
_OTHERS = ("/webhooks/", "/health/", "/metrics")  # their own guards stand before these
_AS_RASA_READS = (False, False, "utf-8", "replace")  # Sanic's key for `request.args`


def install(app: Sanic, token: str) -> None:
    """Let nobody without the token further than the channels.

    Args:
        app: Rasa's server, about to start.
        token: the operator's.
    """

    def gate(request: Request) -> Optional[HTTPResponse]:
        if request.path == "/" or request.path.startswith(_OTHERS):
            return None
        if "token" in request.args:
            return refused("the token belongs in the header Authorization: Bearer, never in the "
                           "address; renew it")
        if not presents(request, token):
            return refused("the header Authorization: Bearer is missing or wrong")
        request.parsed_args[_AS_RASA_READS] = RequestParameters(
            {**request.args, "token": [RASA_TOKEN]})
        return None

    app.request_middleware.append(gate)
