"""The key service that a server's settings name; while a server moves from one to another, both."""

from collections.abc import Callable
from pathlib import Path

from cloud_api.errors import KeyServiceError
from cloud_api.keys.aws import AwsKeyService, is_framed
from cloud_api.keys.aws_boto import boto_calls
from cloud_api.keys.aws_calls import KmsCalls
from cloud_api.keys.local import LocalKeyService
from cloud_api.keys.service import KeyService, WrapContext
from cloud_api.keys.settings import AwsKmsSettings, KeyServiceSettings, Provider


class MovingKeyService:
    """Wraps by one of the two; each opens what it wrapped, as its first bytes tell."""

    def __init__(self, provider: Provider, local: LocalKeyService | None, aws: AwsKeyService) -> None:
        self._local = local
        self.aws = aws
        self._wraps: KeyService = aws if provider == "aws" else self._local_one()

    @property
    def name(self) -> str:
        """The name of the one that wraps."""
        return self._wraps.name

    async def wrap(self, key: bytes, context: WrapContext) -> bytes:
        """As the one that wraps."""
        return await self._wraps.wrap(key, context)

    async def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """As the one that wrapped it."""
        return await self._opener(wrapped).unwrap(wrapped, context)

    async def rewrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """By the one that wraps now; from one service to the other the key passes through this process."""
        opener = self._opener(wrapped)
        if opener is self._wraps:
            return await opener.rewrap(wrapped, context)
        return await self._wraps.wrap(await opener.unwrap(wrapped, context), context)

    def _opener(self, wrapped: bytes) -> KeyService:
        return self.aws if is_framed(wrapped) else self._local_one()

    def _local_one(self) -> LocalKeyService:
        if self._local is None:
            raise KeyServiceError("a key was wrapped by a key file, and there is none: put kms.json back")
        return self._local


def open_key_service(
    settings: KeyServiceSettings,
    key_file: Path,
    *,
    wraps: Provider | None = None,
    calls: Callable[[AwsKmsSettings], KmsCalls] = boto_calls,
) -> KeyService:
    """The service of the settings. ``wraps``: another of the two than they say, while keys are moved.

    Raises:
        KeyServiceError: the key file is needed and missing, or damaged, or readable by others.
        ConfigurationError: AWS KMS is wanted, and its package is missing.
    """
    provider = wraps or settings.provider
    if settings.aws is None:
        return LocalKeyService.open(key_file)
    aws = AwsKeyService(calls(settings.aws), settings.aws)
    local = LocalKeyService.open(key_file) if provider == "local" or key_file.exists() else None
    return MovingKeyService(provider, local, aws)
