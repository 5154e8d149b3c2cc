"""A time limit on calls to the action server; Rasa's own is five minutes."""
from __future__ import annotations

from typing import Any, Optional

import aiohttp
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic

ACTION_SECONDS = 3.0


class LimitedEndpoint(EndpointConfig):
    """An action server's endpoint that is given up after some seconds."""

    def __init__(self, *args: Any, seconds: float = ACTION_SECONDS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def request(self, *args: Any, **kwargs: Any) -> Optional[Any]:
        """As the base class; a call that takes longer raises `asyncio.TimeoutError`."""
        kwargs["timeout"] = self._timeout
        return await super().request(*args, **kwargs)


def limit(endpoint: EndpointConfig) -> LimitedEndpoint:
    """The same endpoint with the limit."""
    return LimitedEndpoint(endpoint.url, endpoint.params, endpoint.headers, endpoint.basic_auth,
                           endpoint.token, endpoint.token_name, endpoint.cafile, **endpoint.kwargs)


async def limit_action_calls(app: Sanic, _: Any) -> None:
    """Sanic listener: once the agent is loaded, put the limit on its action endpoint."""
    processor = app.ctx.agent.processor if app.ctx.agent else None
    if processor and processor.action_endpoint:
        processor.action_endpoint = limit(processor.action_endpoint)
