"""Stand-ins for Rasa workers, to see what nginx does with good and bad ones."""
from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional

FINE, BROKEN, HANGING = "fine", "broken", "hanging"


class StandIn:
    """A server that answers every request with its name.

    Attributes:
        mood: FINE; BROKEN answers 503; HANGING answers nothing until it is let go.
        seen: path, headers and body of each request.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.mood = FINE
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self._gate = threading.Event()
        self._server: Optional[ThreadingHTTPServer] = None
        self._listen()

    def _listen(self) -> None:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                stand_in.seen.append((self.path, dict(self.headers.items()), body))
                if stand_in.mood == HANGING:
                    stand_in._gate.wait(60)
                status = 503 if stand_in.mood == BROKEN else 200
                answer = json.dumps({"worker": stand_in.name}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_OPTIONS = do_POST

            def log_message(self, *_: Any) -> None:
                """Nothing is printed."""

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """nginx gave up waiting; that is what is tested."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def let_go(self) -> None:
        """Answer what is hanging."""
        self._gate.set()

    def close(self) -> None:
        """Stop listening: connections are refused from now on."""
        self.let_go()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
