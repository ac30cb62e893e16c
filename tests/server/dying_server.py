"""The real server, with one place where it dies as under `kill -9`: `python -m tests.server.dying_server`.

ROR_TEST_DIES_AT is `answer` (after the transaction, before a byte is sent), or `module:function` (when that is called).
It dies only once a request has named the way it dies, in the header `X-Die`.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ror_server import app as application
from ror_server import cli, serve


class DyingApp:
    """Kills the process in the middle of the request that says so."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or die."""
        place = dict(scope.get("headers", [])).get(b"x-die", b"").decode()
        if place and place != "answer":
            _arm(place)

        async def dying_send(message: Message) -> None:
            if place == "answer":
                os._exit(9)
            await send(message)

        await self.inner(scope, receive, dying_send)


def _arm(place: str) -> None:
    module, _, name = place.partition(":")

    async def die(*_arguments: Any, **_options: Any) -> None:
        os._exit(9)

    setattr(importlib.import_module(module), name, die)


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
