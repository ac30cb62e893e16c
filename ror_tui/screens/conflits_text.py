"""The text of the conflicts: a line each, and the whole question with both values, who, when and from where."""

from __future__ import annotations

from textual.content import Content

from ror_tui.api_client.models import Choix, Conflit, Conflits
from ror_tui.marks import KIND
from ror_tui.services.conflits import libelle, possible
from ror_tui.texts import NBSP, french, moment, plain, plural

NUMBERS = {Choix.MIENNE: "1", Choix.PUBLIEE: "2", Choix.AUTRE: "3"}
SAFE = "✓ sûr"


def summary(conflits: Conflits) -> Content:
    """Count the questions, and those that have a safe answer."""
    asked = len(conflits.conflits)
    if not asked:
        return Content.styled("● Aucun conflit avec le Répertoire", "$text-success")
    safe = sum(one.sur is not None for one in conflits.conflits)
    text = f"≠ {plural(asked, 'conflit', 'conflits')} avec le Répertoire"
    return Content.assemble(
        (text, "$text-error"), f" · {plural(safe, 'réponse sûre', 'réponses sûres')}" if safe else ""
    )


def line(conflit: Conflit, width: int) -> Content:
    """Give the line of a question: the fiche, what is in question, whose answers stand against each other."""
    values = f"{conflit.mienne_texte} ≠ {conflit.publiee_texte}"
    mark = f" {SAFE}" if conflit.sur else ""
    name = Content(f"≠ {plain(conflit.nom)} · {plain(conflit.libelle)}{mark}")
    rest = Content(f"  {plain(values)}")
    return Content.assemble(name, (rest.plain, "$text-muted")) if name.cell_length + 6 < width else name


def detail(conflits: Conflits | None, conflit: Conflit | None = None) -> Content:
    """Give the whole question, or what is done already when there is none."""
    parts = [*_question(conflit)] if conflit else []
    done = conflits.deja_faits if conflits and not conflit else []
    parts += [Content(french(f"Déjà fait : {plain(one.nom)} : {plain(one.texte)}")) for one in done]
    return Content("\n").join(parts)


def _question(conflit: Conflit) -> list[Content]:
    kind = KIND[conflit.kind].lower()
    lines = [
        Content.styled(f"{plain(conflit.libelle)} · {plain(conflit.nom)} ({kind})", "bold"),
        Content(french(plain(conflit.question))),
        Content(""),
    ]
    if conflit.base_texte:
        lines.append(_value("   au départ", conflit.base_texte, ""))
    lines.append(_value("1  la mienne", conflit.mienne_texte, "$text-warning"))
    lines.append(_value("2  publiée  ", conflit.publiee_texte, "$text-primary"))
    lines += [_published(one.par, moment(one.le), one.origine, one.texte) for one in reversed(conflit.changements)]
    lines.append(Content(""))
    lines += [_choice(conflit, choix) for choix in Choix]
    if conflit.sur and conflit.sur_raison:
        answer = libelle(conflit, conflit.sur).lower()
        lines.append(Content.styled(french(f"{SAFE} : {answer}, car {plain(conflit.sur_raison)}"), "$text-success"))
    return lines


def _value(label: str, text: str, style: str) -> Content:
    return Content.assemble((f"{label}{NBSP}: ", "bold"), (plain(text), style))


def _published(par: str, le: str, origine: str, texte: str) -> Content:
    return Content.styled(french(f"   {plain(par)}, le {le}, {plain(origine)} : {plain(texte)}"), "$text-muted")


def _choice(conflit: Conflit, choix: Choix) -> Content:
    reason = possible(conflit, choix)
    if reason:
        return Content.styled(french(f"{NUMBERS[choix]}  {plain(libelle(conflit, choix))} – {plain(reason)}"), "dim")
    return Content.assemble((NUMBERS[choix], "bold"), f"  {plain(libelle(conflit, choix))}")


def safe_list(conflits: Conflits) -> str:
    """Say what answering all the safe questions would do, and what « safe » means."""
    lines = ["Une réponse est sûre quand personne n'y perd son travail :", ""]
    lines += [
        f"• {one.nom}, {one.libelle} : {libelle(one, one.sur).lower()} ({one.sur_raison})"
        for one in conflits.conflits
        if one.sur is not None
    ]
    return french("\n".join(lines))
