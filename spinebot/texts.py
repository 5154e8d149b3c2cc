"""The domain's texts and contacts for parts that speak without Rasa (errors of a channel)."""
from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping

import yaml

from spinebot.paths import DOMAIN


@lru_cache(maxsize=1)
def domain() -> Mapping[str, Any]:
    """The parsed `domain.yml`."""
    loaded: Mapping[str, Any] = yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))
    return loaded


def slot_values() -> dict[str, str]:
    """Every slot that starts with a text: the contacts and emergency numbers among them."""
    return {name: slot["initial_value"] for name, slot in domain()["slots"].items()
            if isinstance(slot.get("initial_value"), str)}


def say(response: str) -> str:
    """The unconditional text of a response, its contacts filled in.

    Raises:
        KeyError: the domain has no such response.
    """
    variation = next(v for v in domain()["responses"][response] if "condition" not in v)
    return str(variation["text"]).format(**slot_values())
