"""What the issue wants of every fault; nothing here is ever loosened."""
from __future__ import annotations

import os

from tests.production.ledger import Count

URGENT_SECONDS = 4.0  # to the emergency number and the clinic's contacts
ANSWER_SECONDS = 15.0  # a message that a killed replica had begun
RETURN_SECONDS = 5.0  # until the return of a store is noticed

# The short run belongs to `make test`, on a machine of any speed: seconds of the urgent advice
# are judged by `make test-production` only (two of the rows wait three seconds by design).
_TIMED = os.environ.get("SPINEBOT_PRODUCTION") != "short"


def unkept(counted: Count) -> list[str]:
    """What was not kept, one line each: nothing lost, doubled or silent, advice in time."""
    found = [f"{name}: {value}" for name in ("lost", "doubled", "differing", "misplaced",
                                             "silent", "urgent_missing")
             if (value := getattr(counted, name))]
    if _TIMED and counted.urgent_s > URGENT_SECONDS:
        found.append(f"urgent advice after {counted.urgent_s} s")
    return found
