"""Running an import from the command line: progress, Ctrl+C, French sentences, exit codes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from sqlalchemy.exc import DBAPIError

from ror_server.imports.finess import import_finess
from ror_server.imports.progress import ProgressLine
from ror_server.imports.report import ReportNotWrittenError, report_file
from ror_server.imports.source import RefusedFileError, open_source
from ror_server.imports.summary import summary
from ror_server.store.database import BadDatabaseUrlError, Database
from ror_server.store.migrate import migrate

OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def run(path: Path, url: str, report_path: Path | None, *, force: bool = False) -> int:
    """Import a FINESS file and say what happened.

    Args:
        path: The official file.
        url: The database; its schema is made or brought up to date.
        report_path: Where the report goes, None for a name made from the file, and only if there is something to say.
        force: See `import_finess`.

    Returns:
        The exit code of the command.
    """
    progress = ProgressLine(sys.stderr)
    try:
        with _interruptible(progress):
            lines = asyncio.run(_import(path, url, report_path, progress, force=force))
    except KeyboardInterrupt:
        return _stop(progress, INTERRUPTED, "Import interrompu : la base est restée comme avant.")
    except (RefusedFileError, BadDatabaseUrlError) as refused:
        return _stop(progress, REFUSED, str(refused))
    except ReportNotWrittenError as late:
        return _stop(progress, FAILED, str(late))
    except (DBAPIError, OSError) as failed:
        cause = str(getattr(failed, "orig", None) or failed).partition("\n")[0]
        return _stop(progress, FAILED, f"L'import a échoué, la base est restée comme avant : {cause}")
    progress.clear()
    print("\n".join(lines))  # noqa: T201  # the answer of the command
    return OK


async def _import(path: Path, url: str, report_path: Path | None, progress: ProgressLine, *, force: bool) -> list[str]:
    with open_source(path) as source:
        default = Path(f"rapport-{source.header.layout.fichier}-{source.header.published.isoformat()}.csv")
    written = report_path or default
    database = Database(url)
    try:
        with report_file(written, keep_empty=report_path is not None) as report:
            await migrate(database)
            outcome = await import_finess(
                database, path, report, at=datetime.now(UTC), progress=progress.show, force=force
            )
    finally:
        await database.close()
    return summary(outcome, report, written)


@contextmanager
def _interruptible(progress: ProgressLine) -> Iterator[None]:
    """Let Ctrl+C stop the import at its next step; a second one stops at once, the database rolls back by itself."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        if progress.interrupted:
            raise KeyboardInterrupt
        progress.interrupted = True

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(progress: ProgressLine, code: int, sentence: str) -> int:
    progress.clear()
    print(sentence, file=sys.stderr)  # noqa: T201  # the answer of the command
    return code
