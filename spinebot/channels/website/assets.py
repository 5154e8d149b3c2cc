"""The widget's file and the demo page, read once, served with the right caching."""
from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Union

from spinebot.paths import ROOT
from spinebot.texts import say

DIST = ROOT / "widget" / "dist"
SCRIPT, PAGE, STYLE = "spinebot.js", "index.html", "demo.css"
PLACEHOLDER = "{{script}}"  # in the page: the script's name with its hash
HASH_DIGITS = 16
_SHORT = "public, max-age=300, must-revalidate"
_FOR_EVER = "public, max-age=31536000, immutable"  # a file with its hash in the name
_ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
_POLICY = {"Content-Security-Policy": "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
    "img-src 'self' data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
    "require-trusted-types-for 'script'", "trusted-types lit-html"))}
_NO_WEIGHT = re.compile(r"0(\.0*)?")


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Asset:
    """One file in memory, plain and packed.

    Attributes:
        body: the file.
        packed: the same, gzipped; empty where that is no smaller.
        tag: its entity tag. It is weak, since packed and plain body count as the same.
        headers: of every answer.
    """

    body: bytes
    packed: bytes
    tag: str
    headers: Mapping[str, str]

    def answer(self, known_tags: str = "", encodings: str = "") -> Answer:
        """What to send.

        Args:
            known_tags: the request's If-None-Match.
            encodings: the request's Accept-Encoding.
        """
        if self.tag in [f"W/{tag.strip().removeprefix('W/')}" for tag in known_tags.split(",")]:
            return Answer(304, self.headers, b"")
        if self.packed and accepts_gzip(encodings):
            return Answer(200, {**self.headers, "Content-Encoding": "gzip"}, self.packed)
        return Answer(200, self.headers, self.body)


@dataclass(frozen=True)
class Unbuilt:
    """Stands for the demo page while the widget is not built."""

    def answer(self, known_tags: str = "", encodings: str = "") -> Answer:
        """The same whatever was asked for."""
        text = ("The chat widget is not built: run `make widget`, then start again.\n\n"
                f"{say('utter_fault')}\n")
        return Answer(503, {"Content-Type": "text/plain; charset=utf-8",
                            "Cache-Control": "no-store"}, text.encode())


def load(folder: Path = DIST) -> dict[str, Union[Asset, Unbuilt]]:
    """Path -> what is served there, and nothing else is.

    Args:
        folder: where the widget is built to.
    """
    try:
        script, page, style = ((folder / name).read_bytes() for name in (SCRIPT, PAGE, STYLE))
    except FileNotFoundError:
        return {"/": Unbuilt()}
    hashed = f"spinebot.{digest(script)}.js"
    page = page.replace(PLACEHOLDER.encode(), hashed.encode())
    return {"/": _asset(page, "text/html", "no-cache", _POLICY),
            f"/{SCRIPT}": _asset(script, "text/javascript", _SHORT, _ANYWHERE),
            f"/{hashed}": _asset(script, "text/javascript", _FOR_EVER, _ANYWHERE),
            f"/{STYLE}": _asset(style, "text/css", _SHORT, {})}


def digest(content: bytes) -> str:
    """What names a file's content: the first digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:HASH_DIGITS]


def accepts_gzip(encodings: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    weights = dict(part.replace(" ", "").partition(";q=")[::2]
                   for part in encodings.lower().split(","))
    return "gzip" in weights and not _NO_WEIGHT.fullmatch(weights["gzip"])


def _asset(body: bytes, kind: str, cache: str, headers: Mapping[str, str]) -> Asset:
    packed, tag = gzip.compress(body, mtime=0), f'W/"{digest(body)}"'
    return Asset(body, packed if len(packed) < len(body) else b"", tag,
                 {"Content-Type": f"{kind}; charset=utf-8", "Cache-Control": cache, "ETag": tag,
                  "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff", **headers})
