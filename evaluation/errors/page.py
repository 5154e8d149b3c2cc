"""The page of the error analysis: tables, pictures, and the lines that fail."""
from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Mapping, Sequence

from evaluation.errors.gate import MISSED_BY_ALARM, MISSED_BY_BOTH, Alarms
from evaluation.errors.readings import Reading
from evaluation.pipelines.lines import HARD_NEGATIVE, RED_FLAG
from spinebot.red_flags.gate import Thresholds

HEAD = """# Error analysis

Made by `make evaluate` on {today}. Two sets are used:

- **messages**: {messages} lines of `evaluation/messages`, written by another author than the
  phrases, never trained on, read by the trained assistant;
- **phrases**: the {phrases} training phrases, each judged by a model that was trained on the other
  four fifths (cross-validation). They were written to be hard, so their figures are far below
  those of plain messages; they serve to choose thresholds.

All lines are invented and no clinician has checked the labels.
"""


def page(readings: Sequence[Reading], phrases: int, chosen: Mapping[str, float],
         in_force: Thresholds, ablation: Mapping[str, tuple[Alarms, Alarms]],
         sweep: Mapping[float, Alarms], asked: Alarms) -> str:
    """The whole page as Markdown.

    Args:
        readings: of the messages.
        phrases: how many training phrases there are.
        chosen: threshold -> value that the cross-validation gives for the stated miss rates.
        in_force: the thresholds of config.yml.
        ablation: name -> alarms on phrases, alarms on messages.
        sweep: threshold of alarm -> alarms on phrases.
        asked: what is alarmed or asked about among the phrases.
    """
    return "\n".join([
        HEAD.format(today=date.today(), messages=len(readings), phrases=phrases),
        "## The gate", "", *_gate(chosen, in_force, sweep, asked), "",
        "![precision against recall](precision_recall.png) ![reliability](reliability.png)", "",
        "## Rules and classifier", "",
        "At the alarm threshold in force, whole messages (not clause by clause).", "",
        *_ablation(ablation), "", "## Kinds", "", "![recall by kind](recall_by_kind.png)", "",
        "## Intents", "", "![confusion matrix](confusion_matrix.png)", "",
        "## Amount of data", "", "![learning curve](learning_curve.png)", "",
        "## Messages that fail", "", *_failures(readings), ""])


def caught_by_kind(readings: Sequence[Reading]) -> dict[str, tuple[int, int]]:
    """Kind or tag of the red flags -> how many were caught, how many there are."""
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for reading in readings:
        if reading.line.group == RED_FLAG:
            total.update(reading.line.labels)
            caught.update(reading.line.labels if reading.alarmed else ())
    return {kind: (caught[kind], total[kind]) for kind in total}


def _gate(chosen: Mapping[str, float], in_force: Thresholds, sweep: Mapping[float, Alarms],
          asked: Alarms) -> list[str]:
    lines = [
        f"Chosen on the phrases: the highest alarm threshold that misses at most "
        f"{MISSED_BY_ALARM:.0%} of the reports is **{chosen['alarm']:.2f}** (in force "
        f"{in_force.alarm:.2f}); the highest below which at most {MISSED_BY_BOTH:.0%} are neither "
        f"alarmed nor asked about is **{chosen['ask']:.2f}** (in force {in_force.ask:.2f}).",
        "", "| alarm threshold | reports alarmed | hard negatives alarmed | others alarmed |",
        "|---|---|---|---|"]
    lines += [_row(f"{threshold:.2f}", found) for threshold, found in sweep.items()]
    return [*lines, _row("alarmed or asked about, in force", asked)]


def _row(name: str, *groups: Alarms) -> str:
    return f"| {name} | " + " | ".join(f"{share:.3f}" for found in groups for share in found) + " |"


def _ablation(ablation: Mapping[str, tuple[Alarms, Alarms]]) -> list[str]:
    return ["| | phrases: reports | hard negatives | others | messages: red flags "
            "| hard negatives | others |", "|---|---|---|---|---|---|---|",
            *(_row(name, *found) for name, found in ablation.items())]


def _failures(readings: Sequence[Reading]) -> list[str]:
    missed = [r for r in readings if r.line.group == RED_FLAG and not r.alarmed]
    false = [r for r in readings if r.line.group != RED_FLAG and r.alarmed]
    asked = Counter(r.line.group for r in readings if r.asked)
    negatives = sum(r.line.group == HARD_NEGATIVE for r in readings)
    return [f"Missed red flags ({len(missed)}):", "", *map(_failure, missed), "",
            f"False alarms ({len(false)}):", "", *map(_failure, false), "",
            f"Asked about: {asked[RED_FLAG]} red flags, {asked[HARD_NEGATIVE]} of {negatives} hard "
            f"negatives, {sum(asked.values()) - asked[RED_FLAG] - asked[HARD_NEGATIVE]} others."]


def _failure(reading: Reading) -> str:
    zone = ", asked about" if reading.asked else ""
    return f"- {reading.probability:.2f}{zone} · {reading.line.labels[0]}: {reading.line.text}"
