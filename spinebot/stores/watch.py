"""Whether a store is there: one failure and it is left alone until a probe finds it again."""
from __future__ import annotations

import asyncio
import logging
from typing import Awaitable, Callable, Optional

PROBE_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Away(Exception):
    """The store does not answer: what it holds is unknown, which is not the same as empty."""


class Watch:
    """Keeps everybody from a store that is away, and looks for its return in the background.

    Args:
        name: for the log.
        probe: returns once the store works; raises while it does not.

    Attributes:
        away: the store must not be asked.
    """

    def __init__(self, name: str, probe: Callable[[], Awaitable[None]]) -> None:
        self.away = False
        self._name = name
        self._probe = probe
        self._looking: Optional[asyncio.Future[None]] = None

    def lost(self, error: BaseException) -> None:
        """Note that the store failed; it is looked for from now on."""
        if not self.away:
            # the type only: a driver's text quotes what was asked
            logger.error("%s is away: %s", self._name, type(error).__name__)
        self.away = True
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._look())

    def back(self) -> None:
        """Note that the store works."""
        if self.away:
            logger.warning("%s is back", self._name)
        self.away = False

    async def close(self) -> None:
        """Stop looking."""
        if self._looking and not self._looking.done():
            self._looking.cancel()
            await asyncio.wait({self._looking})

    async def _look(self) -> None:
        while self.away:
            try:
                await self._probe()
            except Exception as error:
                logger.debug("%s is still away: %s", self._name, type(error).__name__)
                await asyncio.sleep(PROBE_SECONDS)
            else:
                self.back()
