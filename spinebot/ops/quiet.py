"""Run a module without its libraries' deprecation warnings: `python -m spinebot.ops.quiet rasa`.

Sanic puts its own warning filter in front when it is imported, so PYTHONWARNINGS cannot silence
the some forty lines that would bury the one a newcomer has to read.
"""
from __future__ import annotations

import runpy
import sys
import warnings

import sanic  # noqa: F401 - its filter must stand before ours


def hush() -> None:
    """Silence deprecation warnings in this process from here on."""
    warnings.simplefilter("ignore", DeprecationWarning)


if __name__ == "__main__":
    hush()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
