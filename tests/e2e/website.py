"""A visitor's browser, as far as the widget's channel sees it."""
from __future__ import annotations

import http.client
import itertools
import json
import uuid
from dataclasses import dataclass
from email.message import Message
from typing import Any, Optional
from urllib.parse import urlsplit

from spinebot.texts import slot_values

EMBEDDING = "https://clinic.example"  # the one website that may embed the chat
# As behind one proxy, so that each client can have an address of its own: the limits count them.
WEBSITE = {"SPINEBOT_ORIGINS": EMBEDDING, "SANIC_PROXIES_COUNT": "1"}
_addresses = (f"192.0.2.{number}" for number in itertools.count(1))


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of one answer."""

    status: int
    headers: Message
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def texts(self) -> list[str]:
        return [reply["text"] for reply in self.body["replies"]]

    @property
    def kinds(self) -> list[str]:
        return [reply["kind"] for reply in self.body["replies"]]

    @property
    def buttons(self) -> list[dict[str, str]]:
        """Quick replies below the last message."""
        return list(self.body["replies"][-1].get("buttons", []))


def new_id() -> str:
    return str(uuid.uuid4())


def assert_helps(answer: Answer, status: int) -> None:
    """An error that says to the visitor where to get help."""
    assert answer.status == status
    assert answer.body["error"]
    assert slot_values()["emergency"] in answer.body["text"]
    assert slot_values()["clinic_phone"] in answer.body["text"]


class WebsiteClient:
    """One visitor with a conversation and an address."""

    def __init__(self, server: str, conversation: str = "") -> None:
        self._place = urlsplit(server).netloc
        self._address = next(_addresses)
        self.conversation = conversation or new_id()

    def say(self, text: str, message: str = "") -> Answer:
        return self._message({"text": text}, message)

    def press(self, payload: str, message: str = "") -> Answer:
        return self._message({"payload": payload}, message)

    def history(self) -> list[dict[str, Any]]:
        answer = self.post("history", {"conversation": self.conversation})
        assert answer.status == 200
        messages: list[dict[str, Any]] = answer.body["messages"]
        return messages

    def said(self) -> list[str]:
        """What the visitor said, as the history shows it."""
        return [message["text"] for message in self.history() if message["from"] == "visitor"]

    def post(self, route: str, body: Any, **headers: str) -> Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", f"/webhooks/website/{route}", content,
                         {"Content-Type": "application/json", **headers})

    def send(self, method: str, path: str, content: Optional[bytes] = None,
             headers: Optional[dict[str, str]] = None) -> Answer:
        connection = http.client.HTTPConnection(self._place, timeout=30)
        try:
            connection.request(method, path, content,
                               {"X-Forwarded-For": self._address, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def _message(self, said: dict[str, str], message: str) -> Answer:
        return self.post("messages", {"conversation": self.conversation,
                                      "id": message or new_id(), **said})
