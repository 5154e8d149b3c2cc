"""`make evaluate`, second half: the error analysis of the red-flag gate."""
from __future__ import annotations

import sys

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from tqdm import tqdm

from evaluation.errors import pictures
from evaluation.errors.gate import (
    MISSED_BY_ALARM,
    MISSED_BY_BOTH,
    Alarms,
    alarms,
    rules_alone,
    threshold_for,
    zones,
)
from evaluation.errors.held_out import Shares, cross_validated, learning_curve, report_shares
from evaluation.errors.page import caught_by_kind, page
from evaluation.errors.readings import read_messages
from evaluation.intents import REPORT
from evaluation.pipelines.lines import MESSAGES, RED_FLAG, Line, messages, training_phrases
from spinebot.nlu.encoder import shared_encoder
from spinebot.nlu.features import RULE_COLUMNS, featurise
from spinebot.paths import ROOT
from spinebot.red_flags.gate import Thresholds, Zone

SWEEP = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


def thresholds_in_force() -> Thresholds:
    """Those of the gate in config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    gate = next(part for part in pipeline if part["name"].endswith("RedFlagGate"))
    return Thresholds(**{key: value for key, value in gate.items() if key != "name"})


def features(lines: list[Line]) -> csr_matrix:
    """One row a line, with a bar that shows how far it is."""
    with tqdm(total=len(lines), desc="features", file=sys.stderr) as bar:
        return featurise(shared_encoder(), [line.text for line in lines], bar.update)


def main() -> None:
    """Measure, draw, write the page."""
    limits, lines, told = thresholds_in_force(), training_phrases(), messages(MESSAGES)
    readings = read_messages(MESSAGES)
    rows, told_rows = features(lines), features(told)
    bare, told_bare = rows[:, :-RULE_COLUMNS], told_rows[:, :-RULE_COLUMNS]
    shares = cross_validated(rows, lines, "both")
    flags = shares[[line.group == RED_FLAG for line in lines]]
    chosen = {"alarm": threshold_for(flags, MISSED_BY_ALARM),
              "ask": threshold_for(flags, MISSED_BY_BOTH)}

    def over(phrases: Shares, told_shares: Shares) -> tuple[Alarms, Alarms]:
        return (alarms(lines, phrases >= limits.alarm), alarms(told, told_shares >= limits.alarm))

    ablation = {
        "classifier only": over(cross_validated(bare, lines, "classifier only"),
                                report_shares(bare, lines, told_bare)),
        "rules only": (alarms(lines, [rules_alone(line) for line in lines]),
                       alarms(told, [rules_alone(line) for line in told])),
        "both (in force)": over(shares, report_shares(rows, lines, told_rows))}
    sweep = {threshold: alarms(lines, shares >= threshold) for threshold in SWEEP}
    asked = alarms(lines, [zone is not Zone.QUIET for zone in zones(lines, shares, limits)])

    curves = {"messages": (np.array([reading.probability for reading in readings]),
                           np.array([reading.line.group == RED_FLAG for reading in readings])),
              "phrases, cross-validated": (shares, np.array([line.group == RED_FLAG
                                                             for line in lines]))}
    pictures.precision_recall(REPORT / "precision_recall.png", curves, limits.alarm)
    pictures.reliability(REPORT / "reliability.png", curves)
    pictures.recall_by_kind(REPORT / "recall_by_kind.png", caught_by_kind(readings))
    pictures.learning_curve(REPORT / "learning_curve.png",
                            *learning_curve(rows, lines, told_rows, told))
    text = page(readings, len(lines), chosen, limits, ablation, sweep, asked)
    (REPORT / "README.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
