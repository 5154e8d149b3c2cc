"""Servers and phones for the tests: the real assistant, the stand-in for Meta, and its visitors."""
from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import Any, Callable, Coroutine, Optional, Sequence

import aiohttp

from spinebot.ops.environment import HOST, actions_command, child_environment
from spinebot.ops.train import MODEL
from spinebot.ops.whatsapp import phone
from spinebot.ops.whatsapp.standin import Received, StandIn
from spinebot.paths import ROOT
from tests.ports import free_port

SECRET, VERIFY, ACCESS = "app-secret-of-a-test", "verify-token-of-a-test", "access-token-of-a-test"
NUMBER_ID = "200000000000002"
UNIT = 0.02  # a unit of waiting: back-off runs fifty times faster than in production
PATIENCE = 180.0


def until(holds: Callable[[], Any], what: str, alive: Callable[[], bool] = lambda: True) -> Any:
    """Wait for something that has to happen; what it returned."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and alive():
        found = holds()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


class Loop:
    """An event loop on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


class Actions:
    """The action server."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(actions_command(self.port), cwd=ROOT,
                                        env=child_environment(), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Assistant:
    """Rasa with the trained model and our channels, a process of its own."""

    def __init__(self, folder: Path, api: str, actions: int, **extra: str) -> None:
        self.port = free_port()
        self.gate = Path(extra.get("GATE", folder / "gate"))
        self.address = f"http://{HOST}:{self.port}"
        self.log = folder / f"assistant-{self.port}.log"
        endpoints = folder / "endpoints.yml"
        endpoints.write_text(
            f"action_endpoint: {{url: 'http://{HOST}:{actions}/webhook'}}\n"
            f"tracker_store: {{type: SQL, dialect: sqlite, db: '{folder / 'talks.db'}'}}\n"
            "lock_store: {type: in_memory}\n")
        environment = {
            **child_environment(), "SPINEBOT_WHATSAPP": "meta",
            "SPINEBOT_WHATSAPP_APP_SECRET": SECRET, "SPINEBOT_WHATSAPP_VERIFY_TOKEN": VERIFY,
            "SPINEBOT_WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "SPINEBOT_WHATSAPP_ACCESS_TOKEN": ACCESS, "SPINEBOT_WHATSAPP_API": api,
            "SPINEBOT_WHATSAPP_DATABASE": f"sqlite:///{folder / 'whatsapp.db'}",
            "SPINEBOT_WHATSAPP_RETRY_UNIT": str(UNIT), **extra}
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.channels.whatsapp.launch", "run", "--model",
                 str(MODEL), "--endpoints", str(endpoints), "--credentials",
                 str(ROOT / "credentials.yml"), "--interface", HOST, "--port", str(self.port)],
                cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)

    def wait(self, path: str = "/webhooks/whatsapp/health") -> None:
        def healthy() -> bool:
            try:
                with urllib.request.urlopen(self.address + path, timeout=2) as reply:
                    return bool(reply.status == 200)
            except OSError:
                return False
        until(healthy, self.log.read_text()[-2000:], lambda: self.process.poll() is None)

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is told."""
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


class World:
    """One stand-in for Meta, the phones behind it, and the address it delivers to."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.port = free_port()
        self.api = f"http://{HOST}:{self.port}"
        self.standin = StandIn(ACCESS, NUMBER_ID)
        self.webhook = ""
        self.milliseconds: list[float] = []
        self.refused = 0
        self._runner = self.loop.run(self.standin.start(self.port))
        self._session: aiohttp.ClientSession = self.loop.run(self._open())

    async def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    def point_at(self, assistant: Assistant) -> None:
        self.webhook = f"{assistant.address}/webhooks/whatsapp/webhook"

    def close(self) -> None:
        self.loop.run(self._session.close())
        self.loop.run(self._runner.cleanup())
        self.loop.stop()

    async def post_async(self, content: bytes, **headers: str) -> int:
        started = time.perf_counter()
        async with self._session.post(self.webhook, data=content, headers=headers or
                                      phone.signed(SECRET, content)) as reply:
            await reply.read()
        self.milliseconds.append(1000 * (time.perf_counter() - started))
        return reply.status

    def post(self, content: bytes, **headers: str) -> int:
        return int(self.loop.run(self.post_async(content, **headers)))

    async def persist_async(self, content: bytes) -> None:
        """As Meta does: again until it is accepted."""
        while True:
            try:
                if await self.post_async(content) == 200:
                    return
            except aiohttp.ClientError:
                pass
            self.refused += 1
            await asyncio.sleep(0.1)

    def persist(self, contents: Sequence[bytes]) -> None:
        async def all_of_them() -> None:
            await asyncio.gather(*(self.persist_async(content) for content in contents))
        self.loop.run(all_of_them())

    def echo_statuses(self) -> None:
        """From now on Meta tells what became of each message."""
        async def told(received: Received) -> None:
            await self.persist_async(phone.body(phone.value(NUMBER_ID, statuses=[{
                "id": received.id, "status": "sent", "timestamp": str(int(time.time())),
                "recipient_id": received.to,
                "biz_opaque_callback_data": received.body["biz_opaque_callback_data"]}])))
        self.standin.told = told

    def say(self, sender: str, words: str, identity: Optional[str] = None,
            at: Optional[float] = None) -> str:
        return self.send(sender, phone.text(words), identity, at)

    def send(self, sender: str, content: dict[str, Any], identity: Optional[str] = None,
             at: Optional[float] = None) -> str:
        """Deliver a message and see it accepted; its id."""
        message = phone.message(sender, content, identity, at)
        assert self.post(phone.body(phone.value(NUMBER_ID, [message]))) == 200
        return str(message["id"])

    def shown(self, sender: str) -> list[dict[str, Any]]:
        """Bodies that reached the phone."""
        return [one.body for one in list(self.standin.received) if one.to == sender]

    def texts(self, sender: str) -> list[str]:
        return [phone.words_of(body) for body in self.shown(sender)]

    def by_phone(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for one in list(self.standin.received):
            found[one.to].append(phone.words_of(one.body))
        return found

    def wait_for(self, sender: str, count: int) -> list[str]:
        """The texts on a phone once there are so many."""
        return list(until(lambda: len(self.texts(sender)) >= count and self.texts(sender),
                          f"{count} messages for {sender}; {len(self.texts(sender))} came"))

    def settled(self, address: str) -> dict[str, Any]:
        """The channel's health once nothing is open any more."""
        def nothing_open() -> Any:
            health = self.get(f"{address}/webhooks/whatsapp/health")
            return health if health["unanswered"] == health["unsent"] == 0 else None
        return dict(until(nothing_open, "empty queues"))

    def get(self, url: str) -> Any:
        async def fetch() -> Any:
            async with self._session.get(url) as reply:
                return await reply.json(content_type=None)
        return self.loop.run(fetch())

    def get_text(self, url: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(url, timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


PAYLOADS = ROOT.parent / "shared" / "whatsapp" / "payloads"


def payload_files() -> list[Path]:
    return sorted(PAYLOADS.glob("*.json"))


def record(**figures: Any) -> None:
    """Put figures into the report of this run."""
    path = os.environ.get("SPINEBOT_WHATSAPP_REPORT")
    if not path:
        return
    file = Path(path)
    known = json.loads(file.read_text()) if file.is_file() else {}
    file.write_text(json.dumps({**known, **figures}, indent=1) + "\n")


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
