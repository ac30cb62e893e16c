"""Reading a live stream in the tests, with the client's own parser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from ror_tui.api_client.sse import Message, Parser
from tests.world import World

PATIENCE = 20.0


class Reader:
    """One open stream."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.chunks = response.aiter_raw()
        self._parser = Parser()
        self._ready: list[Message] = []

    async def chunk(self) -> bytes | None:
        """Give the next bytes, heartbeats included; None at the end."""
        async with asyncio.timeout(PATIENCE):
            return await anext(self.chunks, None)

    async def next(self) -> Message | None:
        """Give the next event, or None once the stream is over."""
        while not self._ready:
            chunk = await self.chunk()
            if chunk is None:
                return None
            self._ready = self._parser.feed(chunk)
        return self._ready.pop(0)

    async def expect(self, event: str) -> tuple[Any, str]:
        """Give the data and the id of the next event, which must be of this type."""
        message = await self.next()
        assert message is not None, f"the stream ended before « {event} »"
        assert message.event == event, message
        return json.loads(message.data), message.id or ""


@asynccontextmanager
async def stream(region: World, who: str, since: str | None = None) -> AsyncIterator[Reader]:
    """Open a stream as an account."""
    headers = {"Authorization": f"Bearer {await region.login(who)}"}
    if since is not None:
        headers["Last-Event-ID"] = since
    async with region.http.stream("GET", "/v1/evenements", headers=headers) as response:
        assert response.status_code == 200, (await response.aread()).decode()
        yield Reader(response)
