"""One screen, one module and its .tcss."""
