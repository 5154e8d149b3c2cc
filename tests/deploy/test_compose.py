"""The Compose file and the image, checked without Docker."""
from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from spinebot.paths import ROOT
from tests.deploy.rendered import DEPLOY

DCLINT = DEPLOY / "node_modules" / ".bin" / "dclint"
needs_dclint = pytest.mark.skipif(not (DCLINT.exists() and shutil.which("node")),
                                  reason="dclint is not installed (make check-deploy installs it)")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    return loaded


def lint(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(DCLINT), "-c", ".dclintrc.json", "--max-warnings", "0", str(file)],
                          cwd=DEPLOY, capture_output=True, text=True)


@needs_dclint
def test_the_compose_file_passes_lint() -> None:
    checked = lint(DEPLOY / "compose.yml")
    assert checked.returncode == 0, checked.stdout


@needs_dclint
def test_the_linter_would_notice_a_mistake(tmp_path: Path) -> None:
    wrong = tmp_path / "compose.yml"
    wrong.write_text((DEPLOY / "compose.yml").read_text().replace("start_period", "start_perid"))
    assert lint(wrong).returncode != 0


def test_only_nginx_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, each in services.items() if "ports" in each] == ["nginx"]
    assert compose["networks"]["inside"]["internal"]
    for name in ("postgres", "redis"):
        assert services[name]["networks"] == ["inside"]


def test_each_worker_has_an_action_server_on_its_own_loopback(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for number in (1, 2):
        assert services[f"worker-{number}"]["network_mode"] == f"service:pod-{number}"
        assert services[f"actions-{number}"]["network_mode"] == f"service:pod-{number}"
        assert "SPINEBOT_ACTIONS_HOST" not in services[f"actions-{number}"]["environment"]
        assert services[f"pod-{number}"]["networks"]["inside"]["ipv4_address"]


def test_the_workers_wait_for_the_stores_and_have_a_journal_each(compose: dict[str, Any]) -> None:
    workers = [compose["services"][f"worker-{number}"] for number in (1, 2)]
    for worker in workers:
        for store in ("postgres", "redis"):
            assert worker["depends_on"][store] == {"condition": "service_healthy"}
    assert len({tuple(worker["volumes"]) for worker in workers}) == 2


def test_everything_is_watched_limited_and_pinned(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert re.fullmatch(r"[\w/-]+:\d+\.\d+[\w.-]*", service["image"]), name
        if name != "front-settings":
            assert service["restart"] == "unless-stopped" and service["mem_limit"], name
        if not name.startswith(("pod-", "front-")):
            assert service["healthcheck"], name


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    text = (DEPLOY / "compose.yml").read_text()
    wanted = set(re.findall(r"\$\{(\w+)", text))
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert wanted == set(given)
    assert not any(given.values())  # no password that somebody could forget to change
    assert not re.findall(r"\$\{\w+\}", text)  # each stops the start where it is missing


def test_the_image_takes_in_what_exists_and_nothing_secret() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert "*" in ignored and not any("env" in line for line in ignored if line.startswith("!"))
    assert re.search(r"^USER 10001", text, re.M)
