"""What is answered before Rasa's own routes: the widget's files and the preflight requests.

Both must come first: Rasa owns "/", and its CORS extension answers every OPTIONS request.
"""
from __future__ import annotations

from typing import Optional

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic_cors.core import SANIC_CORS_EVALUATED

from spinebot.channels.refusals import error
from spinebot.channels.website import assets
from spinebot.channels.website.origins import Origins, answer_headers, preflight_headers
from spinebot.texts import say
from spinebot.variables import ORIGINS


def install(app: Sanic, origins: Origins, prefix: str) -> None:
    """Put it before everything else.

    Args:
        app: Rasa's server, about to start.
        origins: whose preflight requests are granted.
        prefix: path of the channel.
    """
    served = assets.load()

    def answer(request: Request) -> Optional[HTTPResponse]:
        ours = request.path.startswith(prefix)
        asset = served.get(request.path) if request.method in ("GET", "HEAD") else None
        if not (ours or asset):
            return None
        # Rasa's CORS extension would add its own headers to ours
        setattr(request.ctx, SANIC_CORS_EVALUATED, "1")
        if asset:
            sent = asset.answer(request.headers.get("if-none-match", ""),
                                request.headers.get("accept-encoding", ""))
            return response.raw(sent.body, sent.status, dict(sent.headers),
                                sent.headers["Content-Type"])
        return _preflight(request, origins) if request.method == "OPTIONS" else None

    app.request_middleware.appendleft(answer)


def _preflight(request: Request, origins: Origins) -> HTTPResponse:
    origin = request.headers.get("origin")
    if origin is None or not origins.allow(origin, request.host):
        return foreign()
    return response.empty(204, preflight_headers(origin))


def foreign() -> HTTPResponse:
    """The answer to a page that may not talk to this server."""
    return error(403, f"the origin of this page is not in {ORIGINS}", say("utter_fault"),
                 answer_headers(None))
