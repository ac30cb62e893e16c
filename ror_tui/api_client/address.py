"""The address of a server: what may be typed, and why some addresses are refused. Standard library only."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ror_tui.api_client.errors import BadAddress

UNIX = "unix:"
EXAMPLE = "https://ror.exemple.fr"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is: the base of its URLs, or its unix socket, and how to name it to a person."""

    base_url: str
    shown: str
    socket: str | None = None
    local: bool = False

    @property
    def encrypted(self) -> bool:
        """Tell whether the connection is made over TLS."""
        return self.socket is None and self.base_url.startswith("https:")


def parse(endpoint: str, *, clear_text: bool = False) -> Address:
    """Read the address of a server.

    Args:
        endpoint: `https://…`, `http://127.0.0.1:8000` or `unix:/path/socket`.
        clear_text: Accept `http://` to another machine, where the password travels in clear.

    Raises:
        BadAddress: With a French sentence, when the address cannot be used.
    """
    endpoint = endpoint.strip()
    if endpoint.startswith(UNIX):
        return _unix(endpoint.removeprefix(UNIX))
    parts = _split(endpoint)
    host = parts.hostname or ""
    local = is_loopback(host)
    if parts.scheme == "http" and not local and not clear_text:
        raise BadAddress(
            f"L'adresse {endpoint} n'est pas chiffrée : votre mot de passe circulerait en clair. "
            "Donnez une adresse en https://, ou acceptez ce risque avec --http-en-clair."
        )
    return Address(base_url=endpoint.rstrip("/"), shown=endpoint, local=local)


def is_loopback(host: str) -> bool:
    """Tell whether a host name can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _unix(path: str) -> Address:
    if not path.startswith("/"):
        raise BadAddress(f"Après « unix: », donnez le chemin entier du socket, par exemple unix:/run/ror.sock : {path}")
    return Address(base_url="http://ror", shown=UNIX + path, socket=path, local=True)


def _split(endpoint: str) -> SplitResult:
    unusable = BadAddress(f"L'adresse du serveur n'est pas utilisable : {endpoint}. Exemple : {EXAMPLE}")
    try:
        parts = urlsplit(endpoint)
        (parts.hostname or "").encode("idna")
        port = parts.port
    except (ValueError, UnicodeError) as error:
        raise unusable from error
    if parts.username is not None or parts.password is not None:
        raise BadAddress("Ne mettez ni identifiant ni mot de passe dans l'adresse : ils sont demandés à la connexion.")
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or parts.query or parts.fragment:
        raise unusable
    return parts
