"""The baseline of the start-up: the smallest Textual application."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Static("Bienvenue")


if __name__ == "__main__":
    Minimal().run(mouse=False)
