"""What both channels share: they open with the server, close with it, and tell their health."""
from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import Any, Callable, Mapping, Optional, TypeVar

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot.channels.action_deadline import limit_action_calls
from spinebot.channels.turn import OnNewMessage
from spinebot.channels.whatsapp.answer import Answerer
from spinebot.channels.whatsapp.database import Database, beside
from spinebot.channels.whatsapp.desk import Desk
from spinebot.channels.whatsapp.events import Delivery
from spinebot.channels.whatsapp.settings import Common, SettingsError
from spinebot.channels.whatsapp.transport import Transport

MAX_BODY_BYTES = 4 * 1024 * 1024  # Meta posts up to three megabytes
OPEN_AGAIN_SECONDS = 2.0
Settings = TypeVar("Settings")

logger = logging.getLogger(__name__)


class WhatsAppChannel(InputChannel):
    """An input channel with a desk behind it; without settings it is off and has no routes."""

    def __init__(self, settings: Optional[Any] = None) -> None:
        self.settings = settings
        self.desk: Optional[Desk] = None
        self._opening: Optional[asyncio.Task[None]] = None

    def transport(self) -> Transport:
        """The provider."""
        raise NotImplementedError

    def routes(self, blueprint: Blueprint) -> None:
        """Add the webhook's routes."""
        raise NotImplementedError

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Routes of the channel."""
        blueprint = Blueprint(f"spinebot_{self.name()}")
        if self.settings is None:
            return blueprint
        common: Common = self.settings.common
        blueprint.listener("after_server_start")(limit_action_calls)

        @blueprint.listener("after_server_start")
        async def start(app: Sanic, _: Any) -> None:
            self._opening = asyncio.get_running_loop().create_task(
                self._open(app, on_new_message, common))

        @blueprint.listener("before_server_stop")
        async def stop(_: Sanic, __: Any) -> None:
            if self._opening:
                self._opening.cancel()
            desk, self.desk = self.desk, None
            if desk:
                await desk.stop()

        @blueprint.get("/health")
        async def health(_: Request) -> HTTPResponse:
            if self.desk is None:
                return response.json({"status": "starting"}, status=503)
            try:
                return response.json(await self.desk.health())
            except Exception as error:
                logger.error("WhatsApp's database failed: %s", type(error).__name__)
                return response.json({"status": "database down"}, status=503)

        self.routes(blueprint)
        return blueprint

    async def store(self, delivery: Delivery) -> int:
        """Store a delivery; the status to answer with: 200, or 503 so that it comes again."""
        desk = self.desk
        if desk is None:
            return 503
        try:
            await desk.accept(delivery)
        except Exception as error:
            logger.error("a WhatsApp delivery was not stored: %s", type(error).__name__)
            return 503
        return 200

    async def _open(self, app: Sanic, on_new_message: OnNewMessage, common: Common) -> None:
        """Open the desk; until the database is up, deliveries are refused and come again."""
        def store() -> Any:
            return app.ctx.agent.tracker_store if getattr(app.ctx, "agent", None) else None

        while True:
            try:
                database = Database(common.database or beside(store()))
                await asyncio.get_running_loop().run_in_executor(None, database.create)
                desk = Desk(self.name(), database, self.transport(),
                            Answerer(on_new_message, store, self.name()), common.unit)
                await desk.start()
            except Exception as error:
                logger.error("WhatsApp's database is not ready: %s", type(error).__name__)
                await asyncio.sleep(OPEN_AGAIN_SECONDS)
            else:
                self.desk = desk
                return


def from_environment(read: Callable[[Mapping[str, str]], Optional[Settings]]) -> Optional[Settings]:
    """The settings.

    Raises:
        SystemExit: with one line that names what is missing.
    """
    try:
        return read(os.environ)
    except SettingsError as error:
        sys.exit(str(error))
