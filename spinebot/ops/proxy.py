"""nginx's configuration, from one template: `python -m spinebot.ops.proxy --workers ...`.

The template is deploy/nginx/spinebot.conf.template. `make cluster`, the container image and an
installation by hand all use it, so that what the tests run is what is deployed.
"""
from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

from spinebot.paths import ROOT
from spinebot.texts import say

TEMPLATE = ROOT / "deploy" / "nginx" / "spinebot.conf.template"
_ANSWERS = {"REFUSED": ("the request was refused", ("utter_bad_request",)),
            "FLOOD": ("too many requests", ("utter_urgent_advice", "utter_slow_down")),
            "FAULT": ("no worker answered", ("utter_fault",))}
_TLS = """\
    ssl_certificate     {certificate};
    ssl_certificate_key {key};
    ssl_protocols       TLSv1.2 TLSv1.3;
    ssl_session_cache   shared:spinebot_tls:5m;
    ssl_session_timeout 1h;
    ssl_session_tickets off;
    add_header Strict-Transport-Security "max-age=31536000" always;"""
_REDIRECT = """
server {{
    listen {plain};
    server_name {name};
    server_tokens off;
    access_log off;
    location /.well-known/acme-challenge/ {{ root /var/www/html; }} # to renew the certificate
    location / {{ return 301 https://$host$request_uri; }}
}}
"""


@dataclass(frozen=True)
class Tls:
    """Encryption.

    Attributes:
        certificate: file with the certificate and its chain.
        key: file with the private key.
        plain: address or port where plain HTTP is sent on to HTTPS.
    """

    certificate: str
    key: str
    plain: str = "80"


@dataclass(frozen=True)
class Site:
    """One place where Spinebot is reached.

    Attributes:
        workers: host:port of each Rasa worker.
        listen: address and port of nginx.
        name: host name, `_` for any.
        logs: folder of the logs; `-` for the standard output and error, as containers want it.
        tls: None for plain HTTP (behind something else that encrypts, or for a trial).
    """

    workers: Sequence[str]
    listen: str = "443"
    name: str = "_"
    logs: str = "/var/log/nginx"
    tls: Optional[Tls] = None


def render(site: Site, template: Path = TEMPLATE) -> str:
    """The configuration, for the inside of nginx's http block.

    Raises:
        ValueError: the template names a field that there is none for.
    """
    fields = {
        # max_fails=0: a worker that is slow for a moment must not be taken for dead, since with
        # the other one dead nobody would be left; to ask a dead one costs a refused connection
        "WORKERS": "\n".join(f"    server {worker} max_fails=0;" for worker in site.workers),
        "LISTEN": f"{site.listen} ssl http2" if site.tls else site.listen,
        "SERVER_NAME": site.name,
        "ACCESS_LOG": _log(site.logs, "access", "/dev/stdout"),
        "ERROR_LOG": _log(site.logs, "error", "/dev/stderr"),
        "TLS": _TLS.format(**vars(site.tls)) if site.tls else "",
        "REDIRECT": _REDIRECT.format(plain=site.tls.plain, name=site.name) if site.tls else "",
        **{name: answer(error, responses) for name, (error, responses) in _ANSWERS.items()}}

    def filled(match: re.Match[str]) -> str:
        if match[1] not in fields:
            raise ValueError(f"{template.name} names an unknown field: {match[1]}")
        return fields[match[1]]

    return re.sub(r"\$\{([A-Z_]+)\}", filled, template.read_text(encoding="utf-8"))


def _log(folder: str, kind: str, stream: str) -> str:
    return stream if folder == "-" else f"{folder}/spinebot.{kind}.log"


def answer(error: str, responses: Sequence[str]) -> str:
    """An answer of nginx as the website channel gives it, for the inside of single quotes.

    Args:
        error: for the developer.
        responses: names of the domain's responses that the visitor reads.
    """
    text = json.dumps({"error": error, "text": "\n\n".join(map(say, responses))})
    # JSON's own way to write what would end the quotes or begin a variable of nginx
    return text.replace("'", "\\u0027").replace("$", "\\u0024").replace("\\", "\\\\")


def main() -> None:
    """Print the configuration for the given site."""
    parser = argparse.ArgumentParser(prog="python -m spinebot.ops.proxy", description=__doc__)
    parser.add_argument("--workers", required=True, help="host:port of each worker, with commas")
    parser.add_argument("--name", default="_", help="host name of the site")
    parser.add_argument("--listen", help="port (443 with a certificate, else 80)")
    parser.add_argument("--certificate", help="file of the certificate and its chain")
    parser.add_argument("--key", help="file of its private key")
    parser.add_argument("--plain", default="80", help="port that is sent on to HTTPS")
    parser.add_argument("--logs", default="/var/log/nginx", help="folder; - for the output")
    parser.add_argument("--out", type=Path, help="file to write (else it is printed)")
    given = parser.parse_args()
    if bool(given.certificate) != bool(given.key):
        parser.error("--certificate and --key go together")
    tls = Tls(given.certificate, given.key, given.plain) if given.certificate else None
    text = render(Site(given.workers.split(","), given.listen or ("443" if tls else "80"),
                       given.name, given.logs, tls))
    if given.out:
        given.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
