"""`make evaluate`, first half: our own test phrases, as figures and pictures by intent."""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from evaluation.pipelines.lines import training_phrases
from spinebot.ops.environment import child_environment, rasa_command
from spinebot.ops.train import MODEL
from spinebot.paths import ROOT

TEST_PHRASES = ROOT / "tests" / "nlu"
REPORT = ROOT / "evaluation" / "report"
PICTURES = {"intent_confusion_matrix.png": "confusion_matrix.png",
            "intent_histogram.png": "confidence_histogram.png"}


def run_rasa_test(out: Path) -> None:
    """Rasa's own NLU test, which draws the pictures.

    Raises:
        SystemExit: it failed; its last lines say why.
    """
    command = rasa_command("test", "nlu", "--nlu", str(TEST_PHRASES), "--model", str(MODEL),
                           "--out", str(out))
    done = subprocess.run(command, cwd=ROOT, env=child_environment(), text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit("\n".join(done.stderr.splitlines()[-10:]))


def table(report: dict[str, dict[str, float]], trained: Counter[str]) -> list[str]:
    """One line an intent: phrases trained on, phrases tested, precision, recall, F1."""
    lines = [f"{'intent':20s} trained tested precision recall    F1"]
    for intent in sorted(trained):
        if intent in report:
            row = report[intent]
            lines.append(f"{intent:20s} {trained[intent]:7d} {row['support']:6.0f} "
                         f"{row['precision']:9.3f} {row['recall']:6.3f} {row['f1-score']:5.3f}")
    average = report["macro avg"]
    lines.append(f"{'macro average':20s} {sum(trained.values()):7d} {average['support']:6.0f} "
                 f"{average['precision']:9.3f} {average['recall']:6.3f} "
                 f"{average['f1-score']:5.3f}")
    return lines


def main() -> None:
    """Test, keep the pictures and the table, and print the table."""
    REPORT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        print("Testing ...", flush=True)
        run_rasa_test(out)
        for name, kept in PICTURES.items():
            (REPORT / kept).write_bytes((out / name).read_bytes())
        report = json.loads((out / "intent_report.json").read_text(encoding="utf-8"))
    lines = table(report, Counter(str(line.intent) for line in training_phrases()))
    (REPORT / "intents.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    print(f"pictures: {', '.join(PICTURES.values())} in evaluation/report")


if __name__ == "__main__":
    main()
