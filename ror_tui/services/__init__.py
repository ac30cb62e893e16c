"""What a screen does, callable without any screen."""
