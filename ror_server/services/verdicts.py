"""The verdict on a fiche: the one place where the controls are run, whoever asks (DESIGN §6).

What is typed, saved, finalised, sent, integrated, edited in the Répertoire or read from a table is judged here. What
keeps a fiche from being green is worked out once for each content: a dossier is read again and again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ror_server import nomenclatures
from ror_server.domain.controls import Contexte, controls
from ror_server.domain.controls.completude import completeness, population
from ror_server.domain.controls.contexte import INCONNU
from ror_server.domain.peuplement import addressed
from ror_server.store.structures import Row
from ror_tui.api_client.models import Constat, ControlesSaisie, Gravite, Kind, Modele, Valeurs

MOST = 20_000
"""Contents that are remembered, of each form; all are forgotten when there are more."""
MOST_FORMS = 500
"""Forms whose contents are remembered: by kind, and by category and discipline of the establishment."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """Errors by content, under one form and one state of the lists of codes."""

    form: Modele
    stamp: tuple[str, ...]
    errors: dict[bytes, tuple[Constat, ...]] = field(default_factory=dict)


_judged: dict[int, _Judged] = {}


def around(eg: Row, above: Sequence[str] = (), places: int | None = None) -> Contexte:
    """Give where a fiche stands, as far as the controls look at it.

    Args:
        eg: Its establishment.
        above: Names of the unités fonctionnelles above it, from the top.
        places: Beds and places installed in it; None when nobody told.
    """
    return Contexte(eg.categorie, addressed(eg.adresse, eg.ville, eg.code_postal), tuple(above), places)


def findings(form: Modele, valeurs: Valeurs, where: Contexte = INCONNU) -> list[Constat]:
    """Give all that is found in the answers of a fiche.

    Args:
        form: Its form.
        valeurs: All its values.
        where: Where it stands; only warnings depend on it.
    """
    return controls(form, valeurs, nomenclatures.all_codes(), where)


def judged(form: Modele, valeurs: Valeurs, where: Contexte) -> ControlesSaisie:
    """Judge the answers of a fiche: findings, completeness, and for a unit its état de peuplement."""
    codes = nomenclatures.all_codes()
    return ControlesSaisie(
        constats=findings(form, valeurs, where),
        completude=completeness(form, valeurs, codes, where),
        peuplement=population(valeurs, codes, where) if form.kind is Kind.UO else None,
    )


def errors(form: Modele, valeurs: Valeurs) -> Sequence[Constat]:
    """Give what keeps a fiche from being green.

    Args:
        form: Its form.
        valeurs: All its values: the controls look at nothing else.
    """
    known = _known(form)
    content = hashlib.blake2b(repr(valeurs).encode(), digest_size=16).digest()
    found = known.errors.get(content)
    if found is None:
        if len(known.errors) >= MOST:
            known.errors.clear()
        every = findings(known.form, valeurs)
        found = known.errors[content] = tuple(one for one in every if one.gravite is Gravite.ERREUR)
    return found


def _known(form: Modele) -> _Judged:
    """Give what was judged under a form, one object while it holds, unless the lists of codes changed since."""
    stamp = nomenclatures.installed()
    known = _judged.get(id(form))
    if known is None or known.form is not form or known.stamp != stamp:
        if len(_judged) >= MOST_FORMS:
            _judged.clear()
        known = _judged[id(form)] = _Judged(form, stamp)
    return known
