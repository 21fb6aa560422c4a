"""The port of an object store: bytes by organisation and id. What is put is durable when the call returns."""

from typing import Protocol
from uuid import UUID

from sync.protocol.sealing import ObjectName


class Objects(Protocol):
    """An object store. It sees ciphertext only."""

    async def put(self, name: ObjectName, data: bytes) -> None:
        """Keep an object, whole or not at all; the same again changes nothing.

        Raises:
            ObjectStoreError: it was not kept.
        """
        ...

    async def get(self, name: ObjectName) -> bytes | None:
        """An object, or ``None`` where there is none.

        Raises:
            ObjectStoreError: it cannot be read.
        """
        ...

    async def delete(self, name: ObjectName) -> None:
        """Delete an object; one that is not there is no fault.

        Raises:
            ObjectStoreError: it may still be there.
        """
        ...

    async def delete_all(self, tenant: UUID) -> int:
        """Delete every object of an organisation, and what a crash left of any; how many objects there were.

        Raises:
            ObjectStoreError: some may still be there.
        """
        ...
