"""The few calls of AWS KMS that Lodge makes, as a port: by boto3 in production, by a stand-in in the ordinary tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KmsKeyFacts:
    """What KMS says of a key. ``rotates`` is ``None`` where we may not ask."""

    arn: str
    state: str
    rotates: bool | None


class KmsCalls(Protocol):
    """Calls that block until they are answered or given up. ``key`` is an id, ARN or alias.

    Each raises ``KeyServiceError`` where the ciphertext does not open (damaged, other context, other key), and
    ``KeyServiceAwayError`` where KMS cannot be reached or refuses: somebody can mend that, and nothing is lost.
    """

    def encrypt(self, key: str, plain: bytes, context: Mapping[str, str]) -> bytes:
        """The ciphertext of up to 4,096 bytes, which says for itself by which key material it opens."""
        ...

    def decrypt(self, key: str, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """The plain bytes, if it was this key and context."""
        ...

    def re_encrypt(self, source: str, sealed: bytes, key: str, context: Mapping[str, str]) -> bytes:
        """The same under ``key``'s newest material, without the plain bytes leaving KMS."""
        ...

    def describe(self, key: str) -> KmsKeyFacts:
        """What is known of a key."""
        ...
