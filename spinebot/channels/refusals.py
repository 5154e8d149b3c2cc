"""What is answered instead of replies: each refusal and fault says where to get help."""
from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional, Sequence

from sanic import response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot.channels import metrics
from spinebot.channels.draining import DOOR
from spinebot.channels.guard import Refused
from spinebot.channels.pace import TooFast
from spinebot.channels.replies import reply
from spinebot.channels.turn import Unfinished
from spinebot.texts import say

Handler = Callable[[Request], Awaitable[HTTPResponse]]

logger = logging.getLogger(__name__)


async def answer_of(handler: Handler, request: Request) -> HTTPResponse:
    """The handler's answer, or the refusal or fault that it ended with."""
    if DOOR.closed:
        return error(503, "the server is going down", say("utter_fault"), {"Retry-After": "1"})
    try:
        with DOOR.passed():
            return await handler(request)
    except TooFast as refusal:
        return error(429, str(refusal), refusal.text, {"Retry-After": str(refusal.wait)})
    except Refused as refusal:
        return error(refusal.status, str(refusal), say("utter_bad_request"))
    except Unfinished as cut:
        return error(503, str(cut), say("utter_fault"), replies=cut.replies)
    except SanicException:  # about the connection: Sanic knows what to do
        raise
    except Exception as fault:
        # the type only: an exception's text may quote the visitor
        logger.error("a request failed: %s", type(fault).__name__)
        return error(503, "a part of the server is down", say("utter_fault"))


def error(status: int, developer: str, visitor: str,
          headers: Optional[Dict[str, str]] = None,
          replies: Sequence[Mapping[str, Any]] = ()) -> HTTPResponse:
    """An answer that is no whole reply.

    Args:
        status: of HTTP.
        developer: what was wrong, for whoever builds a client.
        visitor: what the visitor reads.
        headers: more of them.
        replies: what was said before it went wrong.
    """
    metrics.REFUSALS.labels(str(status)).inc()
    body: Dict[str, Any] = {"error": developer, "text": visitor}
    if replies:
        body["replies"] = [reply(each) for each in replies]
    return response.json(body, status, headers)
