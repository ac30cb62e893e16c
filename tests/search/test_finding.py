"""What is found, and in which order."""

from uuid import UUID

import pytest

from ror_server.domain.disciplines import mask
from ror_server.search import Keep, Near
from ror_tui.api_client.models import Discipline, Kind
from tests.search.directory import Directory

SAINT = "HÔPITAL SAINT-ŒUVRE"


@pytest.fixture
async def small(directory: Directory) -> Directory:
    """Publish a handful of real-looking names."""
    await directory.egs([
        (SAINT, "PARIS", {"code_postal": "75013", "departement": "75", "finess": "750000204"}),
        ("CENTRE HOSPITALIER UNIVERSITAIRE DE NANTES", "NANTES", {"code_postal": "44000", "departement": "44"}),
        ("EHPAD LES TILLEULS", "LYON", {"code_postal": "69008", "siret": "26010035300017"}),
        ("CLINIQUE D’AIX L'ÉTOILE", "PUYRICARD", {"code_postal": "13540", "departement": "13"}),
        ("MAISON DE RETRAITE STE ANNE", "STE FOY LES LYON", {"code_postal": "69110", "departement": "69"}),
        ("FOYER \"L'ESPÉRANCE\"", "METZ", {}),
    ])  # fmt: skip
    return directory


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hopital saint-oeuvre", SAINT),
        ("HÔPITAL ŒUVRE", SAINT),
        ("œuvre", SAINT),
        ("aix l'etoile", "CLINIQUE D’AIX L'ÉTOILE"),
        ("d'aix", "CLINIQUE D’AIX L'ÉTOILE"),
        ("oeuvre saint hopital", SAINT),
        ("till ehp", "EHPAD LES TILLEULS"),
        ("l'esperance foyer", 'FOYER "L\'ESPÉRANCE"'),
        ("750000204", SAINT),
        ("75 000 020 4", SAINT),
        ("75\u00a0000\u00a0020\u00a04", SAINT),
        ("260 100 353 00017", "EHPAD LES TILLEULS"),
        ("26010035", "EHPAD LES TILLEULS"),
        ("hopital paris", SAINT),
        ("75013", SAINT),
        ("hopital 13e", SAINT),
        ("puyricard", "CLINIQUE D’AIX L'ÉTOILE"),
        ("clinique bouches du rhone", "CLINIQUE D’AIX L'ÉTOILE"),
        ("hop st oeuvre", SAINT),
        ("chu nantes", "CENTRE HOSPITALIER UNIVERSITAIRE DE NANTES"),
        ("ch nantes", "CENTRE HOSPITALIER UNIVERSITAIRE DE NANTES"),
        ("ehpad sainte anne", "MAISON DE RETRAITE STE ANNE"),
        ("sainte foy", "MAISON DE RETRAITE STE ANNE"),
        ("hopitl saint oeuvre", SAINT),
        ("hopital siant oeuvre", SAINT),
        ("ehpad tileuls", "EHPAD LES TILLEULS"),
        ("tilleulls", "EHPAD LES TILLEULS"),
        ("ehpad tilmeuls", "EHPAD LES TILLEULS"),
        ("cliniqe puyricrd", "CLINIQUE D’AIX L'ÉTOILE"),
    ],
)
async def test_an_establishment_is_found_by(small: Directory, typed: str, expected: str) -> None:
    assert (await small.found(typed))[:1] == [expected]


@pytest.mark.parametrize("typed", ["zzz", "hopital tilleuls", "oev", "99999", "", "   ", "…"])
async def test_nothing_is_found_by(small: Directory, typed: str) -> None:
    assert await small.found(typed) == []


async def test_a_name_comes_before_a_place(directory: Directory) -> None:
    await directory.eg("EHPAD A", "CHARTRES")
    await directory.eg("RESIDENCE DE CHARTRES", "LUCE")
    assert await directory.found("chartres") == ["RESIDENCE DE CHARTRES", "EHPAD A"]


async def test_the_whole_word_comes_before_its_beginning_and_this_before_a_mistake(directory: Directory) -> None:
    for nom in ("FOYER ROSERAI", "FOYER ROSERAIE", "FOYER ROSERAIX ET FILS", "FOYER ROSERIA"):
        await directory.eg(nom)
    assert await directory.found("foyer roseraie") == ["FOYER ROSERAIE", "FOYER ROSERAI", "FOYER ROSERAIX ET FILS"]
    assert (await directory.found("foyer roserai"))[:3] == ["FOYER ROSERAI", "FOYER ROSERAIE", "FOYER ROSERAIX ET FILS"]


@pytest.mark.parametrize("typed", ["kerborchis", "ehpad kerborchis", "saintmalo kerborchis"])
async def test_words_written_together_are_found_once_nothing_else_is(directory: Directory, typed: str) -> None:
    await directory.eg("EHPAD KERBORC'HIS", "SAINT MALO")
    await directory.eg("EHPAD DE SAINT MALO", "SAINT MALO")
    assert await directory.found(typed) == ["EHPAD KERBORC'HIS"]
    assert await directory.marked("kerborchis", "EHPAD KERBORC'HIS") == "EHPAD [KERBORC]'[HIS]"


async def test_an_establishment_comes_before_its_units_and_an_entity(directory: Directory) -> None:
    ej = await directory.ej("CARDIOLOGIE DU PARC SA")
    eg = await directory.eg("CLINIQUE CARDIOLOGIE DU PARC", parent_id=ej)
    await directory.unit("CARDIOLOGIE DU PARC UNITE 1", eg)
    await directory.unit("CARDIOLOGIE DU PARC POLE", eg, Kind.POLE)
    found = await directory.found("cardiologie parc")
    assert found == [
        "CLINIQUE CARDIOLOGIE DU PARC",
        "CARDIOLOGIE DU PARC SA",
        "CARDIOLOGIE DU PARC POLE",
        "CARDIOLOGIE DU PARC UNITE 1",
    ]


async def test_a_unit_is_found_with_the_words_of_its_establishment(directory: Directory) -> None:
    await directory.unit("UNITE DE DIALYSE", await directory.eg("CLINIQUE DU LAC", "ANNECY"))
    await directory.unit("UNITE DE DIALYSE", await directory.eg("CLINIQUE DU PARC", "LYON"))
    found = await directory.search("dialyse annecy")
    assert len(found.ids) == 1


async def test_favourites_then_the_own_territory_come_first_among_equals(directory: Directory) -> None:
    for number, departement in enumerate(["01", "02", "75", "03"]):
        await directory.eg(f"EHPAD DU PARC {number}", departement=departement)
    last = await directory.eg("EHPAD DU PARC 9", departement="99")
    near = Near(frozenset({"75"}), frozenset({last}))
    found = await directory.found("ehpad du parc", near=near)
    assert found[:3] == ["EHPAD DU PARC 9", "EHPAD DU PARC 2", "EHPAD DU PARC 0"]


async def test_what_is_near_is_found_among_thousands_of_equals(directory: Directory) -> None:
    await directory.egs([(f"PHARMACIE {number:04d}", "", {"departement": "01"}) for number in range(400)])
    own, favourite = await directory.egs([
        ("PHARMACIE ZZZ", "", {"departement": "75"}), ("PHARMACIE ZZY", "", {"departement": "02"}),
    ])  # fmt: skip
    near = Near(frozenset({"75"}), frozenset({favourite}))
    assert (await directory.search("pharma", near=near)).ids[:2] == [favourite, own]


async def test_at_most_fifty_are_given(directory: Directory) -> None:
    await directory.egs([(f"PHARMACIE {number}", "", {}) for number in range(60)])
    assert len(await directory.found("pharmacie")) == 50


async def test_a_closed_establishment_comes_after_an_open_one(directory: Directory) -> None:
    await directory.eg("EHPAD DES LILAS", fermee_le="2020-01-01")
    await directory.eg("EHPAD DES LILAS BLANCS")
    assert await directory.found("lilas ehpad") == ["EHPAD DES LILAS BLANCS", "EHPAD DES LILAS"]


# --- Filters ---


@pytest.fixture
async def filtered(directory: Directory) -> tuple[Directory, UUID]:
    """Publish establishments that filters tell apart."""
    paris = await directory.eg(
        "PARC A", departement="75", commune="75113", categorie="500", discipline="MSS", code_postal="75013"
    )
    await directory.eg("PARC B", departement="13", commune="13055", categorie="355", discipline="MCO")
    await directory.unit("PARC UNITE", paris, discipline="SLD")
    return directory, paris


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (Keep(), {"PARC A", "PARC B", "PARC UNITE"}),
        (Keep(disciplines=mask([Discipline.MSS])), {"PARC A"}),
        (Keep(disciplines=mask([Discipline.MCO, Discipline.SLD])), {"PARC B", "PARC UNITE"}),
        (Keep(communes=frozenset({"75113"})), {"PARC A", "PARC UNITE"}),
        (Keep(categories=frozenset({"355"})), {"PARC B"}),
        (Keep(categories=frozenset({"355", "500"}), communes=frozenset({"13055"})), {"PARC B"}),
        (Keep(egs=frozenset()), set()),
    ],
)
async def test_filters_keep(filtered: tuple[Directory, UUID], keep: Keep, expected: set[str]) -> None:
    assert set(await filtered[0].found("parc", keep=keep)) == expected


async def test_a_set_of_establishments_keeps_what_stands_in_them(filtered: tuple[Directory, UUID]) -> None:
    directory, paris = filtered
    assert set(await directory.found("parc", keep=Keep(egs=frozenset({paris})))) == {"PARC A", "PARC UNITE"}


# --- What is highlighted ---


@pytest.mark.parametrize(
    ("typed", "shown", "expected"),
    [
        ("hopital", "HÔPITAL SAINT-ŒUVRE", "[HÔPITAL] SAINT-ŒUVRE"),
        ("oeuv", "HÔPITAL SAINT-ŒUVRE", "HÔPITAL SAINT-[ŒUV]RE"),
        ("o", "HÔPITAL SAINT-ŒUVRE", "HÔPITAL SAINT-[Œ]UVRE"),
        ("hop", "HÔPITAL SAINT-ŒUVRE", "[HÔP]ITAL SAINT-ŒUVRE"),
        ("st", "HÔPITAL SAINT-ŒUVRE", "HÔPITAL [SAINT]-ŒUVRE"),
        ("etoile", "CLINIQUE D’AIX L'ÉTOILE", "CLINIQUE D’AIX L'[ÉTOILE]"),
        ("chu nantes", "CENTRE HOSPITALIER UNIVERSITAIRE DE NANTES", "[CENTRE HOSPITALIER UNIVERSITAIRE] DE [NANTES]"),
        ("tileuls", "EHPAD LES TILLEULS", "EHPAD LES [TILLEULS]"),
        ("parc", "日本 PARC 日本", "日本 [PARC] 日本"),
        ("parc", "👩‍⚕️ le Parc", "👩‍⚕️ le [Parc]"),
        ("13540", "13540 PUYRICARD", "[13540] PUYRICARD"),
        ("13", "13540 PUYRICARD", "[13]540 PUYRICARD"),
        ("rien", "EHPAD LES TILLEULS", "EHPAD LES TILLEULS"),
        ("mai maison", "MAISON", "[MAISON]"),
    ],
)
async def test_what_answers_is_marked(small: Directory, typed: str, shown: str, expected: str) -> None:
    assert await small.marked(typed, shown) == expected
