"""The deployment's files as data."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Sequence

import yaml

from spinebot.paths import ROOT

DEPLOY = ROOT / "deploy"
CHART = DEPLOY / "helm" / "spinebot"
SITE = ("--set", "host=chat.example.org,origins=https://www.example.org")


def program(name: str) -> str:
    """A program of our environment."""
    return str(Path(sys.executable).parent / name)


def helm(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([program("helm"), *words], capture_output=True, text=True)


def manifests(*words: str, release: str = "spinebot") -> list[dict[str, Any]]:
    """What the chart renders to."""
    done = helm("template", release, str(CHART), *SITE, *words)
    assert done.returncode == 0, done.stderr
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def named(found: Sequence[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    return next(each for each in found
                if each["kind"] == kind and each["metadata"]["name"] == name)
