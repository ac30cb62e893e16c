"""One text searched in the index: from the most exact question to the most lenient, then the ranking."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from ror_server.search.bands import end_of_kind, first_of_kind
from ror_server.search.query import Answer, Found, Keep, Near, Query, any_of, tag
from ror_server.search.spelling import Vocabulary
from ror_server.search.storage import TEXTS
from ror_tui.api_client.models import Kind

CANDIDATES = 150
"""Rows that one question to the index may bring into the ranking."""
FEW = 10
"""Answers to the words as they are typed from which no mistake is supposed: what it would find stands behind them."""
EG, EJ = 0, 1
"""Kinds whose names are also looked for by their beginning."""

_COLUMNS = "SELECT docs.rowid, docs.id, kind, closed, key, docs.n, docs.l, departement FROM docs"
NAMES, ALL = (
    f"{_COLUMNS} JOIN {text} ON {text}.rowid = docs.rowid WHERE {text} MATCH :match" for text in ("noms", "tout")
)
"""Where a question is asked: in the names, or in all that the index holds of a structure."""
_FAVOURITES = " AND docs.id IN (SELECT value FROM json_each(:ids))"
_STARTING = f"{_COLUMNS} WHERE kind = ? AND kind < 2 AND key >= ? AND key < ? ORDER BY key LIMIT 50"
_UNITS = first_of_kind(Kind.POLE)
"""Units answer by their establishment too: those that only do are not looked for again because they are near."""
_BEFORE = {where: f" AND {text}.rowid < :below" for where, text in zip((NAMES, ALL), TEXTS, strict=True)}
_AMONG = " AND docs.eg IN (SELECT value FROM json_each(:egs))"


class Search:
    """One text searched.

    Args:
        db: The index.
        words: Its vocabulary.
        query: What is asked.
        keep: Filters.
        near: What comes first among equals.
    """

    def __init__(self, db: sqlite3.Connection, words: Vocabulary, query: Query, keep: Keep, near: Near) -> None:
        self._db = db
        self._words = words
        self._query = query
        self._near = near
        self._filter = keep.match()
        self._egs = None if keep.egs is None else json.dumps([str(one) for one in keep.egs])
        self._favoris = frozenset(map(str, near.favoris))
        self._answers: dict[int, Answer] = {}

    def best(self, limit: int) -> Found:
        """Ask until there is enough, then rank: what a later question finds always stands behind.

        Args:
            limit: At most so many.
        """
        query = self._query
        self._ask(NAMES, query.exact(), limit)
        self._ask(NAMES, query.begun(self._words), limit)
        if not query.just_begun:
            self._ask(ALL, query.exact(), limit)
        self._ask(ALL, query.begun(self._words), limit)
        if len(self._answers) < min(FEW, limit):
            query = query.with_mistakes(self._words)
            if any(one.mistyped_for for one in query.words):
                self._take(ALL, self._kept(query.begun(self._words)), CANDIDATES)
        if not self._answers and (apart := query.with_blanks(self._words)):
            query = apart
            self._ask(ALL, query.begun(self._words), limit)
        self._take_starting(query.folded)
        ranked = [
            (rank, answer.id)
            for answer in self._answers.values()
            if (rank := query.rank(answer, self._near, self._favoris)) is not None
        ]
        ranked.sort()
        return Found([UUID(found) for _, found in ranked[:limit]], query.marks)

    def _ask(self, where: str, match: str, enough: int) -> None:
        """Ask, unless there is enough already; when there is more than is read, what is near is read too."""
        if len(self._answers) >= enough:
            return
        kept = self._kept(match)
        last = self._take(where, kept, CANDIDATES)
        if last is None:
            return
        if self._near.departements:
            near = any_of(sorted(tag("d", one) for one in self._near.departements))
            below = end_of_kind(last) if where == NAMES else min(end_of_kind(last), _UNITS)
            self._take(where, f"{kept} AND {near}", CANDIDATES // 3, below=below)
        if self._favoris:
            ids = json.dumps(sorted(self._favoris))
            self._add(self._db.execute(f"{where}{_FAVOURITES}", {"match": kept, "ids": ids}))

    def _kept(self, match: str) -> str:
        return f"{match} AND {self._filter}" if self._filter else match

    def _take(self, where: str, match: str, most: int, below: int | None = None) -> int | None:
        """Take the first rows that answer.

        Args:
            where: Where it is asked.
            match: The question.
            most: At most so many.
            below: Rows from this one on are left alone.

        Returns:
            The last row when there may be more, None when all were taken.
        """
        among = "" if self._egs is None else _AMONG
        before = "" if below is None else _BEFORE[where]
        given = {"match": match, "most": most, "egs": self._egs, "below": below}
        rows = self._db.execute(f"{where}{among}{before} LIMIT :most", given).fetchall()
        self._add(rows)
        return int(rows[-1][0]) if len(rows) == most else None

    def _take_starting(self, folded: str) -> None:
        """Take the establishments and the entities whose name begins by the whole text."""
        if self._filter or self._egs is not None or not folded:
            return
        for kind in (EG, EJ):
            self._add(self._db.execute(_STARTING, (kind, folded, folded + "{")))

    def _add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            answer = Answer._make(row)  # the columns of _COLUMNS, in its order
            self._answers.setdefault(answer.rowid, answer)
