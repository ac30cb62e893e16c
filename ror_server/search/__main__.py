"""Builds the search index for a server: it gives one line, `{"database": …, "file": …}`, and is told how far it is."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from threading import Thread

from ror_server.search.index import IndexUnavailableError, SearchIndex
from ror_server.store.database import Database

COURTESY = 10
"""How much later than the server the system lets the build run."""


def say(**said: object) -> None:
    """Tell the server."""
    print(json.dumps(said), flush=True)  # noqa: T201  # the server reads it


def leave_when_alone() -> None:
    """End at once when the server is gone: its end of the pipe is closed, and nobody waits for the index any more."""
    while os.read(0, 1):
        pass
    os._exit(1)


async def build(asked: dict[str, str]) -> int:
    """Build the index.

    Args:
        asked: The URL of the database, and the file.

    Returns:
        The status of this process.
    """
    database = Database(asked["database"])
    index = SearchIndex(
        database, Path(asked["file"]), apart_from=None, tell=lambda fait, total: say(fait=fait, total=total)
    )
    try:
        await index.build()
    except IndexUnavailableError as error:
        say(cause=error.cause)
        return 1
    finally:
        await index.close()
        await database.close()
    return 0


def main() -> int:
    """Read what is asked, and build it.

    Returns:
        The status of this process.
    """
    asked = json.loads(sys.stdin.readline())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal reaches the server too, which ends this process
    os.nice(COURTESY)
    Thread(target=leave_when_alone, daemon=True).start()
    return asyncio.run(build(asked))


if __name__ == "__main__":
    sys.exit(main())
