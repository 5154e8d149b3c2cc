"""One server of the cluster: start, stop, kill, freeze, and wait until it is ready."""
from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from spinebot.ops.cluster.processes import send, tree

HOST = "127.0.0.1"


class Service:
    """A server program on a loopback port; it keeps its port over a restart.

    Attributes:
        name: for its files and for messages.
        port: where it listens.
        folder: for its data.
        log: its output, of all its starts.
    """

    gentle = signal.SIGTERM  # the signal that ends it in good order
    start_seconds = 30.0  # until it is ready
    stop_seconds = 30.0  # until it has ended in good order

    def __init__(self, name: str, port: int, folder: Path, logs: Path) -> None:
        self.name = name
        self.port = port
        self.folder = folder / name
        self.folder.mkdir()
        self.log = logs / f"{name}.log"
        self._process: Optional[subprocess.Popen[bytes]] = None

    def command(self) -> Sequence[str]:
        """Words of its command line."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Its whole environment."""
        return os.environ

    def account(self) -> Mapping[str, Any]:
        """Arguments for `Popen` that name another user; empty for this one."""
        return {}

    def is_ready(self) -> bool:
        """Whether it serves."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{HOST}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether its process is there, frozen or not."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its (first) process.

        Raises:
            RuntimeError: it does not run.
        """
        if self._process is None or not self.running:
            raise RuntimeError(f"{self.name} does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it and return at once; nothing happens if it runs."""
        if self.running:
            return
        with self.log.open("ab") as output:
            # a session of its own: Ctrl-C is for whoever watches the cluster, who then stops it
            self._process = subprocess.Popen(
                list(self.command()), cwd=self.folder, env=dict(self.environment()),
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True, **self.account())

    def wait_ready(self, seconds: Optional[float] = None) -> float:
        """Wait until it serves; returns the seconds that it took.

        Args:
            seconds: how long to wait, `start_seconds` if None.

        Raises:
            RuntimeError: it ended, or it was not ready in time; with the end of its log.
        """
        began = time.monotonic()
        until = began + (self.start_seconds if seconds is None else seconds)
        while time.monotonic() < until and self.running:
            if self.is_ready():
                return time.monotonic() - began
            time.sleep(0.05)
        state = "was not ready in time" if self.running else "ended"
        raise RuntimeError(f"{self.name} {state}\n{self.tail()}")

    def tail(self, size: int = 2000) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-size:] if self.log.exists() else ""

    def kill(self) -> None:
        """kill -9 to all its processes, as a power cut would."""
        if self._process is None or not self.running:
            return
        send(signal.SIGKILL, tree(self._process.pid))
        self._process.wait()

    def terminate(self, wait: bool = True) -> None:
        """Ask it to end in good order.

        Args:
            wait: until it has ended, at most `stop_seconds`; then it is killed.

        Raises:
            RuntimeError: it had to be killed.
        """
        if self._process is None or not self.running:
            return
        self._process.send_signal(self.gentle)
        if not wait:
            return
        try:
            self._process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"{self.name} did not end in {self.stop_seconds:g} s") from None

    def wait_ended(self, seconds: float) -> int:
        """Wait until it has ended; returns its exit status.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        return 0 if self._process is None else self._process.wait(seconds)

    def freeze(self) -> None:
        """Stop the clock of all its processes: connections stay open, nothing is answered."""
        send(signal.SIGSTOP, tree(self.pid))

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        send(signal.SIGCONT, tree(self.pid))

    def stop(self) -> None:
        """End it by whatever it takes; for the end of the cluster."""
        if self.running:
            self.thaw()
            with suppress(RuntimeError):
                self.terminate()
