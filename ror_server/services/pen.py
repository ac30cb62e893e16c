"""Who writes, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ror_server.domain.dossier import Item
from ror_server.store.accounts import Account
from ror_server.store.dossiers import StoredItem


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, and when."""

    account: Account
    now: datetime

    def sign(self, item: Item) -> StoredItem:
        """Make an item ready to store."""
        return StoredItem(item, self.now, self.account.nom)
