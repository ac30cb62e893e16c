"""Ctrl+F on the server: a derived index of every published structure (docs/decisions/0008)."""

from ror_server.search.index import IndexUnavailableError, SearchIndex
from ror_server.search.query import Found, Keep, Near
from ror_server.search.storage import default_file

__all__ = ["Found", "IndexUnavailableError", "Keep", "Near", "SearchIndex", "default_file"]
