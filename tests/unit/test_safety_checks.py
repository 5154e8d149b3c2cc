"""Unsafe settings are refused in production, one line each, and no line tells a secret."""
from __future__ import annotations

import pytest

from spinebot.ops.safety_checks import problems, public_address

TOKEN = "kR7v-2mQ9_xW4tLz8bNc5yHd"
SAFE = {"SPINEBOT_MODE": "production", "SPINEBOT_ORIGINS": "https://clinic.example",
        "SPINEBOT_DATABASE_URL": "postgresql://bot:h0rse-b4ttery@db.internal/bot",
        "SPINEBOT_REDIS_URL": "rediss://:h0rse-b4ttery@redis:6379/0",
        "SPINEBOT_API_TOKEN": TOKEN, "SPINEBOT_METRICS_TOKEN": TOKEN[::-1],
        "SPINEBOT_ACTIONS_HOST": "10.0.0.7", "LOG_LEVEL": "INFO"}


def test_a_safe_installation_starts() -> None:
    assert problems(SAFE, ["spinebot.channels.website.WebsiteChannel"]) == []


def test_nothing_but_the_mode_and_the_website_is_needed() -> None:
    assert problems({"SPINEBOT_MODE": "Production ", "SPINEBOT_ORIGINS": "https://a.example"}) == []


@pytest.mark.parametrize(("variable", "value"), [
    ("SPINEBOT_ORIGINS", ""), ("SPINEBOT_ORIGINS", " , "), ("SPINEBOT_ORIGINS", "*"),
    ("SPINEBOT_ORIGINS", "https://*.example"),
    ("SPINEBOT_API_TOKEN", ""), ("SPINEBOT_API_TOKEN", "changeme"),
    ("SPINEBOT_API_TOKEN", "a" * 40), ("SPINEBOT_METRICS_TOKEN", ""),
    ("SPINEBOT_DATABASE_URL", "postgresql://bot@db.internal/bot"),
    ("SPINEBOT_DATABASE_URL", "postgresql://bot:@db.internal/bot"),
    ("SPINEBOT_DATABASE_URL", "postgresql://postgres:postgres@10.0.0.2/bot"),
    ("SPINEBOT_DATABASE_URL", "postgresql://h0rse-b4ttery:h0rse-b4ttery@10.0.0.2/bot"),
    ("SPINEBOT_DATABASE_URL", "postgresql://bot:Change%2DMe@10.0.0.2/bot"),
    ("SPINEBOT_DATABASE_URL", "postgresql://bot:h0rse@10.0.0.2/bot"),
    ("SPINEBOT_DATABASE_URL", "postgresql://bot:h0rse-b4ttery@db:port/bot"),
    ("SPINEBOT_WHATSAPP_DATABASE", "postgresql://bot@db.internal/bot"),
    ("SPINEBOT_REDIS_URL", "redis://redis:6379/0"),
    ("SPINEBOT_REDIS_URL", "redis://:foobared@redis:6379/0"), ("SPINEBOT_REDIS_URL", "redis"),
    ("SPINEBOT_ACTIONS_HOST", "0.0.0.0"), ("SPINEBOT_ACTIONS_HOST", "::"),
    ("SPINEBOT_ACTIONS_HOST", "8.8.8.8"), ("SPINEBOT_ACTIONS_HOST", "actions.clinic.example"),
    ("SPINEBOT_ACTIONS_URL", "http://8.8.8.8:5055/webhook"), ("SPINEBOT_ACTIONS_URL", "actions"),
    ("LOG_LEVEL", "debug"), ("LOG_LEVEL_LIBRARIES", "DEBUG"), ("PYTHONASYNCIODEBUG", "1"),
])
def test_one_unsafe_setting_gives_one_line_that_names_it(variable: str, value: str) -> None:
    found = problems({**SAFE, variable: value})
    assert len(found) == 1
    assert variable in found[0] and "\n" not in found[0]
    for secret in ("h0rse", "postgres:postgres", "foobared", "changeme", "Change%2DMe"):
        assert secret not in found[0]


@pytest.mark.parametrize("url", [
    "postgresql://bot@127.0.0.1/bot", "postgresql://bot@localhost:5433/bot",
    "postgresql:///bot?host=/run/postgresql", "sqlite:////var/lib/spinebot/conversations.db",
    "postgresql://bot@[::1]/bot"])
def test_a_database_on_this_machine_may_trust_it(url: str) -> None:
    assert problems({**SAFE, "SPINEBOT_DATABASE_URL": url}) == []


@pytest.mark.parametrize("channel", ["rest", "socketio", "rasa.core.channels.rest.RestInput"])
def test_a_channel_that_nothing_guards_is_refused(channel: str) -> None:
    [found] = problems(SAFE, [channel])
    assert channel in found


def test_an_unknown_mode_is_refused_and_counts_as_strict() -> None:
    assert problems({"SPINEBOT_MODE": "prod"}) == [
        "SPINEBOT_MODE must be development or production."]


@pytest.mark.parametrize("environment", [
    {}, {"SPINEBOT_MODE": ""}, {"SPINEBOT_MODE": "development", "SPINEBOT_ORIGINS": "*",
                                "LOG_LEVEL": "DEBUG", "SPINEBOT_ACTIONS_HOST": "0.0.0.0"}])
def test_development_refuses_nothing(environment: dict[str, str]) -> None:
    assert problems(environment, ["rest"]) == []


@pytest.mark.parametrize(("host", "public"), [
    ("127.0.0.1", False), ("::1", False), ("localhost", False), ("192.168.1.4", False),
    ("172.17.0.3", False), ("fd00::1", False), ("actions", False),
    ("actions.clinic.svc", False), ("0.0.0.0", True), ("1.1.1.1", True), ("2606:4700::1", True),
    ("actions.example.org", True), ("", True)])
def test_who_can_reach_an_address(host: str, public: bool) -> None:
    assert public_address(host) is public
