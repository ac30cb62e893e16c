"""What the controls find wrong with a fiche, worked out once for each content: a dossier is read again and again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ror_server import nomenclatures
from ror_server.domain.controls import controls
from ror_tui.api_client.models import Constat, Gravite, Modele, Valeurs

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
        every = controls(known.form, valeurs, nomenclatures.all_codes())
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
