class EmbeddedError(Exception):
    """An embedded server could not be had; the message is one sentence for the person at the terminal."""
