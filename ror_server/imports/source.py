"""Reading an official file as it comes: compressed or not, UTF-8 or cp1252, cut or whole."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from ror_server.imports.layout import LAYOUTS, Layout

CHUNK = 1 << 18
LINE_MAX = 1 << 16
"""Longer than any line of these files: beyond, it is not a text file."""

_BOM = b"\xef\xbb\xbf"
_EXPECTED = "attendu : etalab-cs1100502 (établissements) ou etalab-cs1100501 (entités juridiques)"
_CUT = "Ce fichier est incomplet : {why}. Rien n'a été importé ; téléchargez-le à nouveau."


class RefusedFileError(Exception):
    """The whole file is refused; the text is a French sentence."""

    code = "fichier_refuse"


@dataclass(frozen=True, slots=True)
class Header:
    """What the first lines say of the file."""

    layout: Layout
    published: date


class Source:
    """An open file: its header, then its lines, in one pass."""

    def __init__(self, path: Path, raw: BinaryIO, stream: io.BufferedIOBase) -> None:
        self._raw = raw
        self._stream = stream
        self._encoding: str | None = None
        self._rest = self._read()
        if not self._rest:
            raise RefusedFileError(f"« {path.name} » est vide. Donnez le fichier officiel FINESS ({_EXPECTED}).")
        self._strip_bom()
        self.header = self._read_header(path.name)
        self.size = path.stat().st_size

    @property
    def position(self) -> int:
        """Bytes of the file read so far, out of `size`."""
        return self._raw.tell()

    def batches(self) -> Iterator[list[str | None]]:
        """Give the lines after the header, some thousand at a time.

        Yields:
            Lines without their end; None stands for a line whose characters cannot be read.

        Raises:
            RefusedFileError: When the file stops in the middle of a line or of its compressed stream.
        """
        rest = self._rest
        more = True
        while more:
            chunk = self._read()
            more = bool(chunk)
            whole, separator, rest = (rest + chunk).rpartition(b"\n")
            if len(rest) > LINE_MAX:
                raise RefusedFileError(
                    f"Ce fichier n'est pas un texte FINESS : une ligne n'a pas de fin ({_EXPECTED})."
                )
            if separator:
                yield self._decode(whole)
        if rest.strip(b"\x1a\x00 \r"):
            raise RefusedFileError(_CUT.format(why="sa dernière ligne n'a pas de fin"))

    def _read(self) -> bytes:
        try:
            return self._stream.read(CHUNK)
        except EOFError as error:
            raise RefusedFileError(_CUT.format(why="sa compression s'arrête avant la fin")) from error
        except (lzma.LZMAError, gzip.BadGzipFile, zlib.error) as error:
            raise RefusedFileError(_CUT.format(why="sa compression est abîmée")) from error
        except OSError as error:
            raise RefusedFileError(f"Ce fichier ne se lit pas jusqu'au bout ({error.strerror or error}).") from error

    def _strip_bom(self) -> None:
        if self._rest.startswith(_BOM):
            self._rest = self._rest[len(_BOM) :]
            self._encoding = "utf-8"

    def _read_header(self, name: str) -> Header:
        while b"\n" not in self._rest[:LINE_MAX] and len(self._rest) < LINE_MAX and (chunk := self._read()):
            self._rest += chunk
        first, separator, self._rest = self._rest.partition(b"\n")
        published = _published(first)
        if published is None:
            sentence = f"« {name} » n'est pas un fichier FINESS : sa première ligne n'est pas « finess;etalab;…;date »"
            raise RefusedFileError(f"{sentence} ({_EXPECTED}).")
        if not separator:
            raise RefusedFileError(_CUT.format(why="il s'arrête à sa première ligne"))
        return Header(self._layout(name), published)

    def _layout(self, name: str) -> Layout:
        while self._rest.count(b"\n") < 50 and (chunk := self._read()):
            self._rest += chunk
        if not self._rest.strip():
            raise RefusedFileError(f"« {name} » ne contient que sa première ligne : il n'y a rien à importer.")
        sample = self._rest[: CHUNK * 2].split(b"\n")[:50]
        for line in sample:
            found = LAYOUTS.get(line.partition(b";")[0].decode("ascii", "replace"))
            if found and line.count(b";") == len(found.columns) - 1:
                return found
        if len(sample) == 1:
            raise RefusedFileError(_CUT.format(why="il s'arrête au milieu de sa deuxième ligne"))
        raise RefusedFileError(f"« {name} » n'a pas les colonnes d'un stock FINESS ({_EXPECTED}).")

    def _decode(self, whole: bytes) -> list[str | None]:
        if self._encoding is None and not whole.isascii():
            self._encoding = _guess(whole)
        try:
            return list(whole.decode(self._encoding or "ascii").split("\n"))
        except UnicodeDecodeError:
            return [_line(raw, self._encoding or "ascii") for raw in whole.split(b"\n")]


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file and check its header and layout.

    Args:
        path: Plain, gzip or xz; told apart by content, whatever the name.

    Raises:
        RefusedFileError: When it cannot be read, or is not one of the two official files.
    """
    if path.is_dir():
        raise RefusedFileError(f"« {path} » est un dossier : donnez le fichier FINESS lui-même.")
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise RefusedFileError(f"« {path} » n'existe pas : vérifiez le chemin du fichier.") from error
    except OSError as error:
        raise RefusedFileError(f"« {path} » ne peut pas être ouvert ({error.strerror}).") from error
    with raw, _decompressed(raw) as stream:
        yield Source(path, raw, stream)


def _decompressed(raw: io.BufferedReader) -> io.BufferedIOBase:
    magic = raw.peek(6)[:6]
    if magic.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile(raw)
    if magic.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=raw)
    return raw


def _published(first: bytes) -> date | None:
    fields = first.decode("utf-8", "replace").strip().split(";")
    if len(fields) < 4 or fields[:2] != ["finess", "etalab"]:
        return None
    try:
        return date.fromisoformat(fields[3].strip())
    except ValueError:
        return None


def _guess(whole: bytes) -> str:
    accented = [line for line in whole.split(b"\n") if not line.isascii()]
    readable = sum(_line(line, "utf-8") is not None for line in accented)
    return "utf-8" if 2 * readable >= len(accented) else "cp1252"


def _line(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
