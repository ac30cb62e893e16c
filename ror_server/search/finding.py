"""One text searched in the index: from the most exact question to the most lenient, then the ranking."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from uuid import UUID

from ror_server.search.query import Answer, Found, Keep, Near, Query, any_of, tag
from ror_server.search.spelling import Vocabulary

CANDIDATES = 150
"""Rows that one question to the index may bring into the ranking."""
EG, EJ = 0, 1
"""Kinds whose names are also looked for by their beginning."""

_COLUMNS = "SELECT docs.rowid, docs.id, kind, closed, key, docs.n, docs.l, departement FROM docs"
_MATCHING = f"{_COLUMNS} JOIN fts ON fts.rowid = docs.rowid WHERE fts MATCH :match"
_FAVOURITES = f"{_MATCHING} AND docs.id IN (SELECT value FROM json_each(:ids))"  # noqa: S608  # only our own text
_STARTING = f"{_COLUMNS} WHERE kind = ? AND kind < 2 AND key >= ? AND key < ? ORDER BY key LIMIT 50"
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
        for columns in ("n", "{n l}"):
            self._ask(query.exact(columns), limit)
            self._ask(query.begun(columns, self._words), limit)
        if len(self._answers) < limit:
            query = query.with_mistakes(self._words)
            if any(one.mistyped_for for one in query.words):
                self._ask(query.begun("{n l}", self._words), limit)
        self._take_starting(query.folded)
        ranked = [
            (rank, answer.id)
            for answer in self._answers.values()
            if (rank := query.rank(answer, self._near, self._favoris)) is not None
        ]
        ranked.sort()
        return Found([UUID(found) for _, found in ranked[:limit]], query.marks)

    def _ask(self, match: str, enough: int) -> None:
        """Ask, unless there is enough already; when there is more than is read, what is near is read too."""
        if len(self._answers) >= enough:
            return
        kept = f"{match} AND {self._filter}" if self._filter else match
        if self._take(kept, CANDIDATES) < CANDIDATES:
            return
        if self._near.departements:
            near = any_of(sorted(tag("d", one) for one in self._near.departements))
            self._take(f"{kept} AND f : {near}", CANDIDATES // 3)
        if self._favoris:
            self._add(self._db.execute(_FAVOURITES, {"match": kept, "ids": json.dumps(sorted(self._favoris))}))

    def _take(self, match: str, most: int) -> int:
        among = "" if self._egs is None else _AMONG
        rows = self._db.execute(
            f"{_MATCHING}{among} LIMIT :most", {"match": match, "most": most, "egs": self._egs}
        ).fetchall()
        self._add(rows)
        return len(rows)

    def _take_starting(self, folded: str) -> None:
        """Take the establishments and the entities whose name begins by the whole text."""
        if self._filter or self._egs is not None or not folded:
            return
        for kind in (EG, EJ):
            self._add(self._db.execute(_STARTING, (kind, folded, folded + "{")))

    def _add(self, rows: Iterable[tuple[object, ...]]) -> None:
        for row in rows:
            answer = Answer(*row)  # type: ignore[arg-type]  # the columns of _COLUMNS, in its order
            self._answers.setdefault(answer.rowid, answer)
