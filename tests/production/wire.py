"""Requests byte by byte, also such as no library would send, and what the processes weigh."""
from __future__ import annotations

import http.client
import json
import select
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional
from urllib.parse import urlsplit

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.processes import tree
from spinebot.ops.cluster.service import Service
from tests.production.visitors import new_id

MESSAGES, HISTORY = "/webhooks/website/messages", "/webhooks/website/history"
CLOSED, HUNG = 0, -1  # stand for the status where the server hung up, and where it said nothing
WAIT_SECONDS = 25.0
ENDS_SECONDS = 0.3  # without an answer, until it is said that nothing more is sent


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes:
        status: of HTTP, or CLOSED, or HUNG.
        headers: by their names in lower case.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def raw(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A request; lone surrogates of `surrogateescape` stand for bytes.

    Args:
        headers: Host, Connection and Content-Length are added where they are missing.
    """
    whole = {"Host": "127.0.0.1", "Connection": "close", **headers}
    if body and not any(name.lower() in ("content-length", "transfer-encoding")
                        for name in headers):
        whole["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in whole.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def connect(url: str, address: str = "", seconds: float = WAIT_SECONDS) -> socket.socket:
    """A connection to a server, from a loopback address of choice."""
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), seconds,
                                    (address, 0) if address else None)


def exchange(url: str, request: bytes, address: str = "", ends: bool = False) -> Reply:
    """Send bytes and read the first answer to them.

    Args:
        url: of the server.
        address: where the request comes from.
        ends: say that nothing more is sent, where no answer comes; for requests that promise
            more than they hold. (Said at once, nginx would take it for a client that has gone,
            and nobody would see what a worker answers.)
    """
    with connect(url, address) as connection:
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before
                connection.sendall(request)
                if ends and not select.select([connection], [], [], ENDS_SECONDS)[0]:
                    connection.shutdown(socket.SHUT_WR)
            answer = http.client.HTTPResponse(connection, method=request[:5].decode(
                "latin-1").strip())
            answer.begin()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, headers, answer.read())
        except TimeoutError:
            return Reply(HUNG)
        except (http.client.HTTPException, OSError):
            return Reply(CLOSED)


def post(url: str, path: str, content: Any, address: str = "",
         headers: Optional[Mapping[str, str]] = None) -> Reply:
    """POST JSON, or bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return exchange(url, raw("POST", path, {"Content-Type": "application/json",
                                            **(headers or {})}, body), address)


def message(text: str, conversation: str = "", **more: Any) -> dict[str, Any]:
    """A message as the widget sends it, in a new conversation unless one is named."""
    return {"conversation": conversation or new_id(), "id": new_id(), "text": text, **more}


def own(cluster: Cluster) -> list[Service]:
    """The servers that read what strangers send."""
    return [*cluster.workers, cluster.actions, cluster.nginx]


def processes(services: Iterable[Service]) -> dict[str, list[int]]:
    """Name of each server -> its processes."""
    return {service.name: sorted(tree(service.pid)) for service in services}


def memory(services: Iterable[Service]) -> dict[str, int]:
    """Name of each server -> resident bytes of all its processes."""
    return {service.name: sum(_resident(pid) for pid in tree(service.pid))
            for service in services}


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024
