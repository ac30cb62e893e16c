"""An answer that lasts: sent piece by piece, and let go as soon as its reader is gone, stuck, or the server stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FAREWELL_SECONDS = 1.0
"""For the last event, once the server stops."""


class EventStream(Response):
    """Server-sent events.

    Args:
        chunks: What is sent; closed at the end, whatever ends it.
        closed: Set when the server stops.
        patience: Seconds that one piece may take to leave: a reader that takes nothing is let go.
    """

    media_type = "text/event-stream"

    def __init__(self, chunks: AsyncGenerator[bytes, None], closed: asyncio.Event, patience: float) -> None:
        # a proxy must neither keep an answer nor wait for its end
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._chunks = chunks
        self._closed = closed
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI's signature
        """Send until the end."""
        sending = asyncio.create_task(self._send(send))
        ends = {asyncio.create_task(_gone(receive)), asyncio.create_task(self._stopping())}
        try:
            await asyncio.wait({sending, *ends}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled(sending, *ends)
        if not sending.cancelled() and not isinstance(sending.exception(), TimeoutError):
            sending.result()

    async def _stopping(self) -> None:
        await self._closed.wait()
        await asyncio.sleep(FAREWELL_SECONDS)

    async def _send(self, send: Send) -> None:
        headers = self.raw_headers
        await self._in_time(send({"type": "http.response.start", "status": self.status_code, "headers": headers}))
        async with contextlib.aclosing(self._chunks) as chunks:
            async for chunk in chunks:
                await self._in_time(send({"type": "http.response.body", "body": chunk, "more_body": True}))
        await self._in_time(send({"type": "http.response.body", "body": b"", "more_body": False}))

    async def _in_time(self, sending: Awaitable[None]) -> None:
        async with asyncio.timeout(self._patience):
            await sending


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
