"""Typed HTTP client of the ROR server, usable without any screen."""
