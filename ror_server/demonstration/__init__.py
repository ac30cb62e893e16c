"""The demonstration region: invented establishments, units and accounts, the same ones at every load."""

from ror_server.demonstration.accounts import ACCOUNTS, DemonstrationAccount
from ror_server.demonstration.loading import load

__all__ = ["ACCOUNTS", "DemonstrationAccount", "load"]
