"""Files of groups: what is read, and each fault with its line, its field and its reason."""

from __future__ import annotations

import pytest

from ror_server.domain.identifiers import finess_key
from ror_server.domain.regroupements import Fault, read
from ror_tui.api_client.models import Afficher

HEADER = "genre;code;libelle;critere;valeur"
CODES = {"departement": ["75", "2A"], "type_uo": ["56", "101"]}
EHPAD = finess_key("75000010")


def _read(*lines: str) -> list[Fault]:
    return read([HEADER, *lines], CODES)[1]


def test_a_group_gathers_the_criteria_of_its_lines_in_the_order_of_the_file() -> None:
    groups, faults = read(
        [
            " Genre;CODE;libelle;critere;valeur ",
            "filiere;02;Filière « AVC »;type_uo;56",
            "filiere;01;Gériatrie;type_uo;101",
            "",
            "filiere;02;;departement;2A",
            'territoire;vide;"Sans ; critère";;',
            f"filiere;01;Gériatrie;finess;{EHPAD}",
            "filiere;01;Gériatrie;commune;2A004",
        ],
        CODES,
    )
    assert faults == []
    assert [(one.key, one.genre, one.libelle) for one in groups] == [
        ("fil:02", Afficher.FILIERE, "Filière « AVC »"),
        ("fil:01", Afficher.FILIERE, "Gériatrie"),
        ("ter:vide", Afficher.TERRITOIRE, "Sans ; critère"),
    ]
    assert [one.criteria for one in groups] == [
        {("type_uo", "56"), ("departement", "2A")},
        {("type_uo", "101"), ("finess", EHPAD), ("commune", "2A004")},
        set(),
    ]


@pytest.mark.parametrize(
    ("line", "champ", "words"),
    [
        ("zone;1;A;type_uo;56", "genre", "« zone » est inconnu"),
        ("departement;1;A;type_uo;56", "genre", "est inconnu"),
        ("filiere;;A;type_uo;56", "code", "1 à 40"),
        ("filiere;a/b;A;type_uo;56", "code", "1 à 40"),
        ("filiere;é;A;type_uo;56", "code", "sans accent"),
        ("filiere;1;;type_uo;56", "libelle", "manque"),
        (f"filiere;1;{'x' * 256};type_uo;56", "libelle", "dépasse 255"),
        ("filiere;1;A;couleur;56", "critere", "departement, type_uo, commune, finess"),
        ("filiere;1;A;;56", "critere", "est inconnu"),
        ("filiere;1;A;type_uo;", "valeur", "n'est pas un code connu"),
        ("filiere;1;A;type_uo;999", "valeur", "« 999 » n'est pas un code connu de « type_uo »"),
        ("filiere;1;A;commune;Paris", "valeur", "INSEE"),
        ("filiere;1;A;finess;750000011", "valeur", "clé"),
        ("filiere;1;A;type_uo", "ligne", "5 colonnes"),
    ],
)
def test_a_bad_line_is_named_with_its_field_and_its_reason(line: str, champ: str, words: str) -> None:
    [fault] = _read("filiere;0;Bon;type_uo;56", line)
    assert (fault.ligne, fault.champ) == (3, champ)
    assert words in fault.raison


def test_one_code_has_one_label() -> None:
    [fault] = _read("filiere;1;A;type_uo;56", "filiere;1;B;type_uo;101")
    assert (fault.ligne, fault.champ, "« A »" in fault.raison) == (3, "libelle", True)


def test_every_bad_line_is_told() -> None:
    assert [fault.ligne for fault in _read("zone;1;A;;", "filiere;1;A;;", "zone;2;B;;")] == [2, 4]


@pytest.mark.parametrize("lines", [[], ["nom;prenom"], [HEADER], [HEADER, "", ";;;;"[:0]]])
def test_a_file_without_a_header_or_a_group_is_refused(lines: list[str]) -> None:
    groups, faults = read(lines, CODES)
    assert (groups, len(faults), faults[0].ligne) == ([], 1, 1)
