"""The systemd units, read by systemd itself."""
from __future__ import annotations

import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from tests.deploy.rendered import DEPLOY

UNITS = sorted((DEPLOY / "systemd").glob("spinebot*.[st]*"))
INSTALLED = "/opt/spinebot"


def unit(name: str) -> RawConfigParser:
    parsed = RawConfigParser(strict=False, comment_prefixes=("#",))
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(DEPLOY / "systemd" / name)
    return parsed


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    # as if it were installed: systemd looks whether the programs are there
    python = tmp_path / "opt" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (tmp_path / "opt" / "models").mkdir()
    files = []
    for source in UNITS:
        if source.suffix not in (".service", ".target", ".timer"):
            continue
        name = source.name.replace("@.", "@5005.")
        text = source.read_text().replace(INSTALLED, str(tmp_path / "opt"))
        (tmp_path / name).write_text(text.replace("User=spinebot", "User=root")
                                     .replace("Group=spinebot", "Group=root"))
        files.append(str(tmp_path / name))
    (tmp_path / "spinebot-worker@5006.service").write_text(
        (tmp_path / "spinebot-worker@5005.service").read_text())
    checked = subprocess.run(["systemd-analyze", "verify", "--man=no", *files],
                             capture_output=True, text=True)
    about_ours = [line for line in checked.stderr.splitlines() if "spinebot" in line]
    assert (checked.returncode, about_ours) == (0, []), checked.stderr


def test_a_worker_may_finish_its_turns_and_comes_back() -> None:
    service = unit("spinebot-worker@.service")["Service"]
    assert int(service["TimeoutStopSec"]) > 15 and service["Restart"] == "always"
    assert int(service["TimeoutStartSec"]) > 180
    assert "/health/live" in service["ExecStartPost"]


def test_the_action_server_cannot_be_reached_or_reach_out() -> None:
    service = unit("spinebot-actions.service")["Service"]
    assert (service["IPAddressDeny"], service["IPAddressAllow"]) == ("any", "localhost")
    assert service["EnvironmentFile"] != unit("spinebot-worker@.service")["Service"][
        "EnvironmentFile"]  # it needs none of the secrets


def test_the_examples_hold_no_secret() -> None:
    for file in (DEPLOY / "systemd").glob("*.example"):
        values = dict(line.split("=", 1) for line in file.read_text().splitlines()
                      if line and not line.startswith("#"))
        assert set(filter(None, values.values())) <= {"production", "1"}
