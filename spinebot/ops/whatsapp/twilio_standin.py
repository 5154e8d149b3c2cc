"""A stand-in for Twilio's API on 127.0.0.1 that enforces its limits, and the forms it posts."""
from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass, field
from typing import Callable, Mapping, Optional
from urllib.parse import urlencode

from aiohttp import web

from spinebot.channels.whatsapp.signature import twilio_signature
from spinebot.ops.environment import HOST
from spinebot.ops.whatsapp.standin import Fault

MAX_BODY = 1600


@dataclass
class TwilioStandIn:
    """The API of one account.

    Attributes:
        faults: decides for each form whether it fails on purpose.
        received: forms that reached a phone, in order.
        broken: reasons of refusals for a broken limit.
    """

    account: str
    secret: str
    faults: Callable[[Mapping[str, str]], Optional[Fault]] = lambda _: None
    received: list[dict[str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    async def start(self, port: int) -> web.AppRunner:
        """Listen on 127.0.0.1; the runner's `cleanup` stops it."""
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", self._messages)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, HOST, port, backlog=512).start()
        return runner

    async def _messages(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        given = base64.b64encode(f"{self.account}:{self.secret}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {given}":
            return _refused(401, 20003)
        if not form.get("To", "").startswith("whatsapp:+"):
            return _refused(400, 21211)
        if "ContentSid" in form:
            json.loads(form["ContentVariables"])
        elif not 0 < len(form.get("Body", "")) <= MAX_BODY:
            self.broken.append("Body is empty or longer than 1600")
            return _refused(400, 21617)
        fault = self.faults(form)
        if fault and not fault.delivered:
            return _refused(fault.status, fault.code)
        self.received.append(form)
        if fault:
            return _refused(fault.status, fault.code)
        return web.json_response({"sid": f"SM{uuid.uuid4().hex}", "status": "queued"}, status=201)


def incoming(account: str, sender: str, number: str, **fields: str) -> dict[str, str]:
    """The form of an incoming message; numbers are digits only."""
    return {"AccountSid": account, "MessageSid": f"SM{uuid.uuid4().hex}", "Body": "",
            "From": f"whatsapp:+{sender}", "To": f"whatsapp:+{number}", "NumMedia": "0",
            "ProfileName": "A visitor", **fields}


def signed(secret: str, url: str, form: Mapping[str, str]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a post."""
    return urlencode(form).encode(), {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": twilio_signature(secret, url, form)}


def _refused(status: int, code: int) -> web.Response:
    return web.json_response({"code": code, "message": "refused", "status": status},
                             status=status)
