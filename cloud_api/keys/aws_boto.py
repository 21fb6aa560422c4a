"""AWS KMS by boto3, which is an extra: ``pip install 'porters-lodge[aws]'``. What boto3 raises ends here."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cloud_api.errors import ConfigurationError, KeyServiceAwayError, KeyServiceError
from cloud_api.keys.aws_calls import KmsKeyFacts
from cloud_api.keys.settings import AwsKmsSettings

T = TypeVar("T")
_CONNECT_SECONDS = 2.0
_TRIES = 2
_POOL = 4
_CLOSED = {"InvalidCiphertextException", "IncorrectKeyException"}
_THROTTLED = {"ThrottlingException", "LimitExceededException", "RequestLimitExceeded"}


class BotoCalls:
    """The calls, each tried twice at most."""

    def __init__(self, client: Any, failures: Any, region: str) -> None:  # noqa: ANN401  boto3 makes its classes at run time
        self._client = client
        self._failures = failures
        self._region = region

    def encrypt(self, key: str, plain: bytes, context: Mapping[str, str]) -> bytes:
        """``Encrypt``."""
        answer = self._ask(lambda: self._client.encrypt(KeyId=key, Plaintext=plain, EncryptionContext=dict(context)))
        return bytes(answer["CiphertextBlob"])

    def decrypt(self, key: str, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """``Decrypt``, by the key that is named and no other."""
        answer = self._ask(
            lambda: self._client.decrypt(KeyId=key, CiphertextBlob=sealed, EncryptionContext=dict(context))
        )
        return bytes(answer["Plaintext"])

    def re_encrypt(self, source: str, sealed: bytes, key: str, context: Mapping[str, str]) -> bytes:
        """``ReEncrypt``."""
        answer = self._ask(
            lambda: self._client.re_encrypt(
                CiphertextBlob=sealed,
                SourceKeyId=source,
                SourceEncryptionContext=dict(context),
                DestinationKeyId=key,
                DestinationEncryptionContext=dict(context),
            )
        )
        return bytes(answer["CiphertextBlob"])

    def describe(self, key: str) -> KmsKeyFacts:
        """``DescribeKey``, and ``GetKeyRotationStatus`` where that is allowed."""
        found = self._ask(lambda: self._client.describe_key(KeyId=key))["KeyMetadata"]
        try:
            rotation = self._ask(lambda: self._client.get_key_rotation_status(KeyId=found["Arn"]))
        except (KeyServiceAwayError, KeyServiceError):
            return KmsKeyFacts(found["Arn"], found["KeyState"], None)
        return KmsKeyFacts(found["Arn"], found["KeyState"], bool(rotation["KeyRotationEnabled"]))

    def _ask(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except self._failures.ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if code in _CLOSED:
                raise KeyServiceError("AWS KMS does not open this: it is damaged or belongs elsewhere") from None
            silent = code in _THROTTLED or status >= 500  # noqa: PLR2004  HTTP's own boundary
            raise KeyServiceAwayError(f"AWS KMS refuses ({code})", silent=silent) from error
        except (self._failures.NoCredentialsError, self._failures.PartialCredentialsError) as error:
            raise KeyServiceAwayError(
                "no credentials for AWS are found: give the machine a role, or set AWS_PROFILE", silent=False
            ) from error
        except self._failures.ParamValidationError:
            # Its words repeat what was given, which may be a key.
            raise KeyServiceError("AWS KMS was asked for something that it cannot be asked for") from None
        except self._failures.BotoCoreError as error:
            what = f"AWS KMS in {self._region} does not answer ({type(error).__name__})"
            raise KeyServiceAwayError(what, silent=True) from error


def boto_calls(settings: AwsKmsSettings) -> BotoCalls:
    """The calls of a region.

    Raises:
        ConfigurationError: boto3 is not installed, or does not take these settings.
    """
    try:
        import boto3  # noqa: PLC0415  an extra
        from botocore import exceptions  # noqa: PLC0415  as above
        from botocore.config import Config  # noqa: PLC0415  as above
    except ImportError as error:
        raise ConfigurationError(
            "AWS KMS needs the package boto3, which is not installed: pip install 'porters-lodge[aws]'"
        ) from error
    # At DEBUG botocore writes what it sends, keys among it.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    logging.getLogger("boto3").setLevel(logging.WARNING)
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=settings.timeout_seconds,
        retries={"total_max_attempts": _TRIES, "mode": "standard"},
        max_pool_connections=_POOL,
    )
    try:
        client = boto3.session.Session().client(
            "kms", region_name=settings.region, endpoint_url=settings.endpoint or None, config=config
        )
    except (exceptions.BotoCoreError, ValueError) as error:
        raise ConfigurationError(f"[kms] of the settings: {error}") from error
    return BotoCalls(client, exceptions, settings.region)
