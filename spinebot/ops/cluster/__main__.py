"""`make cluster`: the whole installation until Ctrl-C; SPINEBOT_WORKERS says how many workers."""
from __future__ import annotations

import os
import signal
import sys
import time
from typing import NoReturn, Optional

from spinebot.ops.cluster.cluster import Cluster
from spinebot.ops.cluster.service import HOST
from spinebot.ops.preflight import port_problems

USUAL_PORT = 8080
LOOK_SECONDS = 1.0


def main() -> int:
    """Start, say where everything is, watch; returns the exit status."""
    workers = int(os.environ.get("SPINEBOT_WORKERS", "2"))
    cluster: Optional[Cluster] = None
    signal.signal(signal.SIGTERM, _interrupt)
    print(f"Starting PostgreSQL, Redis, the action server, {workers} workers and nginx ...",
          flush=True)
    try:
        cluster = Cluster(workers, port=_port())
        cluster.start()
        _announce(cluster)
        _watch(cluster)
    except KeyboardInterrupt:
        return 0
    except RuntimeError as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        if cluster is not None:
            cluster.stop()


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _port() -> Optional[int]:
    taken = port_problems({"front": USUAL_PORT}, HOST)
    return None if taken else USUAL_PORT


def _announce(cluster: Cluster) -> None:
    print(f"\nSpinebot is ready. Chat: {cluster.url}/\n")
    for service in cluster.services:
        print(f"  {service.name:10} port {service.port:<6} pid {service.pid:<7} {service.log}")
    print("\nTry `kill -9` on any of them; Ctrl-C stops all.", flush=True)


def _watch(cluster: Cluster) -> NoReturn:
    """Say when a server ends, and start it again, as systemd would; until interrupted."""
    while True:
        for service in cluster.services:
            if not service.running:
                print(f"{service.name} ended; starting it again.", flush=True)
                service.start()
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
