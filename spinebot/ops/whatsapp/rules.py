"""Meta's documented limits on a message, as a function: which rule a body breaks."""
from __future__ import annotations

from typing import Any, Iterator, Optional

MISSING, TOO_LONG, BAD = 131008, 131009, 100


def broken_rule(body: Any) -> Optional[tuple[int, str]]:
    """Code and reason of the first rule that a body of `/messages` breaks, or None."""
    return next(_broken(body), None)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _broken(body: Any) -> Iterator[tuple[int, str]]:
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        yield BAD, "messaging_product must be whatsapp"
        return
    if ("to" in body) == ("recipient" in body):
        yield BAD, "exactly one of to and recipient is needed"
    yield from _text(body.get("biz_opaque_callback_data", "-"), 512, "biz_opaque_callback_data")
    kind = body.get("type")
    if kind == "text":
        yield from _text(_at(body, "text", "body"), 4096, "text.body")
    elif kind == "interactive":
        yield from _interactive(body.get("interactive"))
    else:
        yield BAD, f"type {kind!r} is not known here"


def _interactive(content: Any) -> Iterator[tuple[int, str]]:
    kind = _at(content, "type")
    for part in ("header", "footer"):
        if part in (content or {}):
            yield from _text(_at(content, part, "text"), 60, part)
    if kind == "button":
        yield from _text(_at(content, "body", "text"), 1024, "body of a button message")
        buttons = _at(content, "action", "buttons")
        replies = [_at(button, "reply") for button in buttons] if isinstance(buttons, list) else []
        if not 1 <= len(replies) <= 3:
            yield TOO_LONG, "one to three buttons"
        yield from _rows(replies, 20, 256)
    elif kind == "list":
        yield from _text(_at(content, "body", "text"), 4096, "body of a list message")
        yield from _text(_at(content, "action", "button"), 20, "label of a list")
        sections = _at(content, "action", "sections")
        rows = [row for section in (sections if isinstance(sections, list) else [])
                for row in (_at(section, "rows") or [])]
        if not 1 <= len(rows) <= 10:
            yield TOO_LONG, "one to ten rows"
        yield from _rows(rows, 24, 200)
        for row in rows:
            if "description" in row:
                yield from _text(row["description"], 72, "description of a row")
    else:
        yield BAD, f"interactive type {kind!r}"


def _rows(rows: list[Any], title: int, identity: int) -> Iterator[tuple[int, str]]:
    for row in rows:
        yield from _text(_at(row, "title"), title, "title")
        yield from _text(_at(row, "id"), identity, "id")
    for key in ("title", "id"):
        if len({_at(row, key) for row in rows}) < len(rows):
            yield TOO_LONG, f"two of the same {key}"


def _text(value: Any, limit: int, name: str) -> Iterator[tuple[int, str]]:
    if not isinstance(value, str) or not value.strip():
        yield MISSING, f"{name} is missing or empty"
    elif _length(value) > limit:
        yield TOO_LONG, f"{name} is longer than {limit}"


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
