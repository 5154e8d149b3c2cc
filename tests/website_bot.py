"""A stand-in for Rasa behind the website channel, for unit tests."""
from __future__ import annotations

import asyncio
import uuid
from types import SimpleNamespace
from typing import Any, Callable, Coroutine, Optional

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import Event

from spinebot.channels.pace import Limits, Pace
from spinebot.channels.website.answering import Answering
from spinebot.channels.website.requests import Message
from spinebot.nlu.red_flag_gate import DOUBT

CONVERSATION, ADDRESS = str(uuid.uuid4()), "192.0.2.1"


def typed(text: str = "hello", message: str = "", conversation: str = CONVERSATION,
          shortened: bool = False) -> Message:
    return Message(conversation, message or str(uuid.uuid4()), text, shortened)


def pressed(payload: str) -> Message:
    return Message(CONVERSATION, str(uuid.uuid4()), payload.strip("/"), False, payload)


class Bot:
    """Rasa's part: a handler that notes its turns, a store and an understanding.

    Attributes:
        turns: text and metadata of each message that was handled.
        events: what the store holds for every conversation; None: it is down.
        intents: what the language model makes of a text; no entry: it fails.
        gate: closed, turns wait.
        fault: what a turn ends with.
    """

    def __init__(self, events: Optional[list[Event]] = None, limits: Optional[Limits] = None,
                 **intents: str) -> None:
        self.turns: list[tuple[str, Any]] = []
        self.events: Optional[list[Event]] = events or []
        self.intents = intents
        self.reads = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.fault: Optional[BaseException] = None
        self.answering = Answering(self.handle, "website", Pace(limits or Limits()))

    async def handle(self, message: UserMessage) -> None:
        self.turns.append((message.text, message.metadata))
        await self.gate.wait()
        if self.fault:
            raise self.fault
        await message.output_channel.send_response(
            message.sender_id, {"text": f"turn {len(self.turns)}", "timestamp": 1.0})

    @property
    def tracker_store(self) -> Any:
        return self

    async def retrieve(self, _: str) -> Any:
        self.reads += 1
        if self.events is None:
            raise ConnectionError(CONVERSATION)
        return SimpleNamespace(events=self.events)

    async def parse_message(self, text: str) -> dict[str, Any]:
        intent = self.intents[text.split()[0]]
        return {"intent": {"name": intent}, DOUBT: intent == "doubtful"}

    async def answer(self, message: Message) -> list[str]:
        replies = await self.answering.replies(message, ADDRESS, self)
        return [reply["text"] for reply in replies]


def in_loop(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())
