"""What the controls find, callable without a screen.

For a form that is being typed: `controles_locaux.locaux` after each key, which asks nobody, and `de_la_saisie` at each
pause of typing (400 ms after the last key is enough), in an exclusive worker of a group of its own so that a newer
pause drops the older answer. Its findings are those of a save and of a sending; it writes nothing, and may fail
without harm: keep what `locaux` says then.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from uuid import UUID

from ror_tui.api_client.client import RorClient
from ror_tui.api_client.models import (
    Constat,
    Controles,
    ControlesFiche,
    ControlesSaisie,
    Fiche,
    Gravite,
    Peuplement,
    Structure,
    Valeurs,
)
from ror_tui.services.differences import cell
from ror_tui.texts import NBSP, french, plural

BOM = "\ufeff"
HEADERS = ("Fiche", "Place", "Identifiant", "Gravité", "Code", "Champ", "Message", "Complétude", "Peuplement")
FORMATS = ("txt", "json", "csv")
WORDS: Mapping[Gravite, str] = {Gravite.ERREUR: "erreur", Gravite.AVERTISSEMENT: "avertissement"}
STATES: Mapping[Peuplement, str] = {
    Peuplement.A_FAIRE: "à faire",
    Peuplement.EN_COURS: "en cours",
    Peuplement.FINALISE: "finalisé",
}


async def de_la_saisie(client: RorClient, fiche: Fiche | Structure, changements: Valeurs) -> ControlesSaisie:
    """Judge a fiche with what is typed in it and not saved.

    Args:
        client: Signed in.
        fiche: As it was read, in a dossier or in the Répertoire.
        changements: The fields that changed; None erases.
    """
    if isinstance(fiche, Fiche):
        return await client.controles.fiche(fiche.dossier_id, fiche.id, changements)
    return await client.controles.publiee(fiche.id, changements)


async def du_dossier(client: RorClient, dossier_id: UUID, *, gravite: Gravite | None = None) -> Controles:
    """Read all that the controls find in a dossier."""
    found = await client.controles.dossier(dossier_id, gravite=gravite)
    while found.suivant:
        following = await client.controles.dossier(dossier_id, gravite=gravite, curseur=found.suivant)
        found = _joined(found, following)
    return found


async def de_l_etablissement(client: RorClient, structure_id: UUID, *, gravite: Gravite | None = None) -> Controles:
    """Read all that the controls find in the published establishment of a structure."""
    found = await client.controles.structure(structure_id, gravite=gravite)
    while found.suivant:
        following = await client.controles.structure(structure_id, gravite=gravite, curseur=found.suivant)
        found = _joined(found, following)
    return found


def _joined(found: Controles, following: Controles) -> Controles:
    elements = [*found.elements, *following.elements]
    return found.model_copy(update={"elements": elements, "suivant": following.suivant})


def resume(controles: Controles) -> str:
    """Say in one line what was found, and how far it is described."""
    found = [
        plural(controles.erreurs, "erreur", "erreurs"),
        plural(controles.avertissements, "avertissement", "avertissements"),
        f"complétude {controles.completude.faits}/{controles.completude.total}",
        f"peuplement {STATES[controles.peuplement]}",
        f"{controles.finalisees}/{controles.unites} unités finalisées",
    ]
    return french(" · ".join(found))


def write(controles: Controles, how: str) -> str:
    """Write what was found, in one of `FORMATS`."""
    return _WRITERS[how](controles)


def text(controles: Controles) -> str:
    """Write what was found as lines to read."""
    return "\n".join(lines(controles)) + "\n"


def lines(controles: Controles) -> Iterator[str]:
    """Give the lines: the title, the sums, then each fiche and its findings."""
    yield controles.nom
    yield resume(controles)
    for fiche in controles.elements:
        state = f" · {STATES[fiche.peuplement]}" if fiche.peuplement else ""
        yield ""
        yield f"{fiche.nom} ({fiche.completude.faits}/{fiche.completude.total}{state})"
        for one in fiche.constats:
            where = f" [{one.champ}]" if one.champ else ""
            yield f"  {WORDS[one.gravite]}{NBSP}: {french(one.message)} ({one.code}){where}"


def table(controles: Controles) -> str:
    """Write one line for each finding, for spreadsheets."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    for fiche in controles.elements:
        for one in fiche.constats:
            writer.writerow([cell(value) for value in _row(fiche, one)])
    return BOM + out.getvalue()


def _row(fiche: ControlesFiche, one: Constat) -> tuple[object, ...]:
    state = STATES[fiche.peuplement] if fiche.peuplement else ""
    done = f"{fiche.completude.faits} sur {fiche.completude.total}"
    place = (fiche.nom, fiche.chemin, fiche.id)
    return (*place, WORDS[one.gravite], one.code, one.champ, one.message, done, state)


def _json(controles: Controles) -> str:
    return controles.model_dump_json(indent=2) + "\n"


_WRITERS: Mapping[str, Callable[[Controles], str]] = {"txt": text, "json": _json, "csv": table}
