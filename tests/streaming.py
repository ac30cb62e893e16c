"""The application in this process, for httpx: each piece of an answer reaches the client as the server sends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Scope


class StreamingTransport(httpx.AsyncBaseTransport):
    """Like `httpx.ASGITransport`, which waits for the end of an answer before it gives its beginning."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._whole = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._exchanges: list[_Exchange] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        if not request.url.path.endswith("/evenements"):
            return await self._whole.handle_async_request(request)
        self._exchanges.append(_Exchange(self._app, request))
        return await self._exchanges[-1].response()

    async def finish(self) -> None:
        """Wait until the application has let go of every answer, also of those that nobody reads to their end."""
        for exchange in self._exchanges:
            await exchange.aclose()


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
        await asyncio.wait([self._running])
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


class CutTransport(httpx.AsyncBaseTransport):
    """A line that can be cut, or go dead, under the real server."""

    def __init__(self, below: httpx.AsyncBaseTransport) -> None:
        self._below = below
        self._open: list[_CutStream] = []
        self.paths: list[str] = []
        """What was asked, in order."""
        self.down = False

    def cut(self) -> None:
        """Cut what is open now, as a network that drops does."""
        for stream in self._open:
            stream.broken.set()

    def mute(self) -> None:
        """Let what is open now say nothing any more, without a word."""
        for stream in self._open:
            stream.silent = True

    async def beats(self, count: int) -> None:
        """Wait until this many pieces more have come on what was opened last."""
        stream = self._open[-1]
        wanted = stream.pieces + count
        while stream.pieces < wanted:
            stream.came.clear()
            await stream.came.wait()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, when the line is up."""
        if self.down:
            raise httpx.ConnectError("down", request=request)
        self.paths.append(request.url.raw_path.decode())
        response = await self._below.handle_async_request(request)
        if isinstance(response.stream, _Exchange):
            self._open.append(_CutStream(response.stream))
            response.stream = self._open[-1]
        return response


class _CutStream(httpx.AsyncByteStream):
    """The pieces of an answer, as long as the line holds."""

    def __init__(self, below: _Exchange) -> None:
        self._below = below
        self.broken = asyncio.Event()
        self.silent = False
        self.pieces = 0
        self.came = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._below)
        while (piece := await self._next(pieces)) is not None:
            self.pieces += 1
            self.came.set()
            if not self.silent:
                yield piece

    async def _next(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        reading = asyncio.ensure_future(anext(pieces, None))
        breaking = asyncio.ensure_future(self.broken.wait())
        try:
            await asyncio.wait({reading, breaking}, return_when=asyncio.FIRST_COMPLETED)
            if breaking.done():
                raise httpx.ReadError("cut")
            return reading.result()
        finally:
            reading.cancel()
            breaking.cancel()
            await asyncio.wait({reading, breaking})

    async def aclose(self) -> None:
        await self._below.aclose()
