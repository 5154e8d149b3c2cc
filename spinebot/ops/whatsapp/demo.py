"""`make whatsapp-demo`: WhatsApp on this machine, with a stand-in for Meta and its limits."""
from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Optional

import aiohttp

from spinebot.channels.action_deadline import ACTION_SECONDS
from spinebot.ops.environment import HOST
from spinebot.ops.probe import answers
from spinebot.ops.whatsapp import phone
from spinebot.ops.whatsapp.standin import Received, StandIn
from spinebot.paths import ROOT

VISITOR, NUMBER_ID = "919845000000", "200000000000002"
START_SECONDS, QUIET_SECONDS = 180, 3 * ACTION_SECONDS
SCRIPT = ("Hello", "[2]", "Can blood thinners cause it?", "<voice note>",
          "my father suddenly cannot move his legs", "[1]", "/restart", "stop")
HELP = ("Type as a visitor would. [1], [2] ... taps a button, <voice note> sends one, "
        "an empty line ends.")


class Demo:
    """The assistant, the stand-in and one phone."""

    def __init__(self) -> None:
        self._secret, self._token = secrets.token_hex(16), secrets.token_hex(16)
        self._standin = StandIn(self._token, NUMBER_ID, told=self._arrived)
        self._ports = [_free_port() for _ in range(3)]
        self._rows: list[dict[str, str]] = []
        self._arrival = asyncio.Event()

    async def run(self) -> int:
        """Start everything, hold the conversation, stop everything; the exit status."""
        api, rasa, _ = self._ports
        runner = await self._standin.start(api)
        with tempfile.TemporaryDirectory() as folder:
            assistant = self._start(Path(folder))
            try:
                if not await self._ready(assistant):
                    print("The assistant did not start; `make run` shows why.")
                    return 1
                print(f"\n{HELP}\n" if sys.stdin.isatty() else "")
                await self._talk(f"http://{HOST}:{rasa}/webhooks/whatsapp/webhook")
            finally:
                assistant.send_signal(signal.SIGINT)
                assistant.wait(30)
                await runner.cleanup()
        broken = self._standin.broken
        print(f"\nLimits of Meta broken: {len(broken)}", *broken, sep="\n  ")
        return 1 if broken else 0

    def _start(self, folder: Path) -> subprocess.Popen[bytes]:
        api, rasa, actions = map(str, self._ports)
        environment = {
            **os.environ, "SPINEBOT_PORT": rasa, "SPINEBOT_ACTIONS_PORT": actions,
            "SPINEBOT_WHATSAPP": "meta", "SPINEBOT_WHATSAPP_APP_SECRET": self._secret,
            "SPINEBOT_WHATSAPP_VERIFY_TOKEN": secrets.token_hex(16),
            "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "SPINEBOT_WHATSAPP_ACCESS_TOKEN": self._token,
            "SPINEBOT_WHATSAPP_API": f"http://{HOST}:{api}",
            "SPINEBOT_WHATSAPP_DATABASE": f"sqlite:///{folder / 'whatsapp.db'}"}
        print("Starting the assistant and a stand-in for WhatsApp ...", flush=True)
        return subprocess.Popen([sys.executable, "-m", "spinebot.ops.serve"], cwd=ROOT,
                                env=environment, stdout=subprocess.DEVNULL)

    async def _ready(self, assistant: subprocess.Popen[bytes]) -> bool:
        health = f"http://{HOST}:{self._ports[1]}/webhooks/whatsapp/health"
        for _ in range(2 * START_SECONDS):
            if assistant.poll() is not None:
                return False
            if await asyncio.to_thread(answers, health):
                return True
            await asyncio.sleep(0.5)
        return False

    async def _talk(self, webhook: str) -> None:
        async with aiohttp.ClientSession() as session:
            if not sys.stdin.isatty():
                for line in SCRIPT:
                    await self._say(session, webhook, line)
                return
            while True:
                line = (await asyncio.to_thread(sys.stdin.readline)).strip()
                if not line:
                    return
                await self._say(session, webhook, line)

    async def _say(self, session: aiohttp.ClientSession, webhook: str, line: str) -> None:
        content, shown = self._content(line)
        print("\n" + phone.written(shown), flush=True)
        body = phone.body(phone.value(NUMBER_ID, [phone.message(VISITOR, content)]))
        self._arrival.clear()
        async with session.post(webhook, data=body,
                                headers=phone.signed(self._secret, body)) as reply:
            if reply.status != 200:
                print(f"refused with {reply.status}")
                return
        await self._until_quiet()

    async def _until_quiet(self) -> None:
        """Until an answer came and the phone stays silent for a second."""
        try:
            await asyncio.wait_for(self._arrival.wait(), QUIET_SECONDS)
            while True:
                self._arrival.clear()
                await asyncio.wait_for(self._arrival.wait(), 1.0)
        except asyncio.TimeoutError:
            return

    def _content(self, line: str) -> tuple[dict[str, Any], str]:
        row = self._tapped(line)
        if row:
            return phone.tap(row), f"[{row['title']}]"
        if line.startswith("<"):
            return {"type": "audio", "audio": {"id": "1", "voice": True}}, "🎤 0:07"
        return phone.text(line), line

    def _tapped(self, line: str) -> Optional[dict[str, str]]:
        number = line.strip("[]")
        if line.startswith("[") and number.isdigit() and 0 < int(number) <= len(self._rows):
            return self._rows[int(number) - 1]
        return None

    async def _arrived(self, received: Received) -> None:
        print("\n" + phone.drawn(received.body), flush=True)
        self._rows = phone.rows_of(received.body) or self._rows
        self._arrival.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(asyncio.run(Demo().run()))
