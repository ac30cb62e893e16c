"""The file of the journal: SQLite, readable by its owner only. Nothing here knows about time or tasks.

The rollback journal of SQLite is used, not its write-ahead log: homes over a network do not carry the latter.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

from ror_tui.api_client.models import Valeur, Valeurs, codes_de
from ror_tui.journal.attente import Attente
from ror_tui.journal.brouillons import Brouillon, FicheRef, Saisie, last

FORMAT = 3
BUSY = 2.0
"""Seconds to wait for another ror-tui of the same person."""

_SCHEMA = """
CREATE TABLE saisies (
    serveur TEXT NOT NULL, compte TEXT NOT NULL, dossier TEXT NOT NULL, fiche TEXT NOT NULL, champ TEXT NOT NULL,
    valeur TEXT NOT NULL, base TEXT NOT NULL, version INTEGER NOT NULL, titre TEXT NOT NULL, le TEXT NOT NULL,
    rang INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (serveur, compte, dossier, fiche, champ)
) WITHOUT ROWID
"""
_WAITING = """
CREATE TABLE attente (
    cle TEXT PRIMARY KEY, serveur TEXT NOT NULL, compte TEXT NOT NULL, dossier TEXT NOT NULL, fiche TEXT NOT NULL,
    titre TEXT NOT NULL, valeurs TEXT NOT NULL, envoi TEXT NOT NULL, le TEXT NOT NULL,
    base TEXT NOT NULL DEFAULT 'null', rang INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID
"""
_RANKED = "ALTER TABLE saisies ADD COLUMN rang INTEGER NOT NULL DEFAULT 0"
_STEPS: Mapping[int, tuple[str, ...]] = {
    0: (_SCHEMA, _WAITING),
    1: (_RANKED, _WAITING),
    2: (
        _RANKED,
        "ALTER TABLE attente ADD COLUMN base TEXT NOT NULL DEFAULT 'null'",
        "ALTER TABLE attente ADD COLUMN rang INTEGER NOT NULL DEFAULT 0",
    ),
}
"""What brings each format up to the present one."""
_FICHE = "serveur = ? AND compte = ? AND dossier = ? AND fiche = ?"
_COLUMNS = "serveur, compte, dossier, fiche, champ, valeur, base, version, titre, le"
_PUT = (
    "INSERT OR REPLACE INTO saisies (serveur, compte, dossier, fiche, champ, valeur, base, version, titre, le, rang) "
    "VALUES (?,?,?,?,?,?,?,?,?,?, (SELECT coalesce(max(rang), 0) + 1 FROM saisies))"
)


class JournalError(Exception):
    """The journal cannot be read or written; the message is a French sentence."""


_REASONS: Mapping[int, str] = {
    sqlite3.SQLITE_FULL: "le disque est plein",
    sqlite3.SQLITE_READONLY: "le fichier du journal ne peut pas être écrit",
    sqlite3.SQLITE_CANTOPEN: "le fichier du journal ne peut pas être ouvert",
    sqlite3.SQLITE_PERM: "le fichier du journal ne peut pas être ouvert",
    sqlite3.SQLITE_BUSY: "un autre ror-tui écrit dans le journal",
    sqlite3.SQLITE_IOERR: "le disque ne répond pas",
    sqlite3.SQLITE_CORRUPT: "le fichier du journal est abîmé",
    sqlite3.SQLITE_NOTADB: "le fichier du journal est abîmé",
}
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class JournalFile:
    """Rows of what was typed, one for each field.

    Several programs may hold the same file open. An instance serves one thread at a time.

    Args:
        path: The file, made if needed; one that cannot be read is set aside, never deleted.

    Raises:
        JournalError: It cannot be opened, or a newer ror-tui wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.set_aside: Path | None = None
        """Where an unreadable file was put, to tell the person."""
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if _code(error) not in _BROKEN:
                raise _said(error) from error
            self.set_aside = _put_aside(path)
            self._connection = self._open_new()

    def _open(self) -> sqlite3.Connection:
        _make_private(self.path)
        connection = sqlite3.connect(self.path, timeout=BUSY, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA secure_delete = ON")
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_new(self) -> sqlite3.Connection:
        try:
            return self._open()
        except sqlite3.DatabaseError as error:
            raise _said(error) from error

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            text = f"Le journal {self.path} vient d'un ror-tui plus récent : mettez ce ror-tui à jour."
            raise JournalError(text)
        for step in _STEPS.get(found, ()):
            connection.execute(step)
        if found < FORMAT:
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # --- Reading ---

    def read(self, ref: FicheRef) -> Brouillon | None:
        """Give what was typed in a fiche, or None.

        Raises:
            JournalError: The file cannot be read.
        """
        return next(self._brouillons(_FICHE, _key(ref)), None)

    def listing(self, serveur: str, compte: str) -> list[Brouillon]:
        """Give all that an account typed and did not save, the latest first.

        Raises:
            JournalError: The file cannot be read.
        """
        found = list(self._brouillons("serveur = ? AND compte = ?", (serveur, compte)))
        return sorted(found, key=lambda brouillon: _order(brouillon.saisies), reverse=True)

    def _brouillons(self, where: str, parameters: tuple[str, ...]) -> Iterator[Brouillon]:
        query = f"SELECT {_COLUMNS}, rang FROM saisies WHERE {where} ORDER BY serveur, compte, dossier, fiche, champ"  # noqa: S608  # only our own constants
        with _french():
            rows = self._connection.execute(query, parameters).fetchall()
        for key, lines in groupby(rows, key=lambda row: tuple(row[:4])):
            fields = list(lines)
            saisies = tuple(map(_saisie, fields))
            yield Brouillon(FicheRef(*key), fields[-1][8], saisies, last(saisies).le)

    def waiting(self, serveur: str, compte: str) -> list[Attente]:
        """Give the saves of an account that wait for the link, the oldest first.

        Raises:
            JournalError: The file cannot be read.
        """
        query = "SELECT * FROM attente WHERE serveur = ? AND compte = ? ORDER BY rang, le, cle"
        with _french():
            rows = self._connection.execute(query, (serveur, compte)).fetchall()
        return [_waiting(row) for row in rows]

    # --- Writing ---

    def set_waiting(self, ref: FicheRef, one: Attente | None) -> None:
        """Keep the save of a fiche that waits for the link, at the rank of the one before; None forgets it.

        Raises:
            JournalError: The file cannot be written; it is as it was.
        """
        with self._writing() as connection:
            before = connection.execute(f"SELECT rang FROM attente WHERE {_FICHE}", _key(ref)).fetchone()  # noqa: S608
            rank = before or connection.execute("SELECT coalesce(max(rang), 0) + 1 FROM attente").fetchone()
            connection.execute(f"DELETE FROM attente WHERE {_FICHE}", _key(ref))  # noqa: S608
            if one is not None:
                values = (json.dumps(one.valeurs), json.dumps(one.envoi), one.le.isoformat(), json.dumps(one.base))
                row = (one.cle, *_key(ref), one.titre, *values, *rank)
                connection.execute("INSERT INTO attente VALUES (?,?,?,?,?,?,?,?,?,?,?)", row)

    def write(self, ref: FicheRef, titre: str, put: Iterable[Saisie], drop: Collection[str] = ()) -> None:
        """Keep some fields and forget others, all or nothing.

        Args:
            ref: The fiche.
            titre: Its name, for the list of what was not saved.
            put: Fields that were typed.
            drop: Fields that are as the server holds them again.

        Raises:
            JournalError: The file cannot be written; it is as it was.
        """
        rows = [_row(ref, titre, saisie) for saisie in put]
        with self._writing() as connection:
            connection.executemany(f"DELETE FROM saisies WHERE {_FICHE} AND champ = ?", _fields(ref, drop))  # noqa: S608
            connection.executemany(_PUT, rows)

    def confirm(self, ref: FicheRef, valeurs: Valeurs) -> None:
        """Forget the fields whose typed value the server now holds; what was typed since stays.

        Args:
            ref: The fiche.
            valeurs: What was sent, by field.

        Raises:
            JournalError: The file cannot be written; it is as it was.
        """
        rows = [(*_key(ref), champ, _text(valeur)) for champ, valeur in valeurs.items()]
        with self._writing() as connection:
            connection.executemany(f"DELETE FROM saisies WHERE {_FICHE} AND champ = ? AND valeur = ?", rows)  # noqa: S608

    def forget(self, ref: FicheRef) -> None:
        """Forget all that was typed in a fiche.

        Raises:
            JournalError: The file cannot be written; it is as it was.
        """
        with self._writing() as connection:
            connection.execute(f"DELETE FROM saisies WHERE {_FICHE}", _key(ref))  # noqa: S608

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        with _french():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, which would follow the person's umask; or close one that is open to others."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise JournalError(f"Le journal {path} ne peut pas être ouvert : {error.strerror}.") from error
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _put_aside(path: Path) -> Path:
    rank = 1
    while (aside := path.with_name(f"{path.name}.illisible-{rank}")).exists():
        rank += 1
    path.rename(aside)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    return aside


@contextmanager
def _french() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _said(error) from error


def _said(error: sqlite3.Error) -> JournalError:
    reason = _REASONS.get(_code(error), f"erreur {type(error).__name__}")
    return JournalError(f"Votre saisie n'est pas gardée sur ce poste : {reason}.")


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _key(ref: FicheRef) -> tuple[str, str, str, str]:
    return (ref.serveur, ref.compte, ref.dossier, ref.fiche)


def _fields(ref: FicheRef, champs: Iterable[str]) -> list[tuple[str, ...]]:
    return [(*_key(ref), champ) for champ in champs]


def _row(ref: FicheRef, titre: str, saisie: Saisie) -> tuple[object, ...]:
    values = (_text(saisie.valeur), _text(saisie.base), saisie.version, titre, saisie.le.isoformat())
    return (*_key(ref), saisie.champ, *values)


def _order(saisies: tuple[Saisie, ...]) -> tuple[int, datetime]:
    latest = last(saisies)
    return latest.rang, latest.le


def _saisie(row: tuple[str, str, str, str, str, str, str, int, str, str, int]) -> Saisie:
    champ, valeur, base, version, _, le, rang = row[4:]
    return Saisie(champ, json.loads(valeur), json.loads(base), version, datetime.fromisoformat(le), rang)


def _waiting(row: tuple[str, str, str, str, str, str, str, str, str, str, int]) -> Attente:
    cle, serveur, compte, dossier, fiche, titre, valeurs, envoi, le, base, _ = row
    ref, when = FicheRef(serveur, compte, dossier, fiche), datetime.fromisoformat(le)
    return Attente(ref, titre, json.loads(valeurs), json.loads(envoi), when, cle, json.loads(base))


def _text(valeur: Valeur) -> str:
    return json.dumps(sorted(codes_de(valeur)) or valeur if isinstance(valeur, list) else valeur, ensure_ascii=False)
