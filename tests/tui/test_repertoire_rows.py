"""A line of the Répertoire and its row in the tree: what the server said is read again out of the row."""

from __future__ import annotations

from uuid import UUID

import pytest

from ror_tui.api_client.models import Discipline, Kind, Noeud, Peuplement
from ror_tui.screens.repertoire_rows import noeud_of, tree_row

HERE = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")


@pytest.mark.parametrize(
    "noeud",
    [
        Noeud(cle="dep:75", kind="departement", nom="75 – Paris", enfants=1787),
        Noeud(cle="bes:03", kind="groupe", nom="Gériatrie [/", enfants=3),
        Noeud(cle=str(HERE), kind=Kind.UO, id=HERE, nom="Unité\x1b[31m", ferme=True),
        Noeud(cle=f"bes:03/{HERE}", kind=Kind.EG, id=HERE, nom="EHPAD", detail="75013 PARIS", favori=True),
        Noeud(
            cle=str(HERE),
            kind=Kind.EG,
            id=HERE,
            nom="Hôpital",
            detail="75011 PARIS",
            discipline=Discipline.MCO,
            finess="750000018",
            enfants=12,
            dossier_ouvert=True,
            peuplement=Peuplement.EN_COURS,
        ),
    ],
)
def test_what_the_server_said_is_read_again_out_of_the_row(noeud: Noeud) -> None:
    assert noeud_of(tree_row(noeud)) == noeud
