"""Settings of the server: command line over environment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the routes need to know."""

    database: str
    demonstration: bool = False
    session: timedelta = timedelta(hours=10)
    """How long a session lasts, whatever it does."""
    idempotency: timedelta = timedelta(days=7)
    """How long the answer to an Idempotency-Key is kept."""
