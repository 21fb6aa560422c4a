"""Errors that whoever sets up a kiosk may see; each says what to do."""


class KioskError(Exception):
    """Base of this package's errors."""
