"""Which failure is tried again, and how long it waits."""
from __future__ import annotations

import pytest

from spinebot.channels.whatsapp.codes import (
    CAP,
    UNCERTAIN_WAIT,
    Verdict,
    exhausted,
    verdict,
    wait,
)


@pytest.mark.parametrize(("code", "status", "interactive", "expected"), [
    *((code, 400, False, Verdict.RETRY) for code in
      (1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057, 133004, 20429, 63018)),
    *((code, 400, True, Verdict.DEAD) for code in
      (0, 10, 190, 131021, 131026, 131030, 131047, 131051, 131062, 368, 63016, 20003)),
    (100, 400, True, Verdict.PLAIN), (131009, 400, True, Verdict.PLAIN),
    (100, 400, False, Verdict.DEAD), (131008, 400, True, Verdict.PLAIN),
    (None, 429, False, Verdict.RETRY), (None, 500, False, Verdict.UNCERTAIN),
    (131000, 500, True, Verdict.UNCERTAIN), (None, 503, True, Verdict.UNCERTAIN),
    (None, 404, False, Verdict.DEAD), (999, 400, False, Verdict.DEAD)])
def test_verdict(code: int, status: int, interactive: bool, expected: Verdict) -> None:
    assert verdict(code, status, interactive) is expected


@pytest.mark.parametrize(("attempts", "units"), [
    (1, 1), (2, 4), (3, 16), (4, 64), (5, 256), (6, CAP), (7, CAP), (500, CAP)])
def test_the_wait_is_a_power_of_four_with_jitter_and_cap(attempts: int, units: float) -> None:
    assert wait(attempts, False, lambda: 0.0) == units
    assert wait(attempts, False, lambda: 1.0) == min(CAP, units * 1.25)


def test_an_uncertain_send_waits_for_its_status() -> None:
    assert wait(1, True, lambda: 0.0) == UNCERTAIN_WAIT
    assert wait(3, True, lambda: 0.0) == 16


def test_an_urgent_message_is_granted_more_tries() -> None:
    assert [exhausted(count, urgent) for count, urgent in
            [(9, False), (10, False), (10, True), (39, True), (40, True)]] == [
        False, True, False, False, True]
