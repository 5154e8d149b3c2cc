"""The widget's files: names, caching, packing."""
from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import pytest

from spinebot.channels.website.assets import accepts_gzip, load
from spinebot.texts import slot_values

CODE = b"console.log('spinebot');" * 100
HASHED = f"/spinebot.{hashlib.sha256(CODE).hexdigest()[:16]}.js"


@pytest.fixture()
def served(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "spinebot.js").write_bytes(CODE)
    (tmp_path / "index.html").write_text('<script defer src="{{script}}"></script>')
    (tmp_path / "demo.css").write_text("p {}")
    (tmp_path / "secret.txt").write_text("not served")
    return dict(load(tmp_path))


def test_nothing_but_the_widget_and_its_page_is_served(served: dict[str, Any]) -> None:
    assert set(served) == {"/", "/spinebot.js", HASHED, "/demo.css"}


def test_the_page_loads_the_script_by_its_hash(served: dict[str, Any]) -> None:
    assert served["/"].answer().body == f'<script defer src="{HASHED[1:]}"></script>'.encode()


def test_the_page_runs_nothing_but_the_script(served: dict[str, Any]) -> None:
    policy = served["/"].answer().headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'",
                 "trusted-types lit-html"):
        assert rule in policy.split("; ")
    assert "unsafe" not in policy


def test_the_hashed_name_is_kept_for_ever_and_the_plain_one_is_asked_for_again(
        served: dict[str, Any]) -> None:
    assert "immutable" in served[HASHED].answer().headers["Cache-Control"]
    plain = served["/spinebot.js"].answer().headers["Cache-Control"]
    assert "must-revalidate" in plain and "immutable" not in plain


@pytest.mark.parametrize("name", ["/spinebot.js", HASHED])
def test_any_page_may_load_the_script(served: dict[str, Any], name: str) -> None:
    headers = served[name].answer().headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_a_known_file_is_not_sent_again(served: dict[str, Any]) -> None:
    tag = served["/spinebot.js"].answer().headers["ETag"]
    for known in (tag, f'"other", {tag}', tag.removeprefix("W/")):
        again = served["/spinebot.js"].answer(known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
    assert served["/spinebot.js"].answer('"other"').status == 200


def test_whoever_can_unpack_gets_less(served: dict[str, Any]) -> None:
    packed = served["/spinebot.js"].answer(encodings="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.body) < len(CODE)
    assert gzip.decompress(packed.body) == CODE
    plain = served["/spinebot.js"].answer()
    assert (plain.body, plain.headers.get("Content-Encoding")) == (CODE, None)
    assert "Accept-Encoding" in packed.headers["Vary"] and packed.headers["Vary"] == plain.headers[
        "Vary"]


@pytest.mark.parametrize(("header", "accepted"), [
    ("gzip", True), ("GZIP", True), ("deflate, gzip;q=0.5", True), ("br, gzip; q=1.0", True),
    ("", False), ("br", False), ("gzip;q=0", False), ("gzip; q=0.000", False), ("xgzip", False)])
def test_only_who_asks_for_it_gets_gzip(header: str, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize("missing", ["spinebot.js", "index.html", "demo.css"])
def test_a_widget_that_is_not_built_says_how_and_still_says_112(tmp_path: Path,
                                                                missing: str) -> None:
    for name in {"spinebot.js", "index.html", "demo.css"} - {missing}:
        (tmp_path / name).write_bytes(b"x")
    answer = load(tmp_path)["/"].answer()
    assert answer.status == 503
    text = answer.body.decode()
    assert "make widget" in text
    assert slot_values()["emergency"] in text and slot_values()["clinic_phone"] in text


def test_an_empty_folder_serves_nothing_else(tmp_path: Path) -> None:
    assert set(load(tmp_path)) == {"/"}
