"""A thread that does one thing after another, the pressing ones first."""
from __future__ import annotations

import itertools
import queue
import threading
from concurrent.futures import Future
from typing import Any, Callable, Optional

_Job = Optional[tuple[Callable[[], Any], "Future[Any]"]]
PRESSING, ORDINARY, LAST = 0, 1, 2


class Worker:
    """Takes jobs from any thread; `close` ends it after the jobs it has."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, _Job]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], Any], priority: int = ORDINARY) -> Future[Any]:
        """Do the job; the future holds what it returns or raises."""
        future: Future[Any] = Future()
        self._jobs.put((priority, next(self._order), (job, future)))
        return future

    def close(self) -> None:
        """End after the jobs that were submitted."""
        self._jobs.put((LAST, next(self._order), None))

    def _run(self) -> None:
        while True:
            job = self._jobs.get()[2]
            if job is None:
                return
            work, future = job
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
