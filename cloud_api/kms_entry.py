"""``[kms]`` of a server's settings: which key service wraps the keys of organisations."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from cloud_api.errors import ConfigurationError
from cloud_api.keys.settings import AwsKmsSettings, KeyServiceSettings, Provider

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class KmsEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``[kms]``. ``key``: id, ARN or alias of the AWS KMS key. With ``provider = "local"`` the key file wraps, and what
    AWS KMS wrapped still opens. Credentials are found as every AWS tool finds them, and have no place here.
    """

    provider: Provider = "aws"
    key: Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]
    region: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,64}\Z")]
    older_keys: Annotated[tuple[str, ...], msgspec.Meta(max_length=20)] = ()
    endpoint: str = ""
    timeout_seconds: Annotated[float, msgspec.Meta(ge=0.5, le=30)] = 3


def key_service_settings(path: Path, entry: KmsEntry | None) -> KeyServiceSettings:
    """The settings of the key service.

    Raises:
        ConfigurationError: the endpoint is none; ``path`` is named.
    """
    if entry is None:
        return KeyServiceSettings()
    if entry.endpoint and not _fits(entry.endpoint):
        raise ConfigurationError(f"{path}: kms.endpoint is no https address (http on this machine alone)")
    aws = AwsKmsSettings(entry.key, entry.region, entry.older_keys, entry.endpoint, entry.timeout_seconds)
    return KeyServiceSettings(entry.provider, aws)


def _fits(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    # Keys cross this line: without TLS it must not leave the machine.
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )
