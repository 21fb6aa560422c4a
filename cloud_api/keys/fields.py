"""Fields at rest: AES-256-GCM under a data key, bound to organisation, table, column and row."""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cloud_api.errors import SealedFieldError

_VERSION = b"\x01"
_NONCE_BYTES = 12


class FieldCipher:
    """Seals and opens the fields of one data key. A field moved to another row or column does not open."""

    def __init__(self, tenant: UUID, key_id: UUID, data_key: bytes) -> None:
        self.key_id = key_id
        self._tenant = str(tenant)
        self._key = data_key
        self._gcm = AESGCM(data_key)

    def seal(self, plain: bytes, *, table: str, column: str, row: str) -> bytes:
        """Version (1 byte), nonce (12), ciphertext and tag (16)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._gcm.encrypt(nonce, plain, self._place(table, column, row))

    def open(self, sealed: bytes, *, table: str, column: str, row: str) -> bytes:
        """The plain bytes.

        Raises:
            SealedFieldError: damaged, of another key, or of another place.
        """
        if sealed[:1] != _VERSION:
            raise SealedFieldError(f"a sealed {table}.{column} is of an unknown version")
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._gcm.decrypt(nonce, body, self._place(table, column, row))
        except (InvalidTag, ValueError) as error:
            raise SealedFieldError(f"a sealed {table}.{column} does not open") from error

    def seal_text(self, plain: str, *, table: str, column: str, row: str) -> bytes:
        """As ``seal``, for text."""
        return self.seal(plain.encode("utf-8"), table=table, column=column, row=row)

    def open_text(self, sealed: bytes, *, table: str, column: str, row: str) -> str:
        """As ``open``, for text."""
        return self.open(sealed, table=table, column=column, row=row).decode("utf-8")

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for another use that dies with this data key."""
        info = f"lodge-derived-v1|{purpose}|{self._tenant}".encode()
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(self._key)

    def _place(self, table: str, column: str, row: str) -> bytes:
        return f"{self._tenant}|{table}|{column}|{row}".encode()
