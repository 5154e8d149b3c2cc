"""Which pages may talk to the widget's channel."""
from __future__ import annotations

from typing import Optional

import pytest
from rasa.shared.exceptions import InvalidConfigException

from spinebot.channels.website.origins import Origins, answer_headers, preflight_headers

HOST = "chat.clinic.example"
LISTED = Origins("https://clinic.example, http://localhost:8080,")


@pytest.mark.parametrize(("origin", "allowed"), [
    (None, True),  # no browser
    ("https://clinic.example", True),
    ("HTTPS://Clinic.example", True),
    ("http://localhost:8080", True),
    (f"https://{HOST}", True),  # the server's own page
    ("null", False),  # a sandboxed frame or a file
    ("", False),
    ("http://clinic.example", False),
    ("https://clinic.example:8443", False),
    ("https://clinic.example.evil.example", False),
    ("https://evil-clinic.example", False),
    ("https://www.clinic.example", False),
    (f"https://{HOST}:444", False),
    (f"https://{HOST}.evil.example", False),
    (f"https://evil.example/{HOST}", False),
    (f"https://evil.example@{HOST}", False),
    ("*", False),
])
def test_only_listed_pages_and_the_servers_own_may(origin: Optional[str], allowed: bool) -> None:
    assert LISTED.allow(origin, HOST) is allowed


def test_without_a_list_only_the_servers_own_page_may() -> None:
    assert Origins().allow(f"http://{HOST}", HOST)
    assert not Origins().allow("https://clinic.example", HOST)


@pytest.mark.parametrize("listed", ["*", "clinic.example", "https://clinic.example/", "null",
                                    "https://clinic.example/chat", "https://*.clinic.example",
                                    "https://a.example https://b.example", "ftp://a.example"])
def test_a_wrong_list_is_said_at_the_start(listed: str) -> None:
    with pytest.raises(InvalidConfigException, match="SPINEBOT_ORIGINS"):
        Origins(listed)


def test_an_answer_may_be_read_by_its_page_and_kept_by_nobody() -> None:
    headers = answer_headers("https://clinic.example")
    assert headers["Access-Control-Allow-Origin"] == "https://clinic.example"
    assert headers["Access-Control-Expose-Headers"] == "Server-Timing"
    assert (headers["Vary"], headers["Cache-Control"]) == ("Origin", "no-store")


def test_an_answer_to_nobodys_page_grants_nothing() -> None:
    assert [name for name in answer_headers(None) if name.startswith("Access-Control")] == []


@pytest.mark.parametrize("headers", [answer_headers("https://a.example"),
                                     preflight_headers("https://a.example")])
def test_no_cookie_is_ever_asked_for(headers: dict[str, str]) -> None:
    assert "Access-Control-Allow-Credentials" not in headers
    assert "*" not in headers.values()
