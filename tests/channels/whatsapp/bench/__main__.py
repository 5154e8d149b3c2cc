"""The same deliveries to four systems: `python -m tests.channels.whatsapp.bench`.

Writes evaluation/whatsapp_comparison.md. pywa is installed into a temporary environment, or taken
from the Python that PYWA_PYTHON names.
"""
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Optional

from spinebot.paths import ROOT
from tests.channels.whatsapp.bench.systems import (
    OursMeta,
    OursTwilio,
    Pywa,
    StockTwilio,
    System,
)
from tests.channels.whatsapp.world import Actions

SENDERS = 60
QUIET, QUIET_WHEN_ALL_CAME = 12.0, 4.0  # seconds without a new answer: no more is expected
REPORT = ROOT / "evaluation" / "whatsapp_comparison.md"
SCENARIOS = ("once", "twice", "five in a POST", "no user_id", "first send refused", "forged",
             "kill -9")


def measure(system: System, scenario: str, number: int) -> Optional[tuple[int, int, float]]:
    """Lost, doubled and seconds; None where the provider does nothing of the kind."""
    senders = [f"9198{number}{place:06d}" for place in range(SENDERS)]
    if scenario in ("five in a POST", "no user_id") and not system.batches:
        return None
    if scenario == "first send refused":
        system.fail_first_sends()
    started = time.monotonic()
    size = 5 if scenario == "five in a POST" else 1
    posts = [system.post_of(senders[place:place + size], user_ids=scenario != "no user_id",
                            forged=scenario == "forged")
             for place in range(0, SENDERS, size)]
    if scenario == "twice":
        posts += [system.post_of([one], again=True) for one in senders]
    system.deliver(posts)
    if scenario == "kill -9":
        while not any(system.answers()[one] for one in senders):
            time.sleep(0.01)
        system.kill()
        system.start()
    last = settle(system, senders)
    system.standin.faults = lambda _: None
    counts = [system.answers()[one] for one in senders]
    if scenario == "forged":
        return sum(count > 0 for count in counts), 0, 0.0
    return counts.count(0), sum(max(0, count - 1) for count in counts), last - started


def settle(system: System, senders: list[str]) -> float:
    """When the last answer came."""
    seen, last = 0, time.monotonic()
    patience = QUIET
    while time.monotonic() - last < patience:
        answers = system.answers()
        count = sum(answers[one] for one in senders)
        patience = QUIET_WHEN_ALL_CAME if all(answers[one] for one in senders) else QUIET
        if count > seen:
            seen, last = count, time.monotonic()
        time.sleep(0.05)
    return last


def pywa_python(folder: Path) -> str:
    given = os.environ.get("PYWA_PYTHON")
    if given:
        return given
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "pywa==4.5.0", "fastapi", "uvicorn"],
                   check=True)
    return python


def main() -> int:
    actions, table, speed = Actions(), {}, {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Pywa.python = pywa_python(folder / "pywa-environment")
        for place, kind in enumerate((OursMeta, Pywa, OursTwilio, StockTwilio)):
            system = kind(folder / f"system-{place}", actions.port)
            system.start()
            measure(system, "once", 90)  # the first messages are slow everywhere
            for number, scenario in enumerate(SCENARIOS, 10):
                found = measure(system, scenario, number)
                table[kind.name, scenario] = found
                print(f"{kind.name:24} {scenario:20} {found}", flush=True)
                if scenario == "once" and found:
                    speed[kind.name] = (SENDERS - found[0]) / found[2]
            system.kill()
    actions.stop()
    REPORT.write_text(report(table, speed), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))
    return 0


def report(table: dict[tuple[str, str], Optional[tuple[int, int, float]]],
           speed: dict[str, float]) -> str:
    names = list(dict.fromkeys(name for name, _ in table))
    lines = ["# WhatsApp: the same deliveries to four systems", "",
             f"`make bench-whatsapp`: {SENDERS} people write one message each, all at once. "
             "Lost / doubled answers; for forged posts, how many were answered.", "",
             f"| | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for scenario in SCENARIOS:
        cells = []
        for name in names:
            found = table[name, scenario]
            cells.append("–" if found is None else f"{found[0]} answered" if scenario == "forged"
                         else f"{found[0]} / {found[1]}")
        lines.append(f"| {scenario} | {' | '.join(cells)} |")
    rates = [f"{speed[name]:.1f}" if name in speed else "–" for name in names]
    lines += [f"| answered per second | {' | '.join(rates)} |", "",
              "Meta delivers again what was not accepted, Twilio does not; both hang up after "
              "15 s. pywa answers with an echo, without an assistant, so its speed says nothing "
              "about a turn.", "",
              "twice: the second time written differently (Meta). no user_id: as in Meta's own "
              "example. first send refused: 429 once a phone. kill -9: after the first answer, "
              "then started again."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
