"""A worker in production mode, as a service manager starts it; an action server that fails."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Optional

from spinebot.ops.environment import HOST
from spinebot.paths import ROOT
from tests.e2e.website import EMBEDDING
from tests.ports import free_port

START_SECONDS = 150
PRODUCTION = {"SPINEBOT_MODE": "production", "SPINEBOT_ORIGINS": EMBEDDING}


def until(holds: Callable[[], bool], seconds: float = START_SECONDS) -> bool:
    """Whether it holds before the seconds are over."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.1)
    return False


class Served:
    """A module of ours as a process of its own."""

    def __init__(self, module: str, log: Path, health: str, **environment: str) -> None:
        self.log = log
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module], cwd=ROOT, stdout=output,
                stderr=subprocess.STDOUT, env={**os.environ, **environment})
        if not until(lambda: self.process.poll() is not None or status_of(health) == 200) \
                or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(log.read_text()[-2000:])

    def terminate(self) -> int:
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def memory(self) -> int:
        """Resident bytes."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024


def worker(log: Path, actions_port: int, **environment: str) -> tuple[Served, str]:
    """A worker and its address."""
    port = free_port()
    address = f"http://{HOST}:{port}"
    served = Served("spinebot.ops.worker", log, f"{address}/health/ready", SPINEBOT_PORT=str(port),
                    SPINEBOT_ACTIONS_PORT=str(actions_port), **{**PRODUCTION, **environment})
    return served, address


def fetch(url: str, data: Optional[bytes] = None, method: str = "",
          **headers: str) -> tuple[int, bytes]:
    """Status and body; underscores in the headers' names stand for hyphens."""
    request = urllib.request.Request(
        url, data, {name.replace("_", "-"): value for name, value in headers.items()},
        method=method or ("POST" if data is not None else "GET"))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def status_of(url: str) -> int:
    """The status, or 0 where nothing answers."""
    try:
        return fetch(url)[0]
    except OSError:
        return 0


def metric(address: str, name: str) -> float:
    """The value of a line of /metrics, 0 where there is none yet."""
    lines = fetch(f"{address}/metrics")[1].decode().splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)), 0.0)


class FailingActions:
    """An action server that repeats what it got in its error, sends garbage, or hangs."""

    def __init__(self) -> None:
        self.fault = "error"
        self.called = threading.Event()
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(200, b"{}")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.called.set()
                if outer.fault == "hang":
                    outer.released.wait(30)
                elif outer.fault == "refusal":
                    self._send(400, json.dumps({"action_name": "x", "error": body.decode()})
                               .encode())
                else:
                    self._send(500 if outer.fault == "error" else 200, body + b"}{")

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
