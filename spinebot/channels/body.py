"""Bodies of requests over HTTP: read in parts, and no further than allowed."""
from __future__ import annotations

import asyncio

from sanic.request import Request

from spinebot.channels.guard import Refused

# What a refused request still sends is read up to here, so that the client gets to read the
# refusal; past it the connection is closed.
DRAINED_BYTES = 1024 * 1024
BODY_SECONDS = 10.0


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a streamed request, read no further than `limit` bytes.

    Raises:
        Refused: it is too large or too slow.
    """
    length = request.headers.get("content-length", "")
    body = bytearray()
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)

    async def read() -> None:
        async for part in request.stream:
            body.extend(part)
            if len(body) > limit:
                raise _too_large(limit)

    try:
        await asyncio.wait_for(read(), BODY_SECONDS)
    except asyncio.TimeoutError:
        raise Refused(408, f"the body took longer than {BODY_SECONDS:g} s") from None
    return bytes(body)


def address_of(request: Request) -> str:
    """The visitor's address; see `pace` for what stands before a proxy."""
    return str(request.remote_addr or request.ip)


def _too_large(limit: int) -> Refused:
    return Refused(413, f"the body is larger than {limit} bytes")
