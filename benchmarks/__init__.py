"""Measures against a baseline in the same run: ratios of medians, never absolute figures."""
