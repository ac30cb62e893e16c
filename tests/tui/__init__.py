"""The screens, driven by keys over the real server."""
