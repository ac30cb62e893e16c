"""What `ror-tui doctor` says, as plain data and as text."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from time import monotonic

from ror_tui import appearance, paths
from ror_tui.api_client.client import RorClient
from ror_tui.api_client.errors import RorError
from ror_tui.config_command import described
from ror_tui.doctor import terminal
from ror_tui.journal.opening import FILE as JOURNAL
from ror_tui.services import session
from ror_tui.settings import Chosen
from ror_tui.slow_line import ADVICE, SLOW
from ror_tui.texts import french, plain

Data = dict[str, object]

NARROW = (80, 24)
VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "SSH_TTY")


def examine(chosen: Chosen, *, as_json: bool) -> int:
    """Examine the terminal, the files and the server, and print what was found.

    Args:
        chosen: The settings, and where each comes from.
        as_json: For a script.

    Returns:
        0 when all is well, 1 when something needs attention.
    """
    found = asyncio.run(gather(chosen))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(found)) + "\n")
    return 1 if found["conseils"] else 0


async def gather(chosen: Chosen) -> Data:
    """Give all that is found, under stable French names: nothing secret is in it."""
    drawn = appearance.choose(chosen.settings, os.environ)
    found: Data = {
        "versions": {name: version(name) for name in ("ror-tui", "textual", "httpx", "pydantic")}
        | {"python": platform.python_version(), "systeme": platform.platform(terse=True)},
        "terminal": _terminal(),
        "choix": {"theme": drawn.theme, "couleurs": drawn.couleurs, "pourquoi": list(drawn.reasons)},
        "reglages": described(chosen),
        "fichiers": _files(),
        "serveur": await _server(chosen),
    }
    return found | {"conseils": [french(advice) for advice in _advice(found)]}


def _terminal() -> Data:
    environ = {name: os.environ.get(name, "") for name in VARIABLES}
    between: Data = {
        "environnement": environ,
        "multiplexeur": terminal.multiplexer(os.environ),
        "presse_papiers": "OSC 52, sans réponse du terminal : copiez avec y, collez pour vérifier ; Y montre le texte",
    }
    descriptor = next((one.fileno() for one in (sys.__stdin__, sys.__stderr__) if one and one.isatty()), None)
    if descriptor is None:
        return between | {"present": False}
    asked = asdict(terminal.examine(descriptor))
    names = {
        "name": "nom",
        "answers": "repond",
        "round_trip": "aller_retour_s",
        "synchronised": "affichage_synchronise",
        "kitty_keys": "clavier_etendu",
        "wide": "signes_larges",
        "size": "taille",
    }
    return between | {"present": True} | {names[key]: value for key, value in asked.items()}


def _files() -> Data:
    places = {"donnees": paths.data_dir, "journaux": paths.state_dir, "sockets": paths.runtime_dir}
    found: Data = {}
    for name, place in places.items():
        try:
            found[name] = str(place())
        except paths.UnsafePathError as error:
            found[name] = f"inutilisable : {error}"
    return found | {"saisies": f"{found['donnees']}/{JOURNAL}"}


async def _server(chosen: Chosen) -> Data:
    endpoint = chosen.settings.serveur
    if not endpoint:
        return {"adresse": None}
    started = monotonic()
    try:
        client = RorClient(endpoint, clear_text=chosen.settings.http_en_clair)
        try:
            state = await session.etat(client)
        finally:
            await client.close()
    except RorError as error:
        return {"adresse": endpoint, "repond": False, "raison": str(error)}
    took = round(monotonic() - started, 3)
    return {"adresse": endpoint, "repond": True, "pret": state.pret, "version": state.version, "reponse_s": took}


def _advice(found: Data) -> Iterator[str]:
    screen, server = _part(found, "terminal"), _part(found, "serveur")
    if not screen["present"]:
        yield "Ceci n'est pas un terminal : lancez doctor directement, sans redirection d'entrée."
    elif not screen["repond"]:
        yield "Le terminal ne répond pas aux questions : rien n'a été mesuré ; ror-tui s'en passe."
    if screen.get("signes_larges"):
        yield "Des signes prennent deux cases et décalent les lignes : essayez ascii (--ascii)."
    if float(str(screen.get("aller_retour_s") or 0)) > SLOW:
        yield f"La ligne est lente. {ADVICE}"
    columns, lines = _size(screen)
    if columns < NARROW[0] or lines < NARROW[1]:
        yield f"Le terminal a {columns}×{lines} : tout marche à partir de 40×10, mieux à partir de 80×24."
    if server["adresse"] is None:
        yield "Aucun serveur n'est réglé : --serveur URL, ROR_TUI_SERVEUR, ou le fichier de réglages."
    elif not server["repond"]:
        yield f"Le serveur ne répond pas : {server['raison']}"
    for name, place in _part(found, "fichiers").items():
        if str(place).startswith("inutilisable"):
            yield f"Le dossier des {name} est {place}"


def _size(screen: Data) -> tuple[int, int]:
    size = screen.get("taille")
    return (int(size[0]), int(size[1])) if isinstance(size, tuple) else NARROW


def _part(found: Data, name: str) -> dict[str, object]:
    part = found[name]
    if not isinstance(part, dict):
        raise TypeError(name)
    return part


def _lines(found: Data) -> Iterator[str]:
    for name in ("versions", "terminal", "choix", "fichiers", "serveur"):
        yield name.capitalize()
        for key, value in _part(found, name).items():
            yield from _entry(key, value)
        yield ""
    advice = found["conseils"]
    yield "Conseils" if advice else "Tout va bien."
    yield from (f"  {one}" for one in (advice if isinstance(advice, list) else []))


def _entry(key: str, value: object) -> Iterator[str]:
    label = key.replace("_", " ")
    if isinstance(value, dict):
        shown = ", ".join(f"{name}={word}" for name, word in value.items() if word)
    elif isinstance(value, list | tuple):
        shown = ("×" if key == "taille" else ", ").join(map(str, value)) or "aucun"
    elif isinstance(value, bool):
        shown = "oui" if value else "non"
    elif isinstance(value, float):
        shown = f"{value * 1000:.0f} ms"
    else:
        shown = str(value) if value else "–"
    yield french(f"  {label} : {plain(shown)}")
