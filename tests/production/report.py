"""The report of the production tests: figures as JSON, and the tables of docs/operating.md.

`python -m tests.production.report` puts the tables of evaluation/production.json into the
document.
"""
from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence

from spinebot.paths import ROOT
from tests.production.ledger import Count

VARIABLE = "SPINEBOT_PRODUCTION_REPORT"  # where to write it; nothing is written without it
USUAL = ROOT / "evaluation" / "production.json"
DOCUMENT = ROOT / "docs" / "operating.md"
_ADDED = ("lost", "doubled", "silent", "urgent_missing")
_HEAD = ("Fault", "Messages", "Answered", "Lost", "Doubled", "Silent", "Urgent message missing",
         "s to the contacts", "s to the urgent message", "s to the slowest answer", "s to recover")

_LOAD_KEYS = ("visitors", "seconds", "messages", "lost", "doubled", "silent", "retried", "p50_ms",
              "p95_ms", "p99_ms", "urgent_s")
_LOAD_HEAD = ("Visitors", "Seconds", "Messages", "Lost", "Doubled", "Silent", "Sent again",
              "p50, ms", "p95, ms", "p99, ms", "s to the contacts, longest")


class Report:
    """Gathers figures while the tests run; every addition is written out at once."""

    def __init__(self, path: Optional[Path] = None) -> None:
        """Continue the file, if there is one.

        Args:
            path: of the file; None: as the environment says.
        """
        named = os.environ.get(VARIABLE)
        self._path = path or (Path(named) if named else None)
        self.figures: dict[str, Any] = {}
        if self._path and self._path.exists():
            self.figures = json.loads(self._path.read_text(encoding="utf-8"))

    def fault(self, name: str, counted: Count, recovery: Optional[float] = None,
              **more: Any) -> None:
        """Add the row of a fault.

        Args:
            name: as the table shows it.
            counted: what became of the messages.
            recovery: seconds until it was over for the visitors, or until the return of a part
                was noticed; None where nothing had to recover.
            more: further figures of the row.
        """
        row = {"fault": name, **vars(counted), "recovery_s": recovery, **more}
        rows = [each for each in self.figures.get("rows", []) if each["fault"] != name]
        rows.append(row)
        self.add(rows=rows, faults=len(rows),
                 **{key: sum(each[key] for each in rows) for key in _ADDED},
                 max_urgent_s=max(each["urgent_s"] for each in rows),
                 max_recovery_s=max(each["recovery_s"] or 0 for each in rows))

    def add(self, **figures: Any) -> None:
        """Set figures by their names, and write the file."""
        self.figures.update(figures)
        if self._path:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(json.dumps(self.figures, indent=1) + "\n", encoding="utf-8")


def _seconds(longest: float) -> str:
    """The longest time of a row; nothing was timed where it is 0."""
    return f"{longest:.1f}" if longest else "–"


def faults_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| " + " | ".join(_HEAD) + " |", "|---" * len(_HEAD) + "|"]
    for row in rows:
        recovery = "–" if row["recovery_s"] is None else f"{row['recovery_s']:.1f}"
        cells = [row["fault"], row["messages"], row["answered"], row["lost"], row["doubled"],
                 row["silent"], row["urgent_missing"], _seconds(row["urgent_s"]),
                 _seconds(row["whole_urgent_s"]), _seconds(row["answer_s"]), recovery]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def load_table(figures: Mapping[str, Any]) -> str:
    """The rows of the load tests as a Markdown table; times in milliseconds."""
    lines = ["| " + " | ".join(_LOAD_HEAD) + " |", "|---" * len(_LOAD_HEAD) + "|"]
    for name in ("load", "burst"):
        if name in figures:
            lines.append("| " + " | ".join(str(figures[name][key]) for key in _LOAD_KEYS) + " |")
    return "\n".join(lines)


def put(text: str, mark: str, table: str) -> str:
    """The document with the table after `<!-- mark -->`, in place of the one that is there.

    Raises:
        ValueError: the document has no such mark.
    """
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    if begin not in text:
        raise ValueError(f"{begin} is missing")
    if end not in text:
        text = text.replace(begin, f"{begin}\n{end}")
    return re.sub(f"{re.escape(begin)}.*?{re.escape(end)}",
                  lambda _: f"{begin}\n{table}\n{end}", text, flags=re.DOTALL)


def main() -> int:
    """Put the tables into the document; returns the exit status."""
    figures = json.loads(USUAL.read_text(encoding="utf-8"))
    text = DOCUMENT.read_text(encoding="utf-8")
    text = put(text, "faults", faults_table(figures["rows"]))
    if "stock_rows" in figures:
        text = put(text, "stock faults", faults_table(figures["stock_rows"]))
    if "load" in figures and "<!-- load -->" in text:
        text = put(text, "load", load_table(figures))
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
