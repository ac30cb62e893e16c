"""The whole index built by another process, `python -m ror_server.search`: what it takes of memory is given back."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ror_server.store.database import Database

COMMAND = (sys.executable, "-P", "-m")  # nothing is imported from the folder where the server was started
MODULE = "ror_server.search"

Tell = Callable[[int, int], None]


class BuildEndedError(OSError):
    """The other process did not do what was asked; the message is the cause, in French."""

    code = "index"


async def build(database: Database, file: Path, tell: Tell) -> None:
    """Have the index built, and wait for it.

    Args:
        database: What is indexed.
        file: Of the index.
        tell: Told how many structures are written, out of how many.

    Raises:
        BuildEndedError: It could not be built.
    """
    url = database.engine.url.render_as_string(hide_password=False)
    cause = ""
    async with _started() as process:
        async for said in _said(process, {"database": url, "file": str(file)}):
            if "fait" in said:
                tell(said["fait"], said["total"])
            cause = said.get("cause", cause)
        status = await process.wait()
    if status:
        raise BuildEndedError(cause or f"le programme qui le construit s'est arrêté, {_how(status)}")


@asynccontextmanager
async def _started() -> AsyncIterator[Process]:
    """Start the other process; it ends with what is done here, whatever befalls."""
    process = await asyncio.create_subprocess_exec(*COMMAND, MODULE, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _said(process: Process, asked: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
    if process.stdin is None or process.stdout is None:
        raise BuildEndedError("le programme qui le construit ne peut pas être joint")
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    while line := await process.stdout.readline():
        yield json.loads(line)


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"code {status}"
