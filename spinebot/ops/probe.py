"""One look whether an address answers."""
from __future__ import annotations

import urllib.error
import urllib.request


def answers(url: str, status: int = 200, seconds: float = 2.0) -> bool:
    """Whether a GET of the address is answered with the status in time."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as reply:
            return bool(reply.status == status)
    except urllib.error.HTTPError as refusal:
        return refusal.code == status
    except OSError:
        return False
