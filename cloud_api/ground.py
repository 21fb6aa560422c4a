"""What the parts of the server's composition stand on: each joins its services on this, and says what else it needs."""

from typing import Protocol

from cloud_api.clock import Clock
from cloud_api.config import CloudSettings
from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_trail import AuditTrail
from cloud_api.store.db import Database


class Ground(Protocol):
    """Of all that the composition has joined, what every part asks for."""

    @property
    def settings(self) -> CloudSettings:
        """The server's settings."""
        ...

    @property
    def clock(self) -> Clock:
        """The time of day."""
        ...

    @property
    def db(self) -> Database:
        """The open database."""
        ...

    @property
    def ring(self) -> KeyRing:
        """Keys of organisations."""
        ...

    @property
    def trail(self) -> AuditTrail:
        """Where acts are recorded."""
        ...
