"""The real server, with one place where it dies as under `kill -9`: `python -m tests.server.dying_server`.

A request names the way the process dies in the header `X-Die`: `answer` (after the transaction, before a byte is sent),
or the number of a statement of SQL, at which it dies before the database sees it. Each answer tells in `X-Statements`
how many statements its request sent.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import sqlalchemy as sa
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ror_server import app as application
from ror_server import cli, serve


class DyingApp:
    """Kills the process in the middle of the request that says so."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner
        self.sent = 0
        self.last = 0
        sa.event.listen(sa.Engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self.sent += 1
        if self.sent == self.last:
            os._exit(9)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or die."""
        place = dict(scope.get("headers", [])).get(b"x-die", b"").decode()
        self.sent, self.last = 0, int(place) if place.isdecimal() else 0

        async def dying_send(message: Message) -> None:
            if place == "answer":
                os._exit(9)
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Statements"] = str(self.sent)
            await send(message)

        await self.inner(scope, receive, dying_send)


def main() -> int:
    """Serve with the fault in place."""
    build = application.create_app

    def build_dying(*arguments: Any, **options: Any) -> Any:
        built = build(*arguments, **options)
        built.add_middleware(DyingApp)
        return built

    vars(serve)["create_app"] = build_dying
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
