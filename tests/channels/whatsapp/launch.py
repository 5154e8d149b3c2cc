"""`rasa run` with faults built in, as a process of its own.

HANG_AT=<point>: once the file <MARKER>.armed is there, the next to reach the point writes MARKER
and stays there for good.
GATE: the turn of a message with the word "slowly" does not go on until this file is there.
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
        armed = marker.with_suffix(".armed").exists() and not marker.exists()
        if after or not armed:
            result = await real(self, *args, **kwargs)
        if not armed:
            return result
        marker.write_text(point)
        return await asyncio.Event().wait()

    setattr(holder, name, hanging)


def hold_behind(gate: Path) -> None:
    real = Agent.handle_message

    async def held(self: Any, message: Any) -> Any:
        while "slowly" in message.text and not gate.exists():
            await asyncio.sleep(0.05)
        return await real(self, message)

    Agent.handle_message = held


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    if os.environ.get("HANG_AT"):
        hang_at(os.environ["HANG_AT"], Path(os.environ["MARKER"]))
    if os.environ.get("GATE"):
        hold_behind(Path(os.environ["GATE"]))
    sys.exit(main())
