"""The Répertoire's tree: its lines in every view, all below a line, where a structure stands."""
