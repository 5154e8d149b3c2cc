"""Whether this is a clinic's installation or somebody trying things out."""
from __future__ import annotations

from typing import Mapping

from spinebot.variables import MODE

DEVELOPMENT, PRODUCTION = "development", "production"


def production(environment: Mapping[str, str]) -> bool:
    """Whether the strict mode is on; an unknown word counts as strict, so that a typing error
    opens nothing (`safety_checks` refuses to start with it).
    """
    return environment.get(MODE, "").strip().lower() not in ("", DEVELOPMENT)
