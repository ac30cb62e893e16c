"""A dossier as a YAML file: written, read, compared with the server, pushed (`ror-tui dossier`)."""
