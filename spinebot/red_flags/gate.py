"""Alarm, ask or stay quiet: the learned probability of a report and what the rules read."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from spinebot.red_flags.findings import YES, Findings

# The signs themselves; the form's other questions are about risks and about the onset.
SIGNS = ("weakness", "walking", "bladder_bowel", "numbness")
NOT_NOW = frozenset({"hypothetical", "past", "over", "general"})


class Zone(Enum):
    """What a message calls for."""

    QUIET = "quiet"
    ASK = "ask"  # show the urgent line and ask whether somebody has it now
    ALARM = "alarm"


@dataclass(frozen=True)
class Thresholds:
    """Probabilities of a report, 0 to 1, each the least that counts.

    Attributes:
        alarm: raises the alarm.
        ask: is enough for the question.
        ask_with_sign: is enough for it where the rules read a sign as present.
    """

    alarm: float
    ask: float
    ask_with_sign: float


def decide(probability: float, findings: Findings, thresholds: Thresholds) -> Zone:
    """The zone of one message.

    The rules raise only: a sign that they read as present is asked about where the classifier
    alone would be quiet. What they read as denied, feared or past has already lowered the
    probability (they are columns of the classifier), and it silences nothing (design, promise 6).
    How the numbers were chosen: docs/decisions/red-flag-gate.md.

    Args:
        probability: of a report, from the classifier.
        findings: what the rules read in the message.
        thresholds: the settings of the gate.
    """
    if probability >= thresholds.alarm:
        return Zone.ALARM
    least = thresholds.ask_with_sign if reads_present_sign(findings) else thresholds.ask
    return Zone.ASK if probability >= least else Zone.QUIET


def reads_present_sign(findings: Findings) -> bool:
    """Whether the rules find a sign that is neither denied nor placed in another time."""
    if not any(findings.values.get(sign) == YES for sign in SIGNS):
        return False
    return "persisting" in findings.contexts or not NOT_NOW & findings.contexts
