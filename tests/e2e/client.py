"""A visitor who speaks JSON over HTTP."""
from __future__ import annotations

import itertools
import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

# Behind one proxy (see `website.WEBSITE`) each request comes from elsewhere: an address is limited.
_addresses = (f"198.51.100.{number}" for number in itertools.count(1))


@dataclass(frozen=True)
class Answer:
    """Status and body of one request."""

    status: int
    body: Any

    @property
    def texts(self) -> list[str]:
        return [reply["text"] for reply in self.body]

    @property
    def all_text(self) -> str:
        return "\n".join(self.texts) if isinstance(self.body, list) else json.dumps(self.body)


class Client:
    """Posts messages to the REST channel."""

    def __init__(self, address: str) -> None:
        self._webhook = f"{address}/webhooks/rest/webhook"
        self._run = uuid.uuid4().hex[:8]  # the database keeps conversations of earlier runs

    def say(self, text: Any, sender: str = "") -> Answer:
        name = f"{self._run}-{sender or uuid.uuid4().hex}"
        return self.post(json.dumps({"sender": name, "message": text}))

    def post(self, body: str | bytes) -> Answer:
        data = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
        request = urllib.request.Request(
            self._webhook, data, {"Content-Type": "application/json",
                                  "X-Forwarded-For": next(_addresses)}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return Answer(reply.status, json.loads(reply.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.loads(error.read()))
