"""Four systems behind one face: start, deliver, count what reached the phones, kill."""
from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, Optional

import aiohttp

from spinebot.ops.environment import HOST, child_environment
from spinebot.ops.train import MODEL
from spinebot.ops.whatsapp import phone
from spinebot.ops.whatsapp.standin import Fault, StandIn
from spinebot.ops.whatsapp.twilio_standin import TwilioStandIn, incoming, signed
from spinebot.paths import ROOT
from tests.channels.whatsapp.world import ACCESS, NUMBER_ID, SECRET, VERIFY, Loop
from tests.ports import free_port

ACCOUNT, TOKEN, NUMBER = "AC0000000000000000000000000000test", "token-of-a-test", "919845099999"
PUBLIC = "https://bot.example/webhooks/whatsapp_twilio/webhook"
HANGS_UP = 15.0  # seconds after which Twilio gives a webhook up
WORDS = "goodbye"  # answered by one text without buttons


class System:
    """A way from a provider to an answer."""

    name = ""
    repeats = True  # the provider delivers again what was not accepted
    batches = True
    path = "/webhooks/whatsapp/webhook"
    health = "/webhooks/whatsapp/health"

    def __init__(self, folder: Path, actions: int) -> None:
        self.folder, self.actions, self.loop = folder, actions, Loop()
        self.api_port, self.port = free_port(), free_port()
        self.api = f"http://{HOST}:{self.api_port}"
        self.standin: Any = self.make_standin()
        self.loop.run(self.standin.start(self.api_port))
        self.process: Optional[subprocess.Popen[bytes]] = None
        self.turned_away: Counter[int] = Counter()
        folder.mkdir()
        (folder / "endpoints.yml").write_text(
            f"action_endpoint: {{url: 'http://{HOST}:{actions}/webhook'}}\n"
            f"tracker_store: {{type: SQL, dialect: sqlite, db: '{folder / 'talks.db'}'}}\n")

    def make_standin(self) -> Any:
        return StandIn(ACCESS, NUMBER_ID)

    def command(self) -> list[str]:
        return self.rasa("tests.channels.whatsapp.launch", ROOT / "credentials.yml")

    def rasa(self, module: str, credentials: Path) -> list[str]:
        return [sys.executable, "-m", module, "run", "--model", str(MODEL), "--endpoints",
                str(self.folder / "endpoints.yml"), "--credentials", str(credentials),
                "--interface", HOST, "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        return {"SPINEBOT_WHATSAPP": "meta", "SPINEBOT_WHATSAPP_APP_SECRET": SECRET,
                "SPINEBOT_WHATSAPP_VERIFY_TOKEN": VERIFY,
                "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
                "SPINEBOT_WHATSAPP_ACCESS_TOKEN": ACCESS, "SPINEBOT_WHATSAPP_API": self.api,
                "SPINEBOT_WHATSAPP_DATABASE": f"sqlite:///{self.folder / 'whatsapp.db'}"}

    def start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
                env={**child_environment(), **self.environment()})
        while True:
            try:
                with urllib.request.urlopen(f"http://{HOST}:{self.port}{self.health}", timeout=2):
                    return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.2)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    # ---------------------------------------------------------------- what the provider does
    def post_of(self, senders: list[str], again: bool = False, user_ids: bool = True,
                forged: bool = False) -> tuple[bytes, dict[str, str]]:
        """One webhook with a message of each sender; `again`: the same, written differently."""
        value = phone.value(NUMBER_ID, [phone.message(one, phone.text(WORDS), f"wamid.{one}")
                                        for one in senders])
        for contact in value["contacts"] if user_ids else ():
            contact["user_id"] = f"IN.{contact['wa_id']}"
        body = phone.body(value)
        body = json.dumps(json.loads(body), indent=1).encode() if again else body
        return body, phone.signed("forged" if forged else SECRET, body)

    def deliver(self, posts: list[tuple[bytes, dict[str, str]]]) -> None:
        """All at once, as when people write at the same time; hang up after a while."""
        async def one(session: aiohttp.ClientSession, post: tuple[bytes, dict[str, str]]) -> None:
            url = f"http://{HOST}:{self.port}{self.path}"
            while True:
                try:
                    async with session.post(url, data=post[0], headers=post[1]) as reply:
                        await reply.read()
                        status = reply.status
                except (aiohttp.ClientError, asyncio.TimeoutError):
                    status = 0
                if status and status < 400 or status in (400, 401, 403):
                    return
                self.turned_away[status] += 1
                if not self.repeats:
                    return
                await asyncio.sleep(1)

        async def everybody() -> None:
            async with aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=HANGS_UP),
                    connector=aiohttp.TCPConnector(limit=0)) as session:
                await asyncio.gather(*(one(session, post) for post in posts))

        asyncio.run_coroutine_threadsafe(everybody(), self.loop._loop)

    def answers(self) -> Counter[str]:
        """Sender -> messages that reached the phone."""
        return Counter(one.to.removeprefix("IN.") for one in list(self.standin.received))

    def fail_first_sends(self) -> None:
        """From now on the first send to each phone is refused for a moment."""
        met: set[str] = set()

        def plan(body: Any) -> Optional[Fault]:
            to = body.get("To") or body.get("to") or body.get("recipient")
            if to in met:
                return None
            met.add(to)
            return Fault(429, 20429 if "To" in body else 130429)
        self.standin.faults = plan


class OursMeta(System):
    name = "Spinebot, Meta"


class Pywa(System):
    name = "pywa 4.5.0 (echo)"
    path, health = "/webhook", "/health"
    python = ""

    def command(self) -> list[str]:
        return [self.python, str(Path(__file__).with_name("pywa_bot.py")), self.api,
                str(self.port), NUMBER_ID, ACCESS, SECRET]


class OursTwilio(System):
    name = "Spinebot, Twilio"
    repeats = batches = False
    path, health = "/webhooks/whatsapp_twilio/webhook", "/webhooks/whatsapp_twilio/health"

    def make_standin(self) -> Any:
        return TwilioStandIn(ACCOUNT, TOKEN)

    def environment(self) -> dict[str, str]:
        return {"SPINEBOT_WHATSAPP": "twilio", "SPINEBOT_TWILIO_ACCOUNT_SID": ACCOUNT,
                "SPINEBOT_TWILIO_AUTH_TOKEN": TOKEN, "SPINEBOT_TWILIO_NUMBER": NUMBER,
                "SPINEBOT_TWILIO_WEBHOOK_URL": PUBLIC, "SPINEBOT_TWILIO_API": self.api,
                "SPINEBOT_WHATSAPP_DATABASE": f"sqlite:///{self.folder / 'whatsapp.db'}"}

    def post_of(self, senders: list[str], again: bool = False, user_ids: bool = True,
                forged: bool = False) -> tuple[bytes, dict[str, str]]:
        (sender,) = senders
        return signed("forged" if forged else TOKEN, PUBLIC, incoming(
            ACCOUNT, sender, NUMBER, Body=WORDS, MessageSid=f"SM{sender}"))

    def answers(self) -> Counter[str]:
        return Counter(form["To"].removeprefix("whatsapp:+")
                       for form in list(self.standin.received))


class StockTwilio(OursTwilio):
    name = "Rasa's Twilio channel"
    path, health = "/webhooks/twilio/webhook", "/webhooks/twilio/"

    def command(self) -> list[str]:
        credentials = self.folder / "credentials.yml"
        credentials.write_text(f"twilio: {{account_sid: {ACCOUNT}, auth_token: {TOKEN}, "
                               f"twilio_number: 'whatsapp:+{NUMBER}'}}\n")
        return self.rasa("tests.channels.whatsapp.bench.stock_twilio", credentials)

    def environment(self) -> dict[str, str]:
        return {"STANDIN": self.api}
