"""What comes in: FINESS."""
