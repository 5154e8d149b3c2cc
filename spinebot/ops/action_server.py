"""The action server, for Rasa alone: `python -m spinebot.ops.action_server [port]`.

Rasa's own listens on every address, takes a body of any size, unpacks whatever is sent to it,
lists its actions to anybody and repeats a broken request in its answer and in its log.
"""
from __future__ import annotations

import logging
import os
import socket
import sys
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot import logs, mode
from spinebot.channels import framing
from spinebot.ops.environment import ACTIONS_PORT, HOST, use_defaults
from spinebot.ops.quiet import hush
from spinebot.ops.safety_checks import OPEN_ACTIONS, public_address
from spinebot.variables import ACTIONS_HOST

# Rasa sends the whole conversation, 2.5 to 4.5 kB a turn: at 1 MB a talk of 300 turns would end.
MAX_BODY_BYTES = 4 * 1024 * 1024
REQUEST_SECONDS = 5  # until a request is in
STOP_SECONDS = 5.0  # for calls that run when the server is stopped; Rasa waits 3 s

logger = logging.getLogger("spinebot.ops.action_server")  # it is run as __main__


def create_app(executor: ActionExecutor) -> Sanic:
    """The server: `POST /webhook` and `GET /health`, nothing else.

    Args:
        executor: holds the actions.
    """
    app = Sanic("spinebot_actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES
    app.config.REQUEST_TIMEOUT = REQUEST_SECONDS
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = STOP_SECONDS
    app.config.FALLBACK_ERROR_FORMAT = "json"

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        return response.json({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        if request.headers.get("content-encoding", "identity") != "identity":
            return _refused(415, "packed bodies are not read")
        # a web page on this machine may post anything else without being asked
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refused(415, "the content type is not application/json")
        call = request.json
        if not isinstance(call, dict):
            return _refused(400, "the body is not a JSON object")
        return await _run(executor, call)

    framing.install(app)
    app.exception(Exception)(_failed)
    return app


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> HTTPResponse:
    """The answer that Rasa expects to its call."""
    try:
        return response.json(await executor.run(call))
    except ActionExecutionRejection as rejection:
        return response.json({"error": rejection.message, "action_name": rejection.action_name},
                             400)
    except ActionNotFoundException as missing:
        return response.json({"error": missing.message, "action_name": missing.action_name}, 404)


async def _failed(_: Request, error: Exception) -> HTTPResponse:
    if isinstance(error, SanicException):  # no such route, too large, not JSON
        return _refused(error.status_code, "this is not a call of an action")
    # the type only: the call, and so the error, may hold what a visitor wrote
    logger.error("an action failed: %s", type(error).__name__)
    return _refused(500, "the action failed")


def _refused(status: int, reason: str) -> HTTPResponse:
    return response.json({"error": reason}, status)


def address(host: str, strict: bool) -> str:
    """The address to listen on.

    Args:
        host: an address, or a name that stands for one.
        strict: refuse an address that is reachable from outside.

    Raises:
        SystemExit: with one line.
    """
    try:
        found = str(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][4][0])
    except OSError:
        sys.exit(f"{ACTIONS_HOST}: {host!r} is no address of this machine.")
    if strict and public_address(found):
        sys.exit(f"{ACTIONS_HOST} {OPEN_ACTIONS}")
    return found


def main() -> None:
    """Serve until SIGTERM or Ctrl-C."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else ACTIONS_PORT
    host = address(os.environ.get(ACTIONS_HOST, HOST), mode.production(os.environ))
    executor = ActionExecutor()
    executor.register_package("actions")
    app = create_app(executor)
    app.register_listener(logs.serving, "before_server_start")
    app.run(host, port, access_log=False)


if __name__ == "__main__":
    hush()
    use_defaults()
    logs.install(os.environ)
    main()
