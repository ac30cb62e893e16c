"""Who typed which beds and when, in French sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import Capacite, LitsPasses
from ror_tui.screens.lits_lines import number
from ror_tui.services.lits import chiffres
from ror_tui.services.lits.dire import Labels, label, words
from ror_tui.texts import french, moment, plain

NONE = "Aucun chiffre n'a encore été saisi."
SHOWN = 30


async def told(client: RorClient, structure_id: UUID, known: Labels) -> str:
    """Say what was typed last, the newest first."""
    page = await client.lits.historique(structure_id)
    lines = [french(_sentence(one, known)) for one in page.elements[:SHOWN]]
    return "\n".join(lines) or NONE


def _sentence(one: LitsPasses, known: Labels) -> str:
    source = label(known, "JDV_J193", one.source).lower()
    what = "confirmés" if one.confirme else ", ".join(_changes(one.avant, one.apres, known)) or "aucun chiffre"
    return f"{moment(one.le)} · {plain(one.par)} · {source} · {plain(one.unite.nom)} : {what}"


def _changes(before: Sequence[Capacite], after: Sequence[Capacite], known: Labels) -> Iterator[str]:
    was, now = chiffres(before), chiffres(after)
    for one in sorted({*was, *now}):
        if was.get(one) != now.get(one):
            yield f"{words(one, known)} {number(was.get(one), '–')} → {number(now.get(one), '–')}"
