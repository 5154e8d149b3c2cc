"""Compare the pipelines: `python -m evaluation.pipelines.compare [--again NAME] [--sample N]`.

Goes on where an interrupted comparison stopped; results are in evaluation/report/pipelines.*.
"""
from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, Optional

from evaluation.pipelines.contender import (
    BASELINE,
    CONTENDERS,
    IN_FORCE,
    IN_RASA,
    PARSE,
    through_rasa,
)
from evaluation.pipelines.lines import checksum
from evaluation.pipelines.measure import phrases
from evaluation.pipelines.report import page, picture
from evaluation.pipelines.settings import Settings, add_arguments, from_arguments
from spinebot.ops.environment import child_environment
from spinebot.ops.train import is_current
from spinebot.paths import ROOT, encoder_exported

PAIRS = 5
FOLDER = ROOT / "evaluation" / "report"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                            "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")


def started_with(file: Path, settings: Settings) -> dict[str, Any]:
    """Earlier results on the same phrases and settings, or empty ones."""
    lines = phrases(settings)
    fresh = {"phrases": len(lines), "checksum": checksum(lines), "data": settings.data.name,
             "epochs": [settings.diet_epochs, settings.tuning_epochs]}
    if file.is_file():
        earlier: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        if {key: earlier.get(key) for key in fresh} == fresh:
            return earlier
        print("The phrases or the settings have changed: everything is measured anew.")
    return {**fresh, "contenders": {}}


def measure(name: str, stage: str, settings: Settings) -> Optional[dict[str, Any]]:
    """The figures of one stage, measured in a new process; None where it failed."""
    environment = child_environment()
    if stage in (PARSE, IN_RASA):
        environment |= ONE_THREAD
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "figures.json"
        # Sanic, which comes with Rasa, would print its libraries' deprecations
        quiet = ["spinebot.ops.quiet"] if stage == IN_RASA or through_rasa(name) else []
        command = [sys.executable, "-m", *quiet, "evaluation.pipelines.measure", name, stage,
                   str(result), *settings.as_arguments()]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode != 0:
            return None
        figures: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return figures


def write(results: dict[str, Any], folder: Path) -> None:
    """Results, page and picture into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = {name: results["contenders"][name] for name in CONTENDERS
               if name in results["contenders"]}
    results = {**results, "contenders": ordered}
    (folder / "pipelines.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    (folder / "pipelines.md").write_text(page(results), encoding="utf-8")
    picture(results, folder / "pipelines.png")


def run(settings: Settings, folder: Path, chosen: list[str], again: Optional[str]) -> list[str]:
    """Measure what is missing; returns the contenders that failed."""
    results = started_with(folder / "pipelines.json", settings)
    if again:
        results["contenders"].pop(again, None)
    failed = []
    for place, name in enumerate(chosen, 1):
        row = results["contenders"].get(name, {})
        for stage in CONTENDERS[name].stages:
            if stage in row:
                continue
            print(f"[{place}/{len(chosen)}] {name}: {stage.replace('_', ' ')}", flush=True)
            begun = time.monotonic()
            figures = measure(name, stage, settings)
            if figures is None:
                failed.append(name)
                break
            row |= {"measured": date.today().isoformat(), stage: figures}
            results["contenders"][name] = row
            write(results, folder)
            print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)
    return failed or side_by_side(results, settings, folder)


def side_by_side(results: dict[str, Any], settings: Settings, folder: Path) -> list[str]:
    """Speed of Rasa's default and of the pipeline in force, in turns; medians of PAIRS each.

    A shared machine is now fast, now slow: in turns, both meet the same weather.
    """
    pair = (BASELINE, IN_FORCE)
    if not all(PARSE in results["contenders"].get(name, {}) for name in pair):
        return []
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in pair}
    for turn in range(1, PAIRS + 1):
        for name in pair:
            print(f"side by side {turn}/{PAIRS}: {name}", flush=True)
            figures = measure(name, IN_RASA, settings)
            if figures is None:
                return [name]
            found[name].append(figures)
    for name, runs in found.items():
        results["contenders"][name][IN_RASA] = {
            "ms": {share: median(run["ms"][share] for run in runs) for share in ("p50", "p95")},
            "memory_mb": median(run["memory_mb"] for run in runs),
            "runs": [run["ms"] for run in runs]}
    write(results, folder)
    return []


def main() -> None:
    """Run the comparison and say where its results are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--again", choices=CONTENDERS, metavar="NAME", help="re-measure this one")
    parser.add_argument("--only", choices=CONTENDERS, metavar="NAME", nargs="+",
                        default=list(CONTENDERS), help="only these contenders")
    add_arguments(parser)
    parsed = parser.parse_args()
    settings, folder = from_arguments(parsed), FOLDER
    if not (is_current() if settings.sample is None else encoder_exported()):
        sys.exit("No current model; run `make train`.")
    if settings.sample is not None:
        folder = Path(tempfile.mkdtemp(prefix="pipelines-"))
        settings = replace(settings, work=folder / "work")
    failed = run(settings, folder, parsed.only, parsed.again)
    print(f"results: {folder / 'pipelines.json'}, .md and .png")
    if failed:
        sys.exit(f"Not measured to the end: {', '.join(failed)}; run the command again.")


if __name__ == "__main__":
    main()
