"""The webhook of Meta's Cloud API: `/webhooks/whatsapp/webhook`."""
from __future__ import annotations

import json
from typing import Any, Optional

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot.channels.whatsapp.channel import (
    MAX_BODY_BYTES,
    WhatsAppChannel,
    from_environment,
)
from spinebot.channels.whatsapp.meta_api import MetaApi
from spinebot.channels.whatsapp.meta_parse import read
from spinebot.channels.whatsapp.settings import MetaSettings, meta_settings
from spinebot.channels.whatsapp.signature import meta_signed, same
from spinebot.channels.whatsapp.transport import Transport


class MetaChannel(WhatsAppChannel):
    """WhatsApp without a company between; off unless the environment switches it on."""

    settings: Optional[MetaSettings]

    @classmethod
    def name(cls) -> str:
        """Also the path below `/webhooks/`."""
        return "whatsapp"

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> MetaChannel:
        """Credentials hold nothing; all settings come from the environment."""
        return cls(from_environment(meta_settings))

    def transport(self) -> Transport:
        """Meta's API."""
        assert self.settings is not None
        return MetaApi(self.settings)

    def routes(self, blueprint: Blueprint) -> None:
        """The handshake and the webhook."""
        @blueprint.get("/webhook")
        async def handshake(request: Request) -> HTTPResponse:
            return response.text(*self.handshake(
                request.args.get("hub.mode"), request.args.get("hub.verify_token"),
                request.args.get("hub.challenge")))

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            status = await self.receive(request.body, request.headers.get("x-hub-signature-256"))
            return response.text("", status=status)

    def handshake(self, mode: Optional[str], token: Optional[str],
                  challenge: Optional[str]) -> tuple[str, int]:
        """Body and status for Meta's question whether this address is ours."""
        assert self.settings is not None
        known = same(token, self.settings.verify_token)
        if known and mode == "subscribe" and challenge:
            return challenge, 200
        return "", 403

    async def receive(self, body: bytes, signature: Optional[str]) -> int:
        """Verify, parse and store a webhook; the status to answer with.

        400: not JSON. 401: not signed by Meta. 413: too large. 503: not stored, send it again.
        """
        assert self.settings is not None
        if len(body) > MAX_BODY_BYTES:
            return 413
        if not meta_signed(self.settings.app_secret, body, signature):
            return 401
        try:
            content = json.loads(body)
        except (ValueError, RecursionError):
            return 400
        return await self.store(read(content, self.settings.phone_number_id))
