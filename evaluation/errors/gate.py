"""The gate's figures: thresholds for a stated miss rate, and what rules and classifier add."""
from __future__ import annotations

import math
from typing import NamedTuple, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.pipelines.lines import HARD_NEGATIVE, RED_FLAG, Line
from spinebot.red_flags.findings import YES, find
from spinebot.red_flags.gate import Thresholds, Zone, decide, reads_present_sign

STEP = 0.01  # thresholds are given to the hundredth
# The phrases of training were written to be hard, so these are far above what visitors' plainer
# words give (see the page): the gate alarms on 94 of 100 of them and asks about most others.
MISSED_BY_ALARM, MISSED_BY_BOTH = 0.06, 0.03


class Alarms(NamedTuple):
    """Shares of some lines that a gate lets through: of red flags, hard negatives, the rest."""

    flags: float
    negatives: float
    rest: float


def threshold_for(probabilities: NDArray[np.float32], miss_rate: float) -> float:
    """The highest threshold, to the hundredth, below which at most `miss_rate` of them lie.

    Args:
        probabilities: of the red flags, one at least.
        miss_rate: from 0 to 1.
    """
    ranked = np.sort(probabilities)
    lowest_kept = float(ranked[int(miss_rate * len(ranked))])
    return round(math.floor(lowest_kept / STEP + 1e-9) * STEP, 2)


def alarms(lines: Sequence[Line], raised: Sequence[bool] | NDArray[np.bool_]) -> Alarms:
    """Shares of the raised ones among the three groups of `lines`."""
    groups = np.array([line.group if line.group in (RED_FLAG, HARD_NEGATIVE) else ""
                       for line in lines])
    up = np.asarray(raised, bool)
    return Alarms(*(float(up[groups == group].mean()) for group in (RED_FLAG, HARD_NEGATIVE, "")))


def zones(lines: Sequence[Line], probabilities: NDArray[np.float32],
          thresholds: Thresholds) -> list[Zone]:
    """What the gate makes of each line."""
    return [decide(float(share), find(line.text), thresholds)
            for line, share in zip(lines, probabilities)]


def rules_alone(line: Line) -> bool:
    """Whether the rules read a present sign or a sudden onset, with nothing learnt."""
    found = find(line.text)
    sudden = found.values.get("sudden_onset") == YES and not found.contexts
    return reads_present_sign(found) or sudden
