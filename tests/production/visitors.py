"""Visitors: each acts as the chat widget does, and remembers what its reader saw and when."""
from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Iterator, Optional, Sequence

import aiohttp

from spinebot.texts import slot_values

PATIENCE_SECONDS = 20.0  # of the widget for one request
GIVE_UP_SECONDS = 60.0  # of a visitor for one message, over all tries
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 4.0  # before a message is sent again
CUT = 0  # stands for the status of a request that got no answer

REPORTS = ("my mother suddenly cannot feel her legs",
           "I suddenly cannot move my left leg",
           "he has gone numb below the waist since an hour",
           "since this morning I can't move my right leg properly")
QUESTIONS = ("could you tell me in plain words what a spinal hematoma is?",
             "how is a spinal hematoma treated?",
             "what are the symptoms of a spinal hematoma?",
             "how can I contact the clinic?")


def new_id() -> str:
    return str(uuid.uuid4())


def helps(text: str) -> bool:
    """Whether a text names the emergency number and the clinic's telephone."""
    contacts = slot_values()
    return contacts["emergency"] in text and contacts["clinic_phone"] in text


@dataclass
class Said:
    """One message of a visitor, and what came of it; times in seconds since it was sent.

    Attributes:
        conversation, id, text: as they were sent.
        report: the message reports a red flag.
        began: when it was sent first, by `time.monotonic`.
        statuses: of HTTP, for each try; CUT where the connection ended without an answer.
        shown: every text that the visitor read because of it, those of failures too.
        replies: texts of the whole answer; empty: there never was one.
        silent: answers in which there was nothing to read.
        helped: until a text named the emergency number and the clinic.
        urgent: until the urgent message itself.
        answered: until the whole answer.
    """

    conversation: str
    id: str
    text: str
    report: bool
    began: float = field(default_factory=time.monotonic)
    statuses: list[int] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    silent: int = 0
    helped: Optional[float] = None
    urgent: Optional[float] = None
    answered: Optional[float] = None

    def take(self, status: int, answer: Any) -> None:
        """Note one answer of the server."""
        now = time.monotonic() - self.began
        self.statuses.append(status)
        replies = answer.get("replies") or [] if isinstance(answer, dict) else []
        texts = [reply["text"] for reply in replies if reply.get("text")]
        self.shown += texts
        if status != 200 and isinstance(answer, dict) and answer.get("text"):
            self.shown.append(answer["text"])
            texts = [*texts, answer["text"]]
        self.silent += not texts
        if self.helped is None and any(helps(text) for text in texts):
            self.helped = now
        if self.urgent is None and any(reply.get("kind") == "urgent" for reply in replies):
            self.urgent = now
        if status == 200 and texts:
            self.replies, self.answered = texts, now


class Visitor:
    """One conversation, from one address of its own."""

    def __init__(self, address: str, servers: Sequence[str], said: list[Said],
                 conversation: str = "") -> None:
        """Nothing is sent yet; use `Visitors.new`.

        Args:
            address: the loopback address that the requests come from.
            servers: where they go; one that fails is followed by the next.
            said: where messages are noted.
            conversation: its id; a new one if empty.
        """
        self.conversation = conversation or new_id()
        self.address = address
        self._servers = itertools.cycle(servers)
        self._said = said
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(local_addr=(address, 0)),
            timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS))

    async def say(self, text: str, report: bool = False, message: str = "",
                  give_up: float = GIVE_UP_SECONDS) -> Said:
        """Send a message until it is answered, always under the same id.

        Args:
            report: it reports a red flag.
            message: its id; a new one if empty.
            give_up: seconds after which no new try is made.
        """
        said = Said(self.conversation, message or new_id(), text, report)
        self._said.append(said)
        pause = FIRST_PAUSE_SECONDS
        while True:
            await self._try(said)
            if said.answered is not None or time.monotonic() - said.began + pause > give_up:
                return said
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def report(self, number: int = 0) -> Said:
        """Report a red flag, in one of several ways."""
        return await self.say(REPORTS[number % len(REPORTS)], report=True)

    async def ask(self, number: int = 0) -> Said:
        """Ask a question, one of several."""
        return await self.say(QUESTIONS[number % len(QUESTIONS)])

    async def history(self) -> list[dict[str, Any]]:
        """What the widget would show after a reload."""
        async with self.session.post(f"{next(self._servers)}/webhooks/website/history",
                                     json={"conversation": self.conversation}) as answer:
            messages: list[dict[str, Any]] = (await answer.json())["messages"]
            return messages

    async def close(self) -> None:
        await self.session.close()

    async def _try(self, said: Said) -> None:
        body = {"conversation": said.conversation, "id": said.id, "text": said.text}
        try:
            async with self.session.post(f"{next(self._servers)}/webhooks/website/messages",
                                         json=body) as answer:
                status = answer.status
                try:
                    content = await answer.json(content_type=None)
                except ValueError:
                    content = None
        except (aiohttp.ClientError, asyncio.TimeoutError):
            said.statuses.append(CUT)
        else:
            said.take(status, content)


class Visitors:
    """Makes visitors, each with a source address of its own, and keeps what all of them said.

    Attributes:
        said: every message, in the order in which they were sent.
        kind: of visitors, by the channel that they speak to.
    """

    kind = Visitor
    _numbers: Iterator[int] = itertools.count()  # over a whole run: limits are for each address

    def __init__(self, *servers: str) -> None:
        """Begin with nobody.

        Args:
            servers: where they go, unless `new` says otherwise.
        """
        self.said: list[Said] = []
        self._servers = servers
        self._made: list[Visitor] = []

    def new(self, *servers: str, conversation: str = "") -> Visitor:
        """A visitor nobody has seen before.

        Args:
            servers: where it goes.
            conversation: its id, to join one that runs.
        """
        made = self.kind(_address(next(self._numbers)), servers or self._servers, self.said,
                         conversation)
        self._made.append(made)
        return made

    def several(self, count: int) -> list[Visitor]:
        """So many new visitors."""
        return [self.new() for _ in range(count)]

    async def __aenter__(self) -> Visitors:
        return self

    async def __aexit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException],
                        trace: Optional[TracebackType]) -> None:
        for visitor in self._made:
            await visitor.close()


def _address(number: int) -> str:
    """127.0.1.1, 127.0.1.2, ...: the whole of 127.0.0.0/8 is this machine."""
    return f"127.0.{1 + number // 250}.{1 + number % 250}"
