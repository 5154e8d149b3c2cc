"""Run the story tests: `python -m spinebot.ops.stories`; it exits 1 if any fails.

`rasa test` exits 0 whatever fails, and with `--fail-on-prediction-errors` it stops at the first
failure. So it runs without that flag, and its report is read. It needs no action server: it
predicts every step and runs none.
"""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable

import yaml

from spinebot.ops.environment import child_environment
from spinebot.ops.preflight import yaml_problems
from spinebot.ops.train import MODEL
from spinebot.paths import ROOT

STORIES = ROOT / "tests" / "stories"
LAST_LINES = 15  # of Rasa's log, shown where Rasa breaks down
# `rasa test` forgives a policy that runs the form where the story goes another way: it lets the
# form "reject" and asks again, so a report or a question in the middle could never fail.
STRICT_RASA = """from unittest.mock import patch; from rasa.__main__ import main
with patch("rasa.core.test._form_might_have_been_rejected", return_value=False):
    main()"""
_STORY, _STEP, _PREDICTED = "- story:", "- ", "  # predicted: "


@dataclass
class Failure:
    """One failed story: its name and file, and each wrong step as (expected, predicted)."""

    story: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def failures(report: Iterable[str]) -> list[Failure]:
    """What the lines of `failed_test_stories.yml` say; Rasa notes a wrong step as a comment."""
    found: list[Failure] = []
    for line in report:
        if line.startswith(_STORY):
            found.append(Failure(str(yaml.safe_load(line)[0]["story"])))
        elif _PREDICTED in line:
            expected, _, predicted = line.strip().removeprefix(_STEP).partition(_PREDICTED)
            found[-1].steps.append((expected, predicted))
    return found


def run_rasa(out: Path) -> tuple[int, list[Failure]]:
    """How many stories ran, and those that failed; Rasa writes its files to `out`.

    Raises:
        SystemExit: Rasa broke down; the end of its log says why.
    """
    command = [sys.executable, "-c", STRICT_RASA, "test", "core", "--e2e", "--no-plot",
               f"--stories={STORIES.relative_to(ROOT)}", f"--model={MODEL}", f"--out={out}"]
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    summary, failed = out / "story_report.json", out / "failed_test_stories.yml"
    if done.returncode != 0 or not (summary.is_file() and failed.is_file()):
        print(*done.stdout.splitlines()[-LAST_LINES:], sep="\n", file=sys.stderr)
        sys.exit("rasa test broke down; the lines above are the end of its log.")
    counts = json.loads(summary.read_text(encoding="utf-8")).get("conversation_accuracy", {})
    return counts.get("total", 0), failures(failed.read_text(encoding="utf-8").splitlines())


def main() -> int:
    """Print how many stories passed and what went wrong in the others; 1 if anything did."""
    files = sorted(STORIES.glob("*.yml"))
    problems = yaml_problems(files)
    if not MODEL.is_file():
        problems.append("There is no model; `make train` makes one.")
    if problems:
        print(*problems, sep="\n", file=sys.stderr)
        return 1
    written = sum(len(yaml.safe_load(path.read_text(encoding="utf-8")).get("stories", []))
                  for path in files)
    print(f"Running {written} stories (about half a minute) ...", flush=True)
    with tempfile.TemporaryDirectory() as out:
        ran, failed = run_rasa(Path(out))
    for failure in failed:
        print(f"\nFAILED {failure.story}")
        for expected, predicted in failure.steps:
            print(f"  expected   {expected}\n  predicted  {predicted}")
        if not failure.steps:  # the one difference that Rasa counts but does not write down
            print("  an aspect is predicted that differs from the one in the story")
    print(f"\nStory tests: {ran - len(failed)} passed, {len(failed)} failed.")
    if ran < written or not ran:  # Rasa passes over misnamed files and exact doubles
        print(f"{ran} of {written} ran: is a file not named test_*.yml, a story there twice?")
    return 1 if failed or ran < written or not ran else 0


if __name__ == "__main__":
    sys.exit(main())
