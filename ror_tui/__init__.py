"""Client de terminal du ROR."""

__version__ = "0.1.0"
