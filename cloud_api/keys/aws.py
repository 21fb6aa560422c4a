"""AWS KMS as key service (ADR 76): it wraps the keys of organisations, and its own never leave it.

Usage::

    service = AwsKeyService(boto_calls(settings), settings)
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from cloud_api.errors import KeyServiceAwayError, KeyServiceError
from cloud_api.keys.aws_calls import KmsCalls, KmsKeyFacts
from cloud_api.keys.service import WrapContext
from cloud_api.keys.settings import AwsKmsSettings

T = TypeVar("T")
FRAME = b"lodge-kms-aws-v1\x00"
"""Before each ciphertext of KMS: it tells them from what a key file wrapped, which is 44 bytes and begins otherwise."""
_KEY_BYTES = 32
_AT_ONCE = 4
_REST_SECONDS = 5.0
"""How long KMS is left alone after it did not answer: whoever asks meanwhile hears so at once, and waits for nothing
while holding a connection to the database."""


class AwsKeyService:
    """Wraps by one KMS key; opens by that and by those named as older, never by one that a ciphertext brings along."""

    def __init__(
        self, calls: KmsCalls, settings: AwsKmsSettings, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._calls = calls
        self._key = settings.key
        self._keys = (settings.key, *settings.older_keys)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="kms")
        self._monotonic = monotonic
        self._rests_until = float("-inf")

    @property
    def name(self) -> str:
        """``aws:`` and the key as the settings name it."""
        return f"aws:{self._key}"

    async def wrap(self, key: bytes, context: WrapContext) -> bytes:
        """Protect a 32-byte key: ``FRAME``, then KMS's ciphertext."""
        if len(key) != _KEY_BYTES:
            raise KeyServiceError("a key to be wrapped has 32 bytes")
        return FRAME + await self._ask(lambda: self._calls.encrypt(self._key, key, encryption_context(context)))

    async def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """Get a key back.

        Raises:
            KeyServiceError: damaged, of another context, or wrapped by no key that the settings name.
            KeyServiceAwayError: KMS does not answer, or does not allow it.
        """
        sealed, bound = self._unframe(wrapped), encryption_context(context)
        key = await self._by_any(lambda name: self._calls.decrypt(name, sealed, bound))
        if len(key) != _KEY_BYTES:
            raise KeyServiceError("what KMS opened is no key")
        return key

    async def rewrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """The same key under the newest material of the key that wraps now; it does not leave KMS (``ReEncrypt``)."""
        sealed, bound = self._unframe(wrapped), encryption_context(context)
        return FRAME + await self._by_any(lambda name: self._calls.re_encrypt(name, sealed, self._key, bound))

    async def describe(self) -> KmsKeyFacts:
        """What KMS says of the key that wraps now."""
        return await self._ask(lambda: self._calls.describe(self._key))

    def _unframe(self, wrapped: bytes) -> bytes:
        if not is_framed(wrapped) or len(wrapped) == len(FRAME):
            raise KeyServiceError("a key was wrapped by another key service than AWS KMS, or is damaged")
        return wrapped[len(FRAME) :]

    async def _by_any(self, act: Callable[[str], bytes]) -> bytes:
        away: KeyServiceAwayError | None = None
        for name in self._keys:
            try:
                return await self._ask(lambda name=name: act(name))  # type: ignore[misc]  # bound now, not later
            except KeyServiceAwayError as error:
                if error.silent:
                    raise
                away = away or error  # one key that is not allowed says nothing of the next
            except KeyServiceError:
                continue
        if away is not None:
            raise away
        raise KeyServiceError(
            "a wrapped key does not open: it is damaged, belongs elsewhere, or its KMS key is unnamed"
        )

    async def _ask(self, call: Callable[[], T]) -> T:
        now = self._monotonic()
        if now < self._rests_until:
            raise KeyServiceAwayError("AWS KMS does not answer", silent=True)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except KeyServiceAwayError as error:
            if error.silent:
                self._rests_until = self._monotonic() + _REST_SECONDS
            raise


def encryption_context(context: WrapContext) -> Mapping[str, str]:
    """What KMS binds a ciphertext to, and writes to CloudTrail: ids, nothing personal. Policies may ask for it."""
    return {
        "lodge:purpose": context.purpose,
        "lodge:tenant": "server" if context.tenant is None else str(context.tenant),
        "lodge:version": str(context.version),
    }


def is_framed(wrapped: bytes) -> bool:
    """Whether AWS KMS wrapped this."""
    return wrapped.startswith(FRAME)
