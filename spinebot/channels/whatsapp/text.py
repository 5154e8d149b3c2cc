"""Measure, shorten and split a text without harming a word, an emoji or the contacts."""
from __future__ import annotations

from typing import Iterable

import regex

ELLIPSIS = "…"
_SENTENCES, _WORDS = r"(?<=[.!?])\s+", r"\s+"


def size(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which a limit can be meant."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> list[str]:
    """What a reader takes for single characters: an emoji with its modifiers is one."""
    return list(regex.findall(r"\X", text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` long, ending in an ellipsis where something went."""
    text = " ".join(text.split())
    if size(text) <= limit:
        return text
    kept = ""
    for grapheme in graphemes(text):
        if size(kept + grapheme) > limit - 1:
            break
        kept += grapheme
    words = kept.rsplit(" ", 1)[0] if " " in kept and text[len(kept):len(kept) + 1] != " " else kept
    return (words or kept).rstrip() + ELLIPSIS


def split(text: str, limit: int, emergency: str = "", contacts: Iterable[str] = ()) -> list[str]:
    """Pieces of at most `limit`, cut at the best place: lines, then sentences, then words.

    Args:
        text: any text.
        limit: in UTF-16 units.
        emergency: the number whose line must stay with the contacts.
        contacts: what else must stay with it.
    """
    text = text.strip()
    if size(text) <= limit:
        return [text] if text else []
    return _pack(_blocks(text.split("\n"), emergency, tuple(contacts)), "\n", limit)


def _blocks(lines: list[str], emergency: str, contacts: tuple[str, ...]) -> list[str]:
    """The lines, those from the emergency number to the last contact glued into one."""
    first = next((place for place, line in enumerate(lines) if emergency and emergency in line),
                 None)
    if first is None:
        return lines
    last = max(place for place, line in enumerate(lines) if place == first
               or place > first and any(contact in line for contact in contacts))
    return [*lines[:first], "\n".join(lines[first:last + 1]), *lines[last + 1:]]


def _pack(units: list[str], glue: str, limit: int) -> list[str]:
    pieces: list[str] = []
    for unit in units:
        joined = pieces[-1] + glue + unit if pieces else unit
        if size(joined) <= limit:
            pieces[-1:] = [joined]
        elif size(unit) <= limit:
            pieces.append(unit)
        else:
            pieces += _smaller(unit, limit)
    return [piece.strip() for piece in pieces if piece.strip()]


def _smaller(unit: str, limit: int) -> list[str]:
    if "\n" in unit:
        return _pack(unit.split("\n"), "\n", limit)
    for pattern in (_SENTENCES, _WORDS):
        parts = regex.split(pattern, unit)
        if len(parts) > 1:
            return _pack(parts, " ", limit)
    return _pack([part for grapheme in graphemes(unit) for part in _short(grapheme, limit)],
                 "", limit)


def _short(grapheme: str, limit: int) -> list[str]:
    """A character with more marks than fit is parted after all; nobody can read it anyway."""
    if size(grapheme) <= limit:
        return [grapheme]
    return [grapheme[start:start + limit // 2] for start in range(0, len(grapheme), limit // 2)]
