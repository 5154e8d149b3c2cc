"""The same installation from Rasa's own parts: REST channel, SQL and Redis stores, plain nginx.

Model, domain and actions are Spinebot's, so that what differs is what stands around them.
"""
from __future__ import annotations

import json
import sys
from typing import Any, Mapping, Sequence
from urllib.parse import urlsplit

from spinebot.ops.cluster import Cluster
from spinebot.ops.cluster.rasa import Actions, Worker
from spinebot.ops.cluster.service import HOST
from spinebot.ops.probe import answers
from spinebot.ops.train import MODEL

_NGINX = """upstream workers {{ {workers} }}
server {{
    listen {host}:{port};
    access_log off;
    location = /_nothing {{ return 404; }}
    location / {{ proxy_pass http://workers; }}
}}
"""


class StockActions(Actions):
    """Rasa's action server."""

    def command(self) -> Sequence[str]:
        """As its manual starts it."""
        return [sys.executable, "-m", "rasa_sdk", "--actions", "actions",
                "--port", str(self.port)]


class StockWorker(Worker):
    """`rasa run`."""

    def __init__(self, *args: Any, endpoints: Mapping[str, Any]) -> None:
        super().__init__(*args)
        # JSON is YAML
        (self.folder / "endpoints.yml").write_text(json.dumps(endpoints))
        (self.folder / "credentials.yml").write_text("rest:\n")

    def command(self) -> Sequence[str]:
        """As its manual starts it."""
        return [sys.executable, "-m", "rasa", "run", "--model", str(MODEL), "--interface", HOST,
                "--port", str(self.port), "--endpoints", "endpoints.yml",
                "--credentials", "credentials.yml"]

    def is_ready(self) -> bool:
        """Whether it answers; it does so once its model is loaded."""
        return answers(f"{self.url}/")


class StockCluster(Cluster):
    """As `Cluster`, with Rasa's own parts."""

    def __init__(self, workers: int = 2) -> None:
        super().__init__(workers, mode="development")
        environment = self.actions.environment()
        stock = self.folder / "stock"
        stock.mkdir()
        self.actions = StockActions(self.actions.port, stock, self.logs,
                                    environment)
        self.workers = [
            StockWorker(f"stock-{number}", worker.port, self.folder, self.logs, environment,
                        endpoints=self._endpoints())
            for number, worker in enumerate(self.workers, 1)]
        (self.nginx.folder / "spinebot.conf").write_text(_NGINX.format(
            host=HOST, port=self.nginx.port,
            workers=" ".join(f"server {HOST}:{worker.port};" for worker in self.workers)))

    def _endpoints(self) -> Mapping[str, Any]:
        database, redis = urlsplit(self.postgres.url), urlsplit(self.redis.url)
        return {
            "action_endpoint": {"url": f"{self.actions.url}/webhook"},
            "tracker_store": {
                "type": "SQL", "dialect": "postgresql", "url": database.hostname,
                "port": database.port, "db": database.path.strip("/"),
                "username": database.username, "password": database.password},
            "lock_store": {"type": "redis", "url": redis.hostname, "port": redis.port,
                           "password": redis.password, "db": 0}}
