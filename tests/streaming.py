"""The application in this process, for httpx: each piece of an answer reaches the client as the server sends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Scope


class StreamingTransport(httpx.AsyncBaseTransport):
    """Like `httpx.ASGITransport`, which waits for the end of an answer before it gives its beginning."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._whole = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        if request.url.path.endswith("/evenements"):
            return await _Exchange(self._app, request).response()
        return await self._whole.handle_async_request(request)


class _Exchange(httpx.AsyncByteStream):
    """One request and its answer, while the application runs."""

    def __init__(self, app: ASGIApp, request: httpx.Request) -> None:
        self._gone = asyncio.Event()
        self._messages: asyncio.Queue[Message | None] = asyncio.Queue(maxsize=1)
        self._running = asyncio.create_task(self._run(app, _scope(request)))

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._messages.put)
        finally:
            if not self._gone.is_set():
                await self._messages.put(None)

    async def _receive(self) -> Message:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def response(self) -> httpx.Response:
        start = await self._messages.get()
        if start is None:
            await self._running
            raise RuntimeError("the application answered nothing")
        return httpx.Response(start["status"], headers=start["headers"], stream=self)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (message := await self._messages.get()) is not None:
            yield message.get("body", b"")
        await self._running

    async def aclose(self) -> None:
        self._gone.set()
        ending = asyncio.create_task(self._drain())
        with suppress(asyncio.CancelledError):
            await self._running
        ending.cancel()

    async def _drain(self) -> None:
        while True:
            await self._messages.get()


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
