"""`ror-tui dossier`: a dossier as a YAML file, over the real server."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ror_server.store.database import Database
from ror_tui import cli, dossier_command
from ror_tui.api_client.client import RorClient
from ror_tui.services.fichier.echange import ConflictsError
from ror_tui.services.fichier.entrees import FichierError
from ror_tui.settings import PASSWORD
from tests import world
from tests.world import HOPITAL, eg_id


@dataclass
class Script:
    """Somebody who runs commands over one dossier of the hospital."""

    region: world.World
    capsys: pytest.CaptureFixture[str]
    file: Path
    dossier: str = ""
    said: list[str] = field(default_factory=list)

    async def run(self, *argv: str, who: str = "referent.hopital") -> int:
        """Run a command as the command line does, and keep what it says."""
        options = dossier_command.parse([*argv, "--identifiant", who])
        client = RorClient("http://127.0.0.1:1", transport=self.region.http._transport)
        try:
            return await dossier_command.act(client, options)
        finally:
            self.said = self.capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ").splitlines()

    async def pull(self, **more: str) -> str:
        """Pull the dossier over the file, and give its text."""
        assert await self.run("tirer", self.dossier, "--fichier", str(self.file), "--remplacer") == 0
        return self.text

    @property
    def text(self) -> str:
        """What the file says."""
        return self.file.read_text(encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        """Replace one text of the file, which must be there once."""
        assert self.text.count(old) == 1, (old, self.text)
        self.file.write_text(self.text.replace(old, new), encoding="utf-8")

    def append(self, entry: str) -> None:
        """Add an entry at the end of the file."""
        self.file.write_text(f"{self.text}\n{entry.strip()}\n", encoding="utf-8")

    def line(self, text: str) -> int:
        """Give the number of the line that holds a text."""
        return next(rank for rank, line in enumerate(self.text.splitlines(), 1) if text in line)

    async def push(self) -> list[str]:
        """Push the file, and give what was said."""
        assert await self.run("pousser", str(self.file)) == 0
        return self.said

    async def content(self) -> str:
        """Give the version of the dossier and all its tree, to tell whether anything changed."""
        return json.dumps(await self.region.ok("admin", "GET", f"/dossiers/{self.dossier}/contenu"))


NEW = f"""
- id: neuve-1
  nature: pole
  sous: {eg_id(HOPITAL)}
  valeurs:
    nom: Pôle neuf
- id: neuve-2
  nature: uo
  sous: neuve-1
  finalisee: oui
  valeurs:
    nom: "Unité d'essai"
    discipline: MCO
    type_uo: 56
    age_min: 18
    mode_prise_en_charge: 46
    activites: [293]
    unite_sensible: non
"""


@pytest.fixture
async def script(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> AsyncIterator[Script]:
    monkeypatch.setenv(PASSWORD, world.PASSWORD)
    database = Database(sqlite_url)
    async with world.running(database) as region:
        found = Script(region, capsys, tmp_path / "d.yaml")
        found.dossier = (await region.open_dossier("referent.hopital", HOPITAL))["id"]
        yield found
    await database.close()


async def _with_units(script: Script) -> list[str]:
    """Give the dossier a pôle with two finished units, and pull it."""
    [pole] = await script.region.add("referent.hopital", script.dossier, eg_id(HOPITAL), "pole")
    units = await script.region.add("referent.hopital", script.dossier, pole, count=2)
    for rank, unit in enumerate(units):
        await script.region.fill("referent.hopital", script.dossier, unit, nom=f"Unité {rank}")
    await script.region.fill("referent.hopital", script.dossier, pole, nom="Pôle A")
    await script.pull()
    return [pole, *units]


async def test_pulling_twice_gives_the_same_bytes_and_pushing_it_back_changes_nothing(script: Script) -> None:
    await _with_units(script)
    first, before = script.text, await script.content()
    assert 'type_uo: "56"  # ' in first
    await script.pull()
    assert script.text == first
    assert await script.run("planifier", str(script.file)) == 0
    assert await script.push() == ["Rien à faire : le dossier est déjà comme le fichier."]
    assert (script.text, await script.content()) == (first, before)


async def test_the_plan_says_what_the_push_does_and_changes_nothing(script: Script) -> None:
    _, first, second = await _with_units(script)
    script.edit('nom: "Unité 0"', 'nom: "Unité rebaptisée"')
    script.edit(f"- id: {second}", f"- supprimer: true\n  id: {second}")
    script.append(NEW)
    before = await script.content()
    assert await script.run("plan", str(script.file)) == dossier_command.TO_PUSH
    assert await script.content() == before
    planned = script.said
    assert [line for line in planned if not line.startswith(" ")] == [
        "+ créer « Pôle neuf » (Pôle) sous « Hôpital Saint-Œuvre »",
        "+ créer « Unité d'essai » (Unité opérationnelle) sous « Pôle neuf »",
        "~ modifier « Unité 0 »",
        "- supprimer « Unité 1 »",
        "* finaliser « Unité rebaptisée »",
        "* finaliser « Unité d'essai »",
        "À pousser : 6 changements.",
    ]
    assert "    Nom : Unité 0 → Unité rebaptisée" in planned
    assert sum("disciplines : (vide) →" in line for line in planned) == 1
    assert any(re.fullmatch(r"    Type d'UO : \(vide\) → .+ \(56\)", line) for line in planned)
    assert (await script.push())[:-1] == planned[:-1]
    nodes = await script.region.nodes("referent.hopital", script.dossier)
    assert {one["nom"]: one["etat"] for one in nodes.values()} == {
        "Hôpital Saint-Œuvre": "inchangee",
        "Pôle A": "finalisee",
        "Pôle neuf": "a_finaliser",
        "Unité d'essai": "finalisee",
        "Unité rebaptisée": "finalisee",
    }
    assert (await script.push())[-1].startswith("Rien à faire")
    assert nodes[first]["version"] == 4  # one change, however many steps it took


HOSTILE = [
    "no",
    "056",
    "1e3",
    "a: b # c",
    "« [/b] »",
    "'\"\\\\",
    "- x",
    "~",
    "null",
    "=\u2028x",
    "\U0001f600",
    "é\ufeff",
    "*a",
    "%x",
    "\ttab",
]


async def test_any_text_comes_back_as_it_was(script: Script) -> None:
    units = await script.region.add("referent.hopital", script.dossier, eg_id(HOPITAL), count=len(HOSTILE))
    for unit, nom in zip(units, HOSTILE, strict=True):
        await script.region.fill("referent.hopital", script.dossier, unit, nom=nom)
    await script.pull()
    before = await script.content()
    script.file.write_text(re.sub(r"version: \d+-\w+", "version: 1-000000000000", script.text), encoding="utf-8")
    assert (await script.push())[-1].startswith("Rien à faire")  # every entry counts as edited, and none differs
    assert await script.content() == before


async def test_a_push_cut_before_its_answer_is_found_done_the_next_time(script: Script) -> None:
    await _with_units(script)
    script.append(NEW)
    asked = script.text
    await script.push()
    done = await script.content()
    script.file.write_text(asked, encoding="utf-8")  # as if the answer had never come
    assert (await script.push())[-1].startswith("Rien à faire")
    assert await script.content() == done
    assert "id: neuve-1" not in script.text


async def test_a_structure_moves_with_its_line_and_a_deletion_takes_what_is_below(script: Script) -> None:
    pole, first, _ = await _with_units(script)
    script.edit(
        f"  sous: {pole}  # Pôle A\n  version: {_mark(script, first)}",
        f"  sous: {eg_id(HOPITAL)}\n  version: {_mark(script, first)}",
    )
    script.edit(f"- id: {pole}", f"- supprimer: true\n  id: {pole}")
    assert (await script.push())[:-1] == [
        "> déplacer « Unité 0 » : de « Pôle A » vers « Hôpital Saint-Œuvre »",
        "- supprimer « Pôle A », et 1 structure qu'elle contient",
    ]
    nodes = await script.region.nodes("referent.hopital", script.dossier)
    assert [(one["id"], one["parent_id"]) for one in nodes.values()][1:] == [(first, str(eg_id(HOPITAL)))]


def _mark(script: Script, fiche: str) -> str:
    found = re.search(rf"- id: {fiche}.*?version: (\S+)", script.text, re.DOTALL)
    assert found
    return found[1]


async def test_what_somebody_else_changed_is_never_overwritten(script: Script) -> None:
    _, first, second = await _with_units(script)
    for fiche, nom in ((first, "Unité de l'autre"), (second, "Sans rapport")):
        await script.region.fill("referent.ej", script.dossier, fiche, nom=nom)
    script.edit('nom: "Unité 0"', 'nom: "Unité à moi"')
    before = await script.content()
    with pytest.raises(ConflictsError) as refused:
        await script.push()
    said = str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    assert said.startswith(f"ligne {script.line(first)} : « Unité de l'autre » a changé depuis")
    assert "par REFERENT.EJ le" in said
    assert "Nom : dossier Unité de l'autre, fichier Unité à moi" in said
    assert await script.content() == before
    with pytest.raises(ConflictsError):
        await script.run("planifier", str(script.file))
    script.edit('nom: "Unité à moi"', 'nom: "Unité 0"')
    said_late = await script.push()
    assert [line for line in said_late if line.startswith("!")][1].startswith("! « Sans rapport » a changé depuis, par")
    assert 'nom: "Unité de l\'autre"' in script.text


async def test_a_deletion_never_takes_what_its_author_has_not_seen(script: Script) -> None:
    pole, *_ = await _with_units(script)
    await script.region.add("referent.ej", script.dossier, pole)
    script.edit(f"- id: {pole}", f"- supprimer: true\n  id: {pole}")
    with pytest.raises(ConflictsError, match=r"n'est pas dans le fichier, par REFERENT\.EJ"):
        await script.push()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('type_uo: "56"', "contact_nom: Alix", "écrivez « contacts: [{nom: …}] » à sa place, ou tirez de nouveau"),
        ('type_uo: "56"', "contact_valeur: 01", "écrivez « contacts: [{telecoms: [{valeur: …}]}] » à sa place"),
        ('type_uo: "56"', "type_uo: 9999", "le code « 9999 » n'existe pas pour « Type d'UO »"),
        ('- "293"', "- 293\n      - rien", "le code « rien » n'existe pas"),
        ("age_min: 60", "age_mini: 60", "le champ « age_mini » n'existe pas"),
        ("age_min: 60", "age_min: vieux", "attend un nombre entier"),
        ("age_min: 60", "age_min: 60\n    age_min: 61", "est dit deux fois"),
        ("age_min: 60", "age_min: [60", "n'est pas du YAML correct"),
        ("age_min: 60", "age_min: *nom", "renvois YAML"),
        ("unite_sensible: false", "unite_sensible: peut-être", "attend oui ou non"),
        ("nature: uo", "nature: lit", "la nature « lit » n'existe pas"),
        ("  nature: uo", "  couleur: rouge\n  nature: uo", "« couleur » n'est pas connu"),
        ("  finalisee: true", "  finalisee: true\n  sous: ailleurs", "« sous » est dit deux fois"),
        ("age_min: 60", "age_min: 60\n    age_max: 20", "âge maximum est inférieur"),
        ('type_uo: "56"', "type_uo:", "est obligatoire"),
    ],
)
async def test_a_file_that_cannot_be_is_refused_with_its_line_and_nothing_changes(
    script: Script, old: str, new: str, said: str
) -> None:
    [unit] = await script.region.add("referent.hopital", script.dossier, eg_id(HOPITAL))
    await script.region.fill("referent.hopital", script.dossier, unit)
    await script.pull()
    before = await script.content()
    script.edit(old, new)
    with pytest.raises(FichierError) as refused:
        await script.push()
    assert said in str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    assert refused.value.ligne is not None
    assert abs(refused.value.ligne - script.line(new.splitlines()[0])) <= 1
    assert await script.content() == before


async def test_a_dossier_goes_from_its_file_to_the_repertoire(script: Script) -> None:
    await script.pull()
    script.append(NEW.replace("nom: Pôle neuf", "nom: Pôle neuf\n  finalisee: true"))
    await script.push()
    assert await script.run("envoyer", script.dossier[:8]) == 0
    assert await script.run("send", script.dossier, who="direction") == 0
    assert await script.run("lister", "--vue", "a-traiter", who="sesan") == 0
    assert script.said[0].startswith(f"{script.dossier} · Peuplement de Hôpital Saint-Œuvre · à valider · 2/2")
    with pytest.raises(cli.CommandError, match="Un refus dit pourquoi"):
        await script.run("refuser", script.dossier, who="sesan")
    assert await script.run("refuse", script.dossier, "--motif", "À revoir.", who="sesan") == 0
    assert await script.run("envoyer", script.dossier) == 0  # the Direction approved this very content: SESAN is next
    assert await script.run("montrer", script.dossier, "--json", who="sesan") == 0
    shown = json.loads(script.said[0])
    with pytest.raises(cli.CommandError) as behind:
        await script.run("valider", script.dossier, "--version", "1", who="sesan")
    assert behind.value.status == dossier_command.IN_CONFLICT
    version = str(shown["dossier"]["version"])
    assert await script.run("valider", script.dossier, "--version", version, "--json", who="sesan") == 0
    assert json.loads(script.said[0])["etat"] == "integre"


async def test_a_validator_refuses_fiche_by_fiche_and_publishes_the_rest(script: Script) -> None:
    pole, first, second = await _with_units(script)
    for who in ("referent.hopital", "direction"):
        await script.run("envoyer", script.dossier, who=who)
    with pytest.raises(cli.CommandError, match="donnez l'identifiant d'une fiche"):
        await script.run("refuser", script.dossier, "--fiche", "sans rien", who="sesan")
    assert await script.run("refuser", script.dossier, "--fiche", f"{first}=Le nom = faux.", who="sesan") == 0
    assert await script.run("montrer", script.dossier) == 0
    assert any("Le nom = faux." in line for line in script.said)
    assert await script.run("abandonner", script.dossier) == 0
    assert await script.run("reprendre", script.dossier) == 0
    await script.region.fill("referent.hopital", script.dossier, first, nom="Unité mieux nommée")
    for who in ("referent.hopital", "direction"):
        await script.run("envoyer", script.dossier, who=who)
    assert await script.run("retirer", script.dossier, "--json") == 0
    assert json.loads(script.said[0])["etat"] == "brouillon"
    await script.run("envoyer", script.dossier)  # the Direction's approval of this very content still stands
    assert await script.run("valider", script.dossier, "--sauf", f"{second}=Doublon.", who="sesan") == 0
    published = await script.region.ok("lecteur", "GET", "/repertoire", sous=pole)
    assert [one["id"] for one in published["elements"]] == [first]
    assert await script.run("lister") == 0
    assert "Suite de Peuplement de Hôpital Saint-Œuvre" in script.said[0]


async def test_what_is_in_conflict_is_shown(script: Script) -> None:
    _, first, _ = await _with_units(script)
    region = script.region
    for who in ("referent.hopital", "direction"):
        await script.run("envoyer", script.dossier, who=who)
    await script.run("valider", script.dossier, who="sesan")
    script.dossier = (await region.open_dossier("referent.hopital", HOPITAL, titre="Le mien"))["id"]
    await script.pull()
    script.edit(f"- id: {first}", f"- finalisee: true\n  id: {first}")
    script.edit('nom: "Unité 0"', 'nom: "Unité à moi"')
    await script.push()
    other = (await region.open_dossier("referent.ej", HOPITAL, titre="Autre", meme_si_ouvert=True))["id"]
    await region.fill("referent.ej", other, first, nom="Unité de l'autre")
    for who, action in (("referent.ej", "envoyer"), ("direction", "envoyer"), ("sesan", "valider")):
        await region.step(who, other, action)
    assert await script.run("montrer", script.dossier) == 0
    assert any(line.startswith("! ") and "Unité" in line for line in script.said), script.said


async def test_an_existing_file_is_not_replaced_without_being_asked(script: Script) -> None:
    await script.pull()
    assert await script.run("tirer", script.dossier, "--fichier", str(script.file)) == 0
    assert script.said == [f"Rien n'a changé dans {script.file}"]
    script.append("# à moi")
    with pytest.raises(Exception, match="--remplacer"):
        await script.run("tirer", script.dossier, "--fichier", str(script.file))
    assert script.text.endswith("# à moi\n")
    assert await script.run("tirer", script.dossier, "--fichier", "-") == 0
    assert script.said[-1] != "# à moi"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "Que faire"),
        (["jeter"], "Il n'y a pas de commande « dossier jeter »"),
        (["tirer"], "Avec quel compte"),
        (["tirer", "--identifiant", "x"], "Il manque : DOSSIER"),
        (["tirer", "--rien"], "Ceci n'est pas compris : --rien"),
        (["lister", "--identifiant", "x", "--vue", "rien"], "--vue"),
        (["lister", "--identifiant", "x"], "À quel serveur"),
        (["lister", "--identifiant", "x", "--serveur", "http://127.0.0.1:9"], "ne répond pas"),
    ],
)
def test_a_command_that_means_nothing_is_refused_with_a_sentence(
    argv: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSWORD, "x")
    assert cli.main(["dossier", *argv]) == 2
    captured = capsys.readouterr()
    assert (captured.out, said in captured.err.replace("\N{NO-BREAK SPACE}", " ")) == ("", True), captured.err
