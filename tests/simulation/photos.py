"""The visitors' photos: taken and sealed on a kiosk by production code, with randomness of the run's own.

The truth about them is kept here as well: what each one shows, and which of them a fault has destroyed.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from unittest.mock import patch
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sync.protocol.objects import ObjectKind, SealedObject
from sync.protocol.sealing import ObjectName, SealingKey, seal_object
from tests.fakes import hpke_by_text

FACE = b"\xff\xd8 the face of somebody who is visiting "
"""How every photo begins: wherever this is found, something was not sealed."""
_BYTES = 300
_AES_256_GCM = "2"


class Camera:
    """Takes small photos. ``likely``: how many of the arrivals have one, 0 to 1."""

    def __init__(self, stream: random.Random, *, likely: float = 0.25) -> None:
        self._random = stream
        self._likely = likely

    def agrees(self) -> bool:
        """Whether the next visitor is photographed."""
        return self._random.random() < self._likely

    def take(self, tenant: UUID, key: SealingKey) -> tuple[SealedObject, bytes]:
        """A photo, sealed, and what it shows."""
        content = FACE + self._random.randbytes(_BYTES)
        name = ObjectName(tenant, UUID(bytes=self._random.randbytes(16), version=4))
        with patch("sync.protocol.sealing._SUITE", _SeededSuite(self._random)):
            sealed = seal_object(content, name=name, key=key, entropy=self._random.randbytes)
        return SealedObject(name.id, ObjectKind.PHOTO, "image/jpeg", sealed), content


class _SeededSuite:
    """Seals as the library does, with an ephemeral key of the run's."""

    def __init__(self, stream: random.Random) -> None:
        self._sender = X25519PrivateKey.from_private_bytes(stream.randbytes(32))

    def encrypt(self, plain: bytes, receiver: X25519PublicKey, info: bytes) -> bytes:
        return hpke_by_text.seal(_AES_256_GCM, self._sender, receiver, info, plain)


@dataclass
class Album:
    """What was taken, by the photo's id, acknowledged or not."""

    taken: dict[UUID, bytes] = field(default_factory=dict)
    destroyed: set[UUID] = field(default_factory=set)
    """Photos of which a fault destroyed the last copy: nobody can have them."""

    def destroy(self, before: Iterable[UUID], after: Iterable[UUID]) -> int:
        """Of these photos no copy is left; how many there are."""
        gone = set(before) - set(after)
        self.destroyed |= gone
        return len(gone)
