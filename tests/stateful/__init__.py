"""Random histories of several people over one establishment, checked step by step."""
