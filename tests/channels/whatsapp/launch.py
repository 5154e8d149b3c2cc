"""`rasa run` with faults built in, as a process of its own.

HANG_AT=<point>: the first time the point is reached, write MARKER and stay there for good.
SLOW_SECONDS: a message with the word "slowly" takes so long before its turn begins.
"""
from __future__ import annotations

import asyncio
import os
import sys
import warnings
from pathlib import Path
from typing import Any

from rasa.__main__ import main
from rasa.core.agent import Agent

from spinebot.channels.whatsapp.answer import Answerer
from spinebot.channels.whatsapp.meta_api import MetaApi
from spinebot.channels.whatsapp.said import Said

POINTS = {"before_turn": (Said, "to", False), "after_turn": (Answerer, "replies", True),
          "before_send": (MetaApi, "send", False), "after_send": (MetaApi, "send", True)}


def hang_at(point: str, marker: Path) -> None:
    holder, name, after = POINTS[point]
    real = getattr(holder, name)

    async def hanging(self: Any, *args: Any, **kwargs: Any) -> Any:
        if after:
            await real(self, *args, **kwargs)
        marker.write_text(point)
        await asyncio.Event().wait()

    setattr(holder, name, hanging)


def slow_down(seconds: float) -> None:
    real = Agent.handle_message

    async def slow(self: Any, message: Any) -> Any:
        if "slowly" in message.text:
            await asyncio.sleep(seconds)
        return await real(self, message)

    Agent.handle_message = slow


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    if os.environ.get("HANG_AT"):
        hang_at(os.environ["HANG_AT"], Path(os.environ["MARKER"]))
    slow_down(float(os.environ.get("SLOW_SECONDS", "0")))
    sys.exit(main())
