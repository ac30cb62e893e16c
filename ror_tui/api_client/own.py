"""What the account keeps for itself: favourites, saved views, its place in the Répertoire."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel, RootModel

from ror_tui.api_client._http import Call, Http, json_body
from ror_tui.api_client.models import (
    EnregistrementPlace,
    EnregistrementVue,
    Noeud,
    Page,
    Place,
    VueNommee,
    VueRepertoire,
)


class _Vues(RootModel[list[VueNommee]]):
    """Answer of `GET /v1/vues`."""


class FavorisResource:
    """`/v1/favoris`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self, curseur: str | None = None) -> Page[Noeud]:
        """Read a page of the favourites, by name."""
        return await self._http.get(Page[Noeud], "/v1/favoris", {"curseur": curseur} if curseur else {})

    async def ajouter(self, structure: UUID) -> None:
        """Add a structure; adding it again changes nothing."""
        await self._http.send(Call("PUT", f"/v1/favoris/{structure}"))

    async def retirer(self, structure: UUID) -> None:
        """Remove a structure; removing it again changes nothing."""
        await self._http.send(Call("DELETE", f"/v1/favoris/{structure}"))


class VuesResource:
    """`/v1/vues`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self) -> list[VueNommee]:
        """Read the saved views, by name."""
        return (await self._http.get(_Vues, "/v1/vues")).root

    async def enregistrer(self, nom: str, vue: VueRepertoire) -> None:
        """Save a view, instead of the one of the same name."""
        body = EnregistrementVue(par=vue.par, filtres=vue.filtres)
        await _put(self._http, _view(nom), body)

    async def supprimer(self, nom: str) -> None:
        """Remove a saved view."""
        await self._http.send(Call("DELETE", _view(nom)))


class PlaceResource:
    """`/v1/moi/place`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def lire(self) -> Place | None:
        """Read where the account left the Répertoire, None when it never did."""
        reply = await self._http.send(Call("GET", "/v1/moi/place"))
        return None if reply.status == 204 else reply.read(Place)

    async def enregistrer(self, place: Place) -> None:
        """Keep where the account is."""
        body = EnregistrementPlace(vue=place.vue, ouvertes=place.ouvertes, ligne=place.ligne)
        await _put(self._http, "/v1/moi/place", body)


def _view(nom: str) -> str:
    """Give the address of a view; a name made of dots is no step up."""
    return f"/v1/vues/{quote(nom, safe='').replace('.', '%2E')}"


async def _put(http: Http, path: str, body: BaseModel) -> None:
    await http.send(Call("PUT", path, body=json_body(body)))
