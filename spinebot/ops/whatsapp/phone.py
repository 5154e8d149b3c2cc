"""The phone's side: webhook bodies as Meta posts them, and a conversation as it is shown."""
from __future__ import annotations

import json
import textwrap
import time
import uuid
from typing import Any, Optional, Sequence

from spinebot.channels.whatsapp.signature import meta_signature

WIDTH = 46


def text(body: str) -> dict[str, Any]:
    """A typed message."""
    return {"type": "text", "text": {"body": body}}


def tap(row: dict[str, str], kind: str = "button_reply") -> dict[str, Any]:
    """A tapped button (or, with `list_reply`, a list row)."""
    return {"type": "interactive", "interactive": {
        "type": kind, kind: {"id": row["id"], "title": row["title"]}}}


def message(sender: str, content: dict[str, Any], identity: Optional[str] = None,
            at: Optional[float] = None) -> dict[str, Any]:
    """One element of `messages`."""
    return {"from": sender, "id": identity or f"wamid.{uuid.uuid4().hex}",
            "timestamp": str(int(time.time() if at is None else at)), **content}


def value(phone_number_id: str, messages: Sequence[dict[str, Any]] = (),
          statuses: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """One `value` with messages and statuses."""
    found: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": {
        "display_phone_number": "15550001111", "phone_number_id": phone_number_id}}
    if messages:
        found["contacts"] = [{"profile": {"name": "A visitor"}, "wa_id": sender}
                             for sender in dict.fromkeys(one.get("from") for one in messages)]
        found["messages"] = list(messages)
    if statuses:
        found["statuses"] = list(statuses)
    return found


def body(*values: dict[str, Any]) -> bytes:
    """A webhook body, one entry a value."""
    return json.dumps({"object": "whatsapp_business_account", "entry": [
        {"id": "100000000000001", "changes": [{"field": "messages", "value": one}]}
        for one in values]}).encode()


def signed(secret: str, content: bytes) -> dict[str, str]:
    """The headers of a webhook."""
    return {"Content-Type": "application/json",
            "X-Hub-Signature-256": meta_signature(secret, content)}


def words_of(sent: dict[str, Any]) -> str:
    """The text that a body of `/messages` shows."""
    if sent["type"] == "text":
        return str(sent["text"]["body"])
    return str(sent["interactive"]["body"]["text"])


def rows_of(sent: dict[str, Any]) -> list[dict[str, str]]:
    """The buttons or list rows that a body of `/messages` shows."""
    if sent["type"] != "interactive":
        return []
    action = sent["interactive"]["action"]
    if "buttons" in action:
        return [button["reply"] for button in action["buttons"]]
    return [row for section in action["sections"] for row in section["rows"]]


def drawn(sent: dict[str, Any]) -> str:
    """A message of ours as the phone shows it: a bubble on the left, choices below it."""
    lines = [part for line in words_of(sent).split("\n")
             for part in (textwrap.wrap(line, WIDTH) or [""])]
    box = [f"  ╭{'─' * (WIDTH + 2)}╮", *(f"  │ {line:<{WIDTH}} │" for line in lines),
           f"  ╰{'─' * (WIDTH + 2)}╯"]
    rows = rows_of(sent)
    if rows and "buttons" not in sent["interactive"]["action"]:
        box.append(f"   ≡ {sent['interactive']['action']['button']}")
    box += [f"   [{number}] {row['title']}" for number, row in enumerate(rows, 1)]
    return "\n".join(box)


def written(words: str) -> str:
    """A message of the visitor as the phone shows it: on the right."""
    lines = [part for line in words.split("\n") for part in (textwrap.wrap(line, WIDTH) or [""])]
    return "\n".join(f"{line:>{WIDTH + 20}} ✓✓" for line in lines)
