"""Send by Twilio."""
from __future__ import annotations

import json
from typing import Any, Mapping, Optional
from urllib.parse import urlencode

import aiohttp

from spinebot.channels.whatsapp.codes import Outcome
from spinebot.channels.whatsapp.compose import Limits
from spinebot.channels.whatsapp.messages import BUTTONS, Outgoing
from spinebot.channels.whatsapp.meta_render import numbered
from spinebot.channels.whatsapp.outbox import Due
from spinebot.channels.whatsapp.settings import TwilioSettings
from spinebot.channels.whatsapp.transport import Http, outcome

# A list stays numbered lines here, so its text has to leave room for ten of them.
TWILIO_LIMITS = Limits(text=1600, body=1024, list_body=1200)


class TwilioApi:
    """`POST <api>/2010-04-01/Accounts/<account>/Messages.json`.

    Buttons need a quick-reply template made beforehand; without one they are numbered lines.
    """

    limits = TWILIO_LIMITS

    def __init__(self, settings: TwilioSettings) -> None:
        self._settings = settings
        self._http = Http(auth=aiohttp.BasicAuth(settings.account_sid, settings.auth_token))
        self._url = f"{settings.api}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"
        self.plain = not settings.contents

    async def open(self) -> None:
        """Make the connections."""
        await self._http.open()

    async def close(self) -> None:
        """Let go of them."""
        await self._http.close()

    async def send(self, due: Due) -> Outcome:
        """Try once."""
        form = {"From": f"whatsapp:+{self._settings.number}",
                "To": f"whatsapp:+{due.person.phone}",
                "StatusCallback": status_url(self._settings.webhook_url, due.token)}
        content = None if due.plain else content_fields(due.message, self._settings.contents)
        answered = await self._http.post(
            self._url, data={**form, **(content or {"Body": numbered(due.message)})})
        return outcome(answered, _code(answered.body), str(answered.body.get("sid") or ""),
                       content is not None)

    async def seen(self, message_id: str) -> None:
        """Twilio has no read mark to send."""


def status_url(webhook_url: str, token: str) -> str:
    """The address to which Twilio posts the statuses of one message."""
    return f"{webhook_url}?{urlencode({'token': token})}"


def content_fields(message: Outgoing, contents: Mapping[int, str]) -> Optional[dict[str, str]]:
    """The fields of a quick-reply template: text, then title and id of each button."""
    template = contents.get(len(message.rows))
    if message.shape != BUTTONS or template is None:
        return None
    values = [message.text, *(value for row in message.rows for value in (row.title, row.id))]
    return {"ContentSid": template, "ContentVariables": json.dumps(
        {str(place): value for place, value in enumerate(values, 1)}, ensure_ascii=False)}


def _code(body: Mapping[str, Any]) -> Optional[int]:
    code = body.get("code")
    return code if type(code) is int else None
