"""The demonstration region, generated."""
