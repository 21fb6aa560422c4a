"""cloud_api."""

__version__ = "0.1.0"
