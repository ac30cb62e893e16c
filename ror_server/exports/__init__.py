"""What leaves the ROR as files."""
