"""What to do after a send failed, by the providers' documented codes."""
from __future__ import annotations

import random
from dataclasses import dataclass
from enum import Enum
from typing import Callable, Optional


class Verdict(Enum):
    """The next step for a message."""

    SENT = "sent"
    RETRY = "retry"  # surely not sent
    UNCERTAIN = "uncertain"  # may have been sent: wait for a status before the next try
    PLAIN = "plain"  # refused for its buttons: send it as text
    DEAD = "dead"  # another try cannot help


@dataclass(frozen=True)
class Outcome:
    """What came of one try: the provider's id of the message, or the code of the failure."""

    verdict: Verdict
    provider_id: str = ""
    code: Optional[int] = None


WINDOW_CLOSED = 131047
TOKEN_CODES = frozenset({0, 190, 20003})  # the access token is refused: nothing goes out any more
_BAD_SHAPE = frozenset({100, 131008, 131009})
_TRANSIENT = frozenset({
    1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004,  # Meta
    20429, 63018, 63038})  # Twilio

MAX_ATTEMPTS, MAX_URGENT_ATTEMPTS = 10, 40  # about an hour, and most of a day
CAP = 900.0
UNCERTAIN_WAIT = 10.0


def verdict(code: Optional[int], http_status: int, interactive: bool) -> Verdict:
    """The step after an answer that was not a success.

    Args:
        code: the provider's, if the answer held one.
        http_status: of the answer.
        interactive: the message had buttons or a list.
    """
    if http_status >= 500:
        return Verdict.UNCERTAIN
    if code in _TRANSIENT or http_status == 429:
        return Verdict.RETRY
    if code in _BAD_SHAPE and interactive:
        return Verdict.PLAIN
    return Verdict.DEAD


def transient(code: Optional[int]) -> bool:
    """Whether a failure that came by status may go away."""
    return code in _TRANSIENT


def wait(attempts: int, uncertain: bool, chance: Callable[[], float] = random.random) -> float:
    """Units (seconds, in production) until the next try: 4^x with up to a quarter of jitter.

    Args:
        attempts: tries so far, at least one.
        uncertain: the last try may have succeeded, so that a status should be waited for.
        chance: from 0 to 1; people whose sends failed together should not return together.
    """
    base = min(CAP, 4.0 ** min(attempts - 1, 10))
    if uncertain:
        base = max(base, UNCERTAIN_WAIT)
    return min(CAP, base * (1 + chance() / 4))


def exhausted(attempts: int, urgent: bool) -> bool:
    """Whether there were tries enough; an urgent message is granted more."""
    return attempts >= (MAX_URGENT_ATTEMPTS if urgent else MAX_ATTEMPTS)
