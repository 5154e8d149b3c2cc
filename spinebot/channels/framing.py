"""Refuses requests whose head Sanic 21.12 cannot carry, before it tries.

It takes a length as Python reads a number: after `Content-Length: -1` the process waits for a
body that cannot end, in a loop that lets nothing else run, for ever. nginx refuses these, but
whoever reaches the port of a process itself must not be able to stop it with one line.
"""
from __future__ import annotations

import re
from typing import Any

from sanic import Blueprint, Sanic

_EVENT = "http.lifecycle.read_head"  # of Sanic: a handler that fails is answered with 400
_LENGTH = re.compile(rb"[0-9]{1,18}")


class Unsound(ValueError):
    """A head that is refused."""


def install(app: Sanic) -> None:
    """Put the check before everything that a server reads.

    Args:
        app: that does not start yet: Sanic then leaves out whatever nobody listens to.
    """
    app.add_signal(refuse_unsound, _EVENT)


class Framed(Blueprint):
    """Routes that bring the check along for the whole server that they are added to."""

    def register(self, app: Sanic, options: dict[str, Any]) -> None:
        """Add them, and the check; Sanic's own signals of a blueprint hear of that one only."""
        install(app)
        super().register(app, options)


async def refuse_unsound(head: bytes) -> None:
    """Look at the head of a request; a handler of Sanic's signal.

    Args:
        head: request line and headers, without the empty line.

    Raises:
        Unsound: the length of the body is not one plain number, its coding is not "chunked",
            it has both, or no address is asked for.
    """
    line, *headers = head.split(b"\r\n")
    lengths, codings = ([value.strip(b" \t") for name, _, value in
                         (header.partition(b":") for header in headers)
                         if name.strip().lower() == wanted]
                        for wanted in (b"content-length", b"transfer-encoding"))
    if b"  " in line:  # Sanic fails on the empty address between the two
        raise Unsound("the request line names no address")
    if len(lengths) + len(codings) > 1:
        raise Unsound("more than one length")
    if not all(_LENGTH.fullmatch(each) for each in lengths):
        raise Unsound("the length is no number")
    if any(each != b"chunked" for each in codings):  # as Sanic compares it
        raise Unsound("the coding is not known")
