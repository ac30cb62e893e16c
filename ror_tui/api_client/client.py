"""The typed client of a ROR server."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from ror_tui.api_client import address
from ror_tui.api_client._http import Http, Transport
from ror_tui.api_client.actions import ActionsResource
from ror_tui.api_client.conflits import ConflitsResource
from ror_tui.api_client.contenu import ContenuResource
from ror_tui.api_client.controles import ControlesResource
from ror_tui.api_client.dossiers import DossiersResource
from ror_tui.api_client.entourage import EntourageResource
from ror_tui.api_client.evenements import EvenementsResource
from ror_tui.api_client.historique import HistoriqueResource
from ror_tui.api_client.lits import LitsResource
from ror_tui.api_client.modeles import ModelesResource
from ror_tui.api_client.offres import OffresResource
from ror_tui.api_client.own import FavorisResource, PlaceResource, VuesResource
from ror_tui.api_client.repertoire import RepertoireResource
from ror_tui.api_client.session import SessionResource
from ror_tui.api_client.structures import StructuresResource
from ror_tui.api_client.tableau import TableauResource


class RorClient:
    """One connection to one ROR server, and its resources; every failure is a `RorError`.

    Args:
        endpoint: `https://…`, `http://127.0.0.1:8000` or `unix:/path/socket`.
        clear_text: Accept `http://` to another machine, where the password travels in clear.
        transport: Replaces the network in tests.

    Raises:
        BadAddress: When the endpoint cannot be used.
    """

    def __init__(self, endpoint: str, *, clear_text: bool = False, transport: Transport | None = None) -> None:
        self._http = Http(address.parse(endpoint, clear_text=clear_text), transport)
        self.session = SessionResource(self._http)
        self.repertoire = RepertoireResource(self._http)
        self.structures = StructuresResource(self._http)
        self.offres = OffresResource(self._http)
        self.dossiers = DossiersResource(self._http)
        self.actions = ActionsResource(self._http)
        self.conflits = ConflitsResource(self._http)
        self.contenu = ContenuResource(self._http)
        self.controles = ControlesResource(self._http)
        self.entourage = EntourageResource(self._http)
        self.historique = HistoriqueResource(self._http)
        self.lits = LitsResource(self._http)
        self.tableau = TableauResource(self._http)
        self.modeles = ModelesResource(self._http)
        self.favoris = FavorisResource(self._http)
        self.vues = VuesResource(self._http)
        self.place = PlaceResource(self._http)
        self.evenements = EvenementsResource(self._http)

    def __repr__(self) -> str:
        return f"RorClient({self.endpoint!r})"

    @property
    def endpoint(self) -> str:
        """The address of the server, as it can be shown."""
        return self._http.address.shown

    @property
    def authenticated(self) -> bool:
        """Tell whether a session was opened and not closed."""
        return self._http.authenticated

    def on_contact(self, tell: Callable[[bool], None] | None) -> None:
        """Have it told, after each request, whether the server could be reached."""
        self._http.on_contact = tell

    async def close(self) -> None:
        """Forget the token and close the connections."""
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
