"""Which PostgreSQL this machine has: found once a process, for asking a program for its version takes a process."""

from cloud_api.postgres.binaries import find_binaries

INSTALLED = tuple(find_binaries())
"""The preferred first, the newest last."""
