"""Tests of the client below its screens: HTTP, services, command line, paths."""
