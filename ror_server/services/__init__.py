"""Use cases: load, decide with the domain, write, in one transaction. No HTTP here."""
