"""AWS KMS behind our port of its calls: keys that stay in it, contexts that bind, and an outage on demand."""

import secrets
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cloud_api.errors import KeyServiceAwayError, KeyServiceError
from cloud_api.keys.aws import AwsKeyService
from cloud_api.keys.aws_calls import KmsKeyFacts
from cloud_api.keys.settings import AwsKmsSettings

KEY, OTHER = (f"arn:aws:kms:eu-central-1:111122223333:key/{'0' * 8}-{n}" for n in "ab")


class KmsTwin:
    """Passes the contract suite that the real calls pass (``tests/contract/cloud/test_key_service.py``)."""

    def __init__(self) -> None:
        self._keys = {key: AESGCM(secrets.token_bytes(32)) for key in (KEY, OTHER)}
        self.away: KeyServiceAwayError | None = None
        self.forbidden: set[str] = set()
        self.asked: list[tuple[str, dict[str, str]]] = []

    def encrypt(self, key: str, plain: bytes, context: Mapping[str, str]) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + self._key("encrypt", key, context).encrypt(nonce, plain, msgspec.json.encode(context))

    def decrypt(self, key: str, sealed: bytes, context: Mapping[str, str]) -> bytes:
        gcm = self._key("decrypt", key, context)
        try:
            return gcm.decrypt(sealed[:12], sealed[12:], msgspec.json.encode(context))
        except (InvalidTag, ValueError) as error:
            raise KeyServiceError("does not open") from error

    def re_encrypt(self, source: str, sealed: bytes, key: str, context: Mapping[str, str]) -> bytes:
        self.asked.append(("re_encrypt", dict(context)))
        return self.encrypt(key, self.decrypt(source, sealed, context), context)

    def describe(self, key: str) -> KmsKeyFacts:
        self._key("describe", key, {})
        return KmsKeyFacts(key, "Enabled", rotates=True)

    def _key(self, call: str, key: str, context: Mapping[str, str]) -> AESGCM:
        self.asked.append((call, dict(context)))
        if self.away is not None:
            raise self.away
        if key not in self._keys or key in self.forbidden:
            raise KeyServiceAwayError(f"AWS KMS refuses {key}", silent=False)
        return self._keys[key]


def twin_service() -> AwsKeyService:
    """The real key service on a twin of KMS."""
    return AwsKeyService(KmsTwin(), AwsKmsSettings(KEY, "eu-central-1"))
