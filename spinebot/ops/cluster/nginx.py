"""nginx of the cluster, with the configuration that is deployed."""
from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Sequence

from spinebot.ops.cluster.service import HOST, Service
from spinebot.ops.probe import answers
from spinebot.ops.proxy import Site, render

USER = "www-data"  # of Debian; what answers visitors is not root
_MAIN = """\
{user}daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/spinebot.conf;
}}
"""


class Nginx(Service):
    """The front door of the cluster."""

    def __init__(self, port: int, folder: Path, logs: Path, workers: Sequence[str]) -> None:
        """Write its configuration.

        Args:
            workers: host:port of each worker.
        """
        super().__init__("nginx", port, folder, logs)
        user = f"user {USER};\n" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(_MAIN.format(folder=self.folder, user=user))
        (self.folder / "spinebot.conf").write_text(
            render(Site(workers, f"{HOST}:{port}", logs=str(logs))))

    def command(self) -> Sequence[str]:
        """The server in the foreground."""
        # Debian keeps it out of other users' path
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        return [program, "-p", str(self.folder), "-e", str(self.log), "-c",
                str(self.folder / "nginx.conf")]

    def is_ready(self) -> bool:
        """Whether it listens."""
        return answers(f"{self.url}/_nothing", 404)
