"""Which websites may embed the chat, and the headers that tell the browser so.

SPINEBOT_ORIGINS holds their origins, separated by commas ("https://www.example.org"). The
server's own pages are always allowed, and so is a request without an origin: only browsers send
one, and only browsers carry somebody else's page.
"""
from __future__ import annotations

import re
from typing import Optional

from rasa.shared.exceptions import InvalidConfigException

from spinebot.variables import ORIGINS

PREFLIGHT_SECONDS = 600
_ORIGIN = re.compile(r"https?://[^/\s?#@*,]+")


class Origins:
    """The allow-list."""

    def __init__(self, listed: str = "") -> None:
        """Read the list.

        Args:
            listed: exact origins, separated by commas.

        Raises:
            InvalidConfigException: one of them is no origin; a star is none.
        """
        names = [name.strip().lower() for name in listed.split(",") if name.strip()]
        for name in names:
            if not _ORIGIN.fullmatch(name):
                raise InvalidConfigException(
                    f"{ORIGINS}: {name!r} is not an origin such as https://www.example.org")
        self._allowed = frozenset(names)

    def allow(self, origin: Optional[str], host: str) -> bool:
        """Whether a page of this origin may talk to the server that is called `host`."""
        if origin is None or origin.lower() in self._allowed:
            return True
        return bool(_ORIGIN.fullmatch(origin)) and origin.partition("://")[2] == host


def answer_headers(origin: Optional[str]) -> dict[str, str]:
    """Headers of every answer; `origin` is that of an allowed page, None where there is none."""
    headers = {"Vary": "Origin", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if origin is not None:
        headers.update({"Access-Control-Allow-Origin": origin,
                        "Access-Control-Expose-Headers": "Server-Timing",
                        "Timing-Allow-Origin": origin})
    return headers


def preflight_headers(origin: str) -> dict[str, str]:
    """Headers that let an allowed page send its request."""
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "content-type",
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS)}
