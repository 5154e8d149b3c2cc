"""The webhook of Twilio: `/webhooks/whatsapp_twilio/webhook`."""
from __future__ import annotations

from typing import Any, Optional
from urllib.parse import parse_qs

from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from spinebot.channels.whatsapp.channel import (
    MAX_BODY_BYTES,
    WhatsAppChannel,
    from_environment,
)
from spinebot.channels.whatsapp.settings import TwilioSettings, twilio_settings
from spinebot.channels.whatsapp.signature import twilio_signed
from spinebot.channels.whatsapp.transport import Transport
from spinebot.channels.whatsapp.twilio_api import TwilioApi
from spinebot.channels.whatsapp.twilio_parse import fields, read

_NOTHING_TO_SAY_HERE = "<Response/>"  # TwiML; the answer is sent by the API when it is ready


class TwilioChannel(WhatsAppChannel):
    """WhatsApp by Twilio; off unless the environment switches it on."""

    settings: Optional[TwilioSettings]

    @classmethod
    def name(cls) -> str:
        """Also the path below `/webhooks/`."""
        return "whatsapp_twilio"

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> TwilioChannel:
        """Credentials hold nothing; all settings come from the environment."""
        return cls(from_environment(twilio_settings))

    def transport(self) -> Transport:
        """Twilio's API."""
        assert self.settings is not None
        return TwilioApi(self.settings)

    def routes(self, blueprint: Blueprint) -> None:
        """The webhook, for messages and statuses."""
        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            status = await self.receive(request.body, request.query_string,
                                        request.headers.get("x-twilio-signature"))
            return response.text(_NOTHING_TO_SAY_HERE if status == 200 else "", status=status,
                                 content_type="text/xml")

    async def receive(self, body: bytes, query: str, signature: Optional[str]) -> int:
        """Verify, parse and store a form; the status to answer with.

        400: not a form. 401: not signed by Twilio. 413: too large. 503: not stored.
        """
        assert self.settings is not None
        if len(body) > MAX_BODY_BYTES:
            return 413
        try:
            form = fields(body)
        except ValueError:
            return 400
        url = self.settings.webhook_url + (f"?{query}" if query else "")
        if not twilio_signed(self.settings.auth_token, url, form, signature):
            return 401
        token = (parse_qs(query).get("token") or [""])[0]
        return await self.store(read(form, self.settings.account_sid, self.settings.number,
                                     token))
