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
    heartbeat: float = 15.0
    """Seconds between two signs of life on a live stream; less than what proxies wait for."""
    poll: float = 1.0
    """Seconds between two looks at what other processes published."""
    streams: int = 10
    """Live streams that one account may hold in one process."""
    patience: float = 30.0
    """Seconds after which a reader of a live stream that takes nothing is let go."""
