"""Rasa's command line without its libraries' deprecation warnings.

Sanic puts its own warning filter in front when it is imported, so PYTHONWARNINGS cannot silence
the some forty lines that would bury the one a newcomer has to read.
"""
from __future__ import annotations

import warnings

import sanic  # noqa: F401 - its filter must stand before ours

warnings.simplefilter("ignore", DeprecationWarning)

from rasa.__main__ import main  # noqa: E402 - importing it is what warns

if __name__ == "__main__":
    main()
