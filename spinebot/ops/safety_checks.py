"""Settings that a clinic's installation must not start with. Pure: environment in, lines out.

No line quotes a secret or an address that may hold one.
"""
from __future__ import annotations

import ipaddress
from typing import Any, Iterable, Iterator, Mapping, Optional
from urllib.parse import unquote, urlsplit

from spinebot import mode
from spinebot.variables import (
    ACTIONS_HOST,
    ACTIONS_URL,
    API_TOKEN,
    DATABASE_URL,
    METRICS_TOKEN,
    MODE,
    ORIGINS,
    REDIS_URL,
)

OPEN_ACTIONS = ("would open the action server to everybody; use 127.0.0.1 or an address of the "
                "internal network.")
MIN_TOKEN = 24  # characters
MIN_SIGNS = 8  # different ones
MIN_PASSWORD = 8
_STORES = (DATABASE_URL, REDIS_URL, "SPINEBOT_WHATSAPP_DATABASE")
_LOG_LEVELS = ("LOG_LEVEL", "LOG_LEVEL_LIBRARIES", "LOG_LEVEL_MATPLOTLIB")
_SWITCHES = ("SANIC_DEBUG", "PYTHONASYNCIODEBUG")
_DEFAULT_PASSWORDS = frozenset((
    "password", "passw0rd", "postgres", "postgresql", "redis", "spinebot", "rasa", "changeme",
    "change-me", "change_me", "secret", "example", "admin", "administrator", "12345678",
    "123456789", "foobared", "test", "testtest", "letmein", "default"))
_INNER_DOMAINS = (".local", ".internal", ".svc")
_OWN_CHANNELS = "spinebot.channels."


def problems(environment: Mapping[str, str], channels: Iterable[str] = ()) -> list[str]:
    """One line for each unsafe setting; none in development.

    Args:
        environment: the process's variables.
        channels: the keys of credentials.yml.
    """
    chosen = environment.get(MODE, "").strip().lower()
    if chosen not in ("", mode.DEVELOPMENT, mode.PRODUCTION):
        return [f"{MODE} must be {mode.DEVELOPMENT} or {mode.PRODUCTION}."]
    if not mode.production(environment):
        return []
    return [*_origins(environment), *_tokens(environment), *_stores(environment),
            *_actions(environment), *_debugging(environment), *_channels(channels)]


def public_address(host: str) -> bool:
    """Whether a server that listens on `host` can be reached from outside the own network.

    A name without a dot is that of a container or a machine of the own network, and so are names
    below the usual inner domains; any other name counts as public.
    """
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return not host or ("." in host and not host.endswith(_INNER_DOMAINS))
    return address.is_unspecified or not (address.is_private or address.is_loopback)


def _origins(environment: Mapping[str, str]) -> Iterator[str]:
    listed = environment.get(ORIGINS, "")
    if not listed.strip(" ,"):
        yield (f"{ORIGINS} is empty; name the website that carries the chat, such as "
               "https://www.example.org.")
    if "*" in listed:
        yield f"{ORIGINS} holds a star: any website could use the chat. Name each origin."


def _tokens(environment: Mapping[str, str]) -> Iterator[str]:
    for name, opens in ((API_TOKEN, "Rasa's API"), (METRICS_TOKEN, "the metrics")):
        token = environment.get(name)
        if token is not None and (len(token.strip()) < MIN_TOKEN or len(set(token)) < MIN_SIGNS):
            yield (f"{name} protects {opens} badly: give it at least {MIN_TOKEN} random "
                   "characters, or do not set it.")


def _stores(environment: Mapping[str, str]) -> Iterator[str]:
    for name in _STORES:
        if environment.get(name):
            problem = _store_problem(environment[name])
            if problem:
                yield f"{name}: {problem}."


def _store_problem(url: str) -> Optional[str]:
    try:
        parts = urlsplit(url)
        host, password = parts.hostname, parts.password
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return "it is no address"
    if not parts.scheme:
        return "it is no address"
    if host is None or _loopback(host):  # a file, a socket of this machine
        return None
    if not password:
        return "there is no password, and the server is on another machine"
    plain = unquote(password)
    if plain.lower() in _DEFAULT_PASSWORDS or plain == parts.username:
        return "the password is a well-known one"
    if len(plain) < MIN_PASSWORD:
        return f"the password is shorter than {MIN_PASSWORD} characters"
    return None


def _actions(environment: Mapping[str, str]) -> Iterator[str]:
    host = environment.get(ACTIONS_HOST, "")
    if host and public_address(host):
        yield f"{ACTIONS_HOST} {OPEN_ACTIONS}"
    url = environment.get(ACTIONS_URL, "")
    if url and public_address(urlsplit(url).hostname or ""):
        yield f"{ACTIONS_URL} does not point into the own network."


def _debugging(environment: Mapping[str, str]) -> Iterator[str]:
    for name in _LOG_LEVELS:
        if environment.get(name, "").strip().upper() in ("DEBUG", "NOTSET"):
            yield f"{name} is DEBUG: the logs would hold what visitors write."
    for name in _SWITCHES:
        if environment.get(name, "").strip().lower() not in ("", "0", "false", "no", "off"):
            yield f"{name} is on: that is for development."


def _channels(channels: Iterable[Any]) -> Iterator[str]:
    for name in channels:
        if not str(name).startswith(_OWN_CHANNELS):
            yield (f"credentials.yml opens the channel {name}, which nothing guards; use those of "
                   "spinebot.channels.")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
