"""Make the replies of a turn fit the channel: reply buttons, lists, pages, at most three sends."""
from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Iterable, Mapping, Optional, Sequence

from spinebot.channels.whatsapp.messages import (
    BUTTONS,
    LIST,
    Composed,
    Option,
    Outgoing,
    Reply,
    Row,
)
from spinebot.channels.whatsapp.text import shorten, size, split

MAX_SENDS = 3  # a pair may exchange one message in six seconds for good, and 45 in a burst
SAYS, KEPT, MORE = "s:", "k:", "m:"  # an id holds the words, refers to them, or to a next page


@dataclass(frozen=True)
class Limits:
    """What a provider takes; lengths in characters.

    Attributes:
        text: of a plain message.
        body: of a message with reply buttons.
        list_body: of a message with a list.
    """

    text: int = 4096
    body: int = 1024
    list_body: int = 4096
    buttons: int = 3
    title: int = 20
    button_id: int = 256
    rows: int = 10
    row_title: int = 24
    description: int = 72
    row_id: int = 200


META_LIMITS = Limits()


@dataclass(frozen=True)
class Words:
    """The domain's words and numbers that rendering needs.

    Attributes:
        choose: label that opens a list.
        more: title of the row that leads to the next page.
        contacts: emergency number first, then what must stay in its message.
    """

    choose: str
    more: str
    contacts: tuple[str, ...]


def compose(replies: Sequence[Reply], words: Words, limits: Limits = META_LIMITS) -> Composed:
    """The messages of a turn, in order."""
    kept: dict[str, str] = {}
    messages = [message for reply in replies for message in _render(reply, words, limits, kept)]
    return Composed(tuple(_merge(messages, limits)), kept)


def decode(identity: str, title: str, kept: Optional[str]) -> Optional[str]:
    """The words that a tapped row stands for.

    Args:
        identity: the row's id.
        title: what was read on it.
        kept: what `Composed.kept` held for the id, if it is still known.

    Returns:
        The words; None if the id is one of ours and too old. An id that is not ours (a button of
        a template made elsewhere) stands for its title.
    """
    if identity.startswith(SAYS):
        return identity.removeprefix(SAYS)
    if identity.startswith((KEPT, MORE)):
        return kept
    return title or identity


def next_page(kept: str) -> Reply:
    """The reply behind a row that leads to more rows."""
    content = json.loads(kept)
    return Reply("", content["text"], tuple(Option(*option) for option in content["options"]))


def _render(reply: Reply, words: Words, limits: Limits, kept: dict[str, str]) -> list[Outgoing]:
    if not reply.options:
        return [Outgoing(piece, urgent=reply.urgent)
                for piece in _split(reply.text, limits.text, words)]
    few = (len(reply.options) <= limits.buttons
           and all(size(option.title.strip()) <= limits.title for option in reply.options))
    pieces = _split(reply.text, limits.body if few else limits.list_body, words)
    last = (Outgoing(pieces[-1], BUTTONS, _rows(reply.options, limits.title, limits.button_id,
                                                0, kept), urgent=reply.urgent)
            if few else Outgoing(pieces[-1], LIST, _page(reply, pieces[-1], words, limits, kept),
                                 shorten(words.choose, limits.title), reply.urgent))
    return [*(Outgoing(piece, urgent=reply.urgent) for piece in pieces[:-1]), last]


def _split(text: str, limit: int, words: Words) -> list[str]:
    return split(text, limit, words.contacts[0], words.contacts[1:])


def _page(reply: Reply, text: str, words: Words, limits: Limits,
          kept: dict[str, str]) -> tuple[Row, ...]:
    options = reply.options
    fit = limits.rows if len(options) <= limits.rows else limits.rows - 1
    rows = _rows(options[:fit], limits.row_title, limits.row_id, limits.description, kept)
    if options[fit:]:
        content = json.dumps({"text": text, "options": [(option.title, option.payload)
                                                        for option in options[fit:]]})
        rows += (Row(_keep(MORE, content, kept), shorten(words.more, limits.row_title)),)
    return rows


def _rows(options: Iterable[Option], title: int, identity: int, description: int,
          kept: dict[str, str]) -> tuple[Row, ...]:
    rows: list[Row] = []
    for option in options:
        whole = " ".join(option.title.split()) or option.payload
        short = shorten(whole, title)
        unique = _unique(short, {row.title for row in rows}, title)
        said = SAYS + option.payload
        mark = said if size(said) <= identity else _keep(KEPT, option.payload, kept)
        if mark in {row.id for row in rows}:
            continue  # the same words twice
        rows.append(Row(mark, unique, shorten(whole, description) if short != whole else ""))
    return tuple(rows)


def _unique(title: str, taken: set[str], limit: int) -> str:
    number, unique = 1, title
    while unique in taken:
        number += 1
        unique = f"{shorten(title, limit - len(str(number)) - 1)} {number}"
    return unique


def _keep(kind: str, content: str, kept: dict[str, str]) -> str:
    key = kind + hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    kept[key] = content
    return key


def _merge(messages: list[Outgoing], limits: Limits) -> list[Outgoing]:
    """Join neighbours until three are left; an urgent one is joined only if nothing else helps."""
    bodies: Mapping[str, int] = {BUTTONS: limits.body, LIST: limits.list_body}
    for spared in (True, False):
        place = 0
        while len(messages) > MAX_SENDS and place < len(messages) - 1:
            one, two = messages[place:place + 2]
            text = f"{one.text}\n\n{two.text}"
            urgent = one.urgent or two.urgent
            if (one.interactive or size(text) > bodies.get(two.shape, limits.text)
                    or urgent and spared):
                place += 1
                continue
            messages = [*messages[:place], replace(two, text=text, urgent=urgent),
                        *messages[place + 2:]]
    return messages
