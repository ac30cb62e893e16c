"""The workflow of a dossier, as data: levels by circuit, who acts, what each action leads to (guide §3e, DESIGN §5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ror_tui.api_client.models import ActionDossier, Circuit, EtatDossier, Role


@dataclass(frozen=True, slots=True)
class Level:
    """One validation level: a state that waits for the roles that can take it further."""

    etat: EtatDossier
    libelle: str
    roles: frozenset[Role]
    attend: str
    sends_on: bool
    """True where the level itself clicks « envoyer en validation » again instead of validating."""


_DIRECTION = Level(
    EtatDossier.A_VALIDER_DIRECTION, "Direction", frozenset({Role.DIRECTION}), attend="la Direction", sends_on=True
)
_SESAN = Level(EtatDossier.A_VALIDER, "SESAN", frozenset({Role.VALIDATEUR}), attend="SESAN", sends_on=False)
_TUTELLE = Level(
    EtatDossier.A_VALIDER,
    "Autorité de tutelle",
    frozenset({Role.TUTELLE}),
    attend="l'autorité de tutelle",
    sends_on=False,
)

LEVELS: Mapping[Circuit, tuple[Level, ...]] = {
    Circuit.SANITAIRE: (_DIRECTION, _SESAN),
    Circuit.MEDICO_SOCIAL: (_SESAN,),
    Circuit.HANDICAP: (_TUTELLE,),
}

EDITABLE = frozenset({EtatDossier.BROUILLON, EtatDossier.A_CORRIGER})
CLOSED = frozenset({EtatDossier.INTEGRE, EtatDossier.ABANDONNE})

ETAT_LABELS: Mapping[EtatDossier, str] = {
    EtatDossier.BROUILLON: "en cours de saisie",
    EtatDossier.A_VALIDER_DIRECTION: "à valider par la Direction",
    EtatDossier.A_VALIDER: "à valider",
    EtatDossier.A_CORRIGER: "à corriger",
    EtatDossier.INTEGRE: "intégré au Répertoire",
    EtatDossier.ABANDONNE: "abandonné",
}

ACTION_LABELS: Mapping[ActionDossier, str] = {
    ActionDossier.MODIFIER: "Modifier",
    ActionDossier.ENVOYER: "Envoyer en validation",
    ActionDossier.VALIDER: "Valider et publier dans le Répertoire",
    ActionDossier.VALIDER_PARTIE: "Accepter une partie, renvoyer le reste",
    ActionDossier.REFUSER: "Refuser avec un motif",
    ActionDossier.RETIRER: "Retirer de la validation",
    ActionDossier.ABANDONNER: "Abandonner le dossier",
    ActionDossier.REPRENDRE: "Reprendre le dossier abandonné",
}


def current_level(circuit: Circuit, etat: EtatDossier) -> Level | None:
    """Give the level a dossier waits at, or None when it waits for its author or is closed."""
    return next((level for level in LEVELS[circuit] if level.etat is etat), None)


def awaited(circuit: Circuit, etat: EtatDossier) -> str:
    """Say in French who must act, as seen by anybody."""
    if etat in CLOSED:
        return "personne"
    level = current_level(circuit, etat)
    return level.attend if level else "l'auteur"


def last_level(circuit: Circuit) -> Level:
    """Give the level that publishes."""
    return LEVELS[circuit][-1]


def levels_before(circuit: Circuit, etat: EtatDossier) -> tuple[Level, ...]:
    """Give the levels whose approval a dossier needs before the one it waits at; all but the last when at none."""
    levels = LEVELS[circuit]
    level = current_level(circuit, etat)
    return levels[: levels.index(level)] if level else levels[:-1]


def state_after_sending(
    circuit: Circuit, etat: EtatDossier, approved: Collection[EtatDossier] = frozenset()
) -> EtatDossier:
    """Give the state after « envoyer en validation » from a state where that is possible.

    An author starts at the first level that has not approved this very content; the Direction sends on to the next
    one (guide §3e 4).
    """
    levels = LEVELS[circuit]
    level = current_level(circuit, etat)
    ahead = levels if level is None else levels[levels.index(level) + 1 :]
    return next((one.etat for one in ahead if one.etat not in approved), levels[-1].etat)


def state_fault(action: ActionDossier, circuit: Circuit, etat: EtatDossier) -> str | None:
    """Say in French why the dossier's state forbids an action, whoever asks, or None."""
    if etat is EtatDossier.ABANDONNE and action is ActionDossier.REPRENDRE:
        return None
    if etat in CLOSED:
        return f"Ce dossier est {ETAT_LABELS[etat]} : il ne change plus."
    level = current_level(circuit, etat)
    sent = level is not None
    not_last = (
        level is None or level.sends_on,
        f"Ce dossier n'est pas à valider : il attend {awaited(circuit, etat)}.",
    )
    faults: Mapping[ActionDossier, tuple[bool, str]] = {
        ActionDossier.MODIFIER: (
            sent,
            f"Ce dossier attend {awaited(circuit, etat)} : retirez-le de la validation pour le modifier.",
        ),
        ActionDossier.ENVOYER: (
            level is not None and not level.sends_on,
            f"Ce dossier est déjà envoyé : il attend {awaited(circuit, etat)}.",
        ),
        ActionDossier.VALIDER: not_last,
        ActionDossier.VALIDER_PARTIE: not_last,
        ActionDossier.REFUSER: (not sent, "Ce dossier n'a pas été envoyé en validation : il n'y a rien à refuser."),
        ActionDossier.RETIRER: (not sent, "Ce dossier n'a pas été envoyé en validation : il n'y a rien à retirer."),
        ActionDossier.REPRENDRE: (True, "Ce dossier n'est pas abandonné : il n'y a rien à reprendre."),
    }
    holds, fault = faults.get(action, (False, ""))
    return fault if holds else None
