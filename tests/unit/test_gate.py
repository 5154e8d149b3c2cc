"""Alarm, ask or stay quiet: the table of the red-flag gate."""
from __future__ import annotations

import pytest
import yaml

from spinebot.paths import ROOT
from spinebot.red_flags.findings import find
from spinebot.red_flags.gate import Thresholds, Zone, decide, reads_present_sign

QUIET, ASK, ALARM = Zone.QUIET, Zone.ASK, Zone.ALARM
LIMITS = Thresholds(alarm=0.3, ask=0.1, ask_with_sign=0.02)
PLAIN, SIGN = "something is off today", "my legs are numb"


@pytest.mark.parametrize(("probability", "message", "zone"), [
    (0.0, PLAIN, QUIET), (0.09, PLAIN, QUIET), (0.1, PLAIN, ASK), (0.29, PLAIN, ASK),
    (0.3, PLAIN, ALARM), (1.0, PLAIN, ALARM),
    # a sign that the rules read as present is asked about sooner
    (0.01, SIGN, QUIET), (0.02, SIGN, ASK), (0.29, SIGN, ASK), (0.3, SIGN, ALARM),
    # what the rules read as denied, feared or past is no such sign, and lowers no alarm
    (0.05, "my legs are not numb", QUIET), (0.3, "my legs are not numb", ALARM),
    (0.05, "what if my legs go numb", QUIET), (0.3, "what if my legs go numb", ALARM),
    (0.05, "numb legs ten years ago", QUIET), (0.3, "numb legs ten years ago", ALARM),
])
def test_the_zone_of_a_message(probability: float, message: str, zone: Zone) -> None:
    assert decide(probability, find(message), LIMITS) is zone


@pytest.mark.parametrize(("message", "present"), [
    ("my legs are numb", True),
    ("my father can't move his legs", True),
    ("no, I can't walk", True),
    ("no pain, no weakness, but I can't pee", True),
    ("fell ten years ago and my legs are still numb", True),
    ("my legs are not numb", False),
    ("what if I can't walk after the epidural", False),
    ("suppose my arm goes weak", False),
    ("in 2008 I couldn't feel my feet", False),
    ("his legs were weak but he is fully recovered", False),
    ("read that people wake up with numb legs", False),
    ("agar pair sunn ho jaye to", False),
    ("where is the clinic", False),
])
def test_a_sign_is_read_as_present_only_where_it_is(message: str, present: bool) -> None:
    assert reads_present_sign(find(message)) is present


def test_the_thresholds_in_force_stand_in_order() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    gate = next(c for c in config["pipeline"] if c["name"].endswith("RedFlagGate"))
    assert 0 < gate["ask_with_sign"] < gate["ask"] < gate["alarm"] < 0.5
