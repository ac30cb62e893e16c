"""« Voulez-vous répercuter votre modification dans le dossier collaboratif ? », field by field (guide, A NOTER 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import App

from ror_tui.api_client.models import QuestionRepercussion, ReponseRepercussion
from ror_tui.services.edition import reponse, said
from ror_tui.texts import french
from ror_tui.widgets.dialogs import Choose

CHOICES = (("oui", "Oui"), ("non", "Non"), ("rester", "Annuler"))


async def ask(app: App[Any], questions: Sequence[QuestionRepercussion]) -> list[ReponseRepercussion] | None:
    """Ask each question in turn; None when one of them was given up, and then nothing is published.

    Args:
        app: Above which screen to ask.
        questions: As the server gave them.
    """
    answers: list[ReponseRepercussion] = []
    for rank, question in enumerate(questions, start=1):
        count = f" ({rank} sur {len(questions)})" if len(questions) > 1 else ""
        title = french(f"Répercussion du champ : {question.libelle}{count}")
        answer = await app.push_screen_wait(Choose(title, said(question), CHOICES))
        if answer not in {"oui", "non"}:
            return None
        answers.append(reponse(question, repercuter=answer == "oui"))
    return answers
