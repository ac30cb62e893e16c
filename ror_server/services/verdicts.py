"""What the controls find wrong with a fiche, worked out once for each content: a dossier is read again and again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ror_server import forms, nomenclatures
from ror_server.domain.controls import controls
from ror_tui.api_client.models import Constat, Gravite, Kind, Modele, Valeurs

MOST = 20_000
"""Contents that are remembered, of each kind; all are forgotten when there are more."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """Errors by content, under one form and one state of the lists of codes."""

    form: Modele
    stamp: tuple[str, ...]
    errors: dict[bytes, tuple[Constat, ...]] = field(default_factory=dict)


_judged: dict[Kind, _Judged] = {}


def errors(kind: Kind, valeurs: Valeurs) -> Sequence[Constat]:
    """Give what keeps a fiche from being green.

    Args:
        kind: What it describes.
        valeurs: All its values: the controls look at nothing else.
    """
    known = _known(kind)
    content = hashlib.blake2b(repr(valeurs).encode(), digest_size=16).digest()
    found = known.errors.get(content)
    if found is None:
        if len(known.errors) >= MOST:
            known.errors.clear()
        every = controls(known.form, valeurs, nomenclatures.all_codes())
        found = known.errors[content] = tuple(one for one in every if one.gravite is Gravite.ERREUR)
    return found


def _known(kind: Kind) -> _Judged:
    """Give what was judged, unless the form or the lists of codes changed since."""
    form, stamp = forms.modele(kind), nomenclatures.installed()
    known = _judged.get(kind)
    if known is None or known.form is not form or known.stamp != stamp:
        known = _judged[kind] = _Judged(form, stamp)
    return known
