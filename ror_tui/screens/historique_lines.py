"""The lines of a history: when, who, what; and a publication in words."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from ror_tui.api_client.models import PublicationLue
from ror_tui.texts import french, plain
from ror_tui.widgets.frame import fit

WHEN = 17
WHO = 20
NARROW = 70
REVERTED = "annulée"


def when(moment: datetime) -> str:
    """Say a moment with its year: « 24/11/2026 14:02 »."""
    return moment.astimezone().strftime("%d/%m/%Y %H:%M")


def row(one: PublicationLue, width: int) -> Content:
    """Write the line of a publication."""
    who = WHO if width >= NARROW else 0
    what = f"({REVERTED}) {one.resume}" if one.annulee else one.resume
    return Content.assemble(
        (f"{when(one.le):<{WHEN}}", "$text-muted"),
        (_cell(one.acteur, who), "bold"),
        french(plain(what)),
    )


def _cell(text: str, cells: int) -> str:
    if not cells:
        return ""
    cut = fit(plain(text), cells - 1)
    return cut + " " * (cells - Content(cut).cell_length)


def detail(one: PublicationLue) -> Content:
    """Say a publication in words: who, when, through what, and all that it did."""
    head = f"N° {one.seq} · {when(one.le)} · {one.acteur} · {one.par}"
    gone = f" · {REVERTED} depuis" if one.annulee else ""
    lines = [revision.phrase for revision in one.revisions] or [one.resume]
    more = [f"… et {one.total - len(one.revisions)} autres structures"] if one.total > len(one.revisions) else []
    text = "\n".join(french(plain(line)) for line in [*lines, *more])
    return Content.assemble((french(plain(head + gone)), "bold"), "\n", text)
