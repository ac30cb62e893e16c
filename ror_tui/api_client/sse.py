"""Reading server-sent events (HTML standard §9.2.6) as their bytes come, however they are cut."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_EVENT = 1 << 20
"""Bytes of one event: more is not from a ROR server, and must not fill the memory."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class EventTooLongError(Exception):
    """One event is longer than any that a ROR server sends."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event: its type, its data, and the id to resume after it."""

    event: str
    data: str
    id: str | None


class Parser:
    """Turns the bytes of one stream into its events; comments and unknown fields are left out."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._skip_lf = False
        self._first = True
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._id: str | None = None

    def feed(self, chunk: bytes) -> list[Message]:
        """Take in some bytes, and give the events that they complete.

        Raises:
            EventTooLongError: An event goes on without end.
        """
        if self._skip_lf and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._skip_lf = False
        if not chunk:
            return []
        self._skip_lf = chunk.endswith(b"\r")
        *ended, rest = _LINE_END.split(chunk)
        found: list[Message | None] = []
        for part in ended:
            self._take(part)
            found.append(self._end_line())
        self._take(rest)
        return [message for message in found if message is not None]

    def _take(self, part: bytes) -> None:
        self._line += part
        self._size += len(part)
        if self._size > LONGEST_EVENT:
            raise EventTooLongError

    def _end_line(self) -> Message | None:
        line = self._line.decode("utf-8", errors="replace")
        self._line.clear()
        if self._first:
            self._first, line = False, line.removeprefix(_BOM)
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name: str, value: str) -> None:
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value

    def _dispatch(self) -> Message | None:
        data, event = self._data, self._event
        self._data, self._event, self._size = [], "", 0
        return Message(event or "message", "\n".join(data), self._id) if data else None
