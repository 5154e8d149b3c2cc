"""What the workers say of their parts, and how a broken installation is made whole again."""
from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from typing import Mapping, Optional

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.service import Service

OK, AWAY = "ok", "away"
WHOLE_SECONDS = 60.0
_LOOK_AGAIN = 0.1


def states(worker: Service) -> Mapping[str, str]:
    """What `/health/ready` says of each part; empty where the worker does not answer."""
    try:
        with urllib.request.urlopen(f"{worker.url}/health/ready", timeout=3) as answer:
            content: dict[str, str] = json.load(answer)
            return content
    except urllib.error.HTTPError as unready:
        told: dict[str, str] = json.load(unready)
        return told
    except (OSError, ValueError):
        return {}


async def until_noticed(cluster: Cluster, part: str, state: str, seconds: float = 30.0) -> float:
    """Seconds until every worker says that a part is in a state.

    Raises:
        AssertionError: it took longer than `seconds`.
    """
    began = time.monotonic()
    while True:
        # one after the other would add up their waits
        said = await asyncio.gather(*(asyncio.to_thread(states, worker)
                                      for worker in cluster.workers))
        if all(each.get(part) == state for each in said):
            return round(time.monotonic() - began, 2)
        assert time.monotonic() - began < seconds, f"{part} is not {state}: {said}"
        await asyncio.sleep(_LOOK_AGAIN)


def mend(cluster: Cluster) -> None:
    """Start whatever does not run, and let go on whatever is frozen."""
    for service in cluster.services:
        if service.running:
            service.thaw()
        service.start()


def wait_whole(cluster: Cluster, seconds: Optional[float] = None) -> None:
    """Wait until every part runs and is known to run.

    Raises:
        AssertionError, RuntimeError: it never came to that.
    """
    for service in cluster.services:
        service.wait_ready()
    until = time.monotonic() + (seconds or WHOLE_SECONDS)
    while True:
        said = [states(worker) for worker in cluster.workers]
        if all(each.get("status") == "ready" for each in said):
            return
        assert time.monotonic() < until, f"not whole: {said}"
        time.sleep(_LOOK_AGAIN)
