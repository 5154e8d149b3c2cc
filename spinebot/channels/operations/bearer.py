"""Tokens in the header `Authorization: Bearer ...`; one in an address would end up in logs."""
from __future__ import annotations

import hmac
import ipaddress

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def presents(request: Request, token: str) -> bool:
    """Whether the request shows the token; takes the same time however much of it is right."""
    shown = request.headers.get("authorization", "")
    # any bytes may be shown; those that are no UTF-8 are lone surrogates here
    return hmac.compare_digest(shown.encode("utf-8", "surrogateescape"),
                               f"Bearer {token}".encode())


def from_this_machine(request: Request) -> bool:
    """Whether the request was made on this machine and not passed on by a proxy."""
    try:
        local = ipaddress.ip_address(request.ip).is_loopback
    except ValueError:
        return False
    return local and not any(name in request.headers for name in _FORWARDED)


def refused(reason: str) -> HTTPResponse:
    """The answer to a request without its token."""
    return response.json({"error": reason}, 401, {"WWW-Authenticate": "Bearer",
                                                  "Cache-Control": "no-store"})
