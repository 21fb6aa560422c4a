"""How a server reaches AWS KMS."""

from dataclasses import dataclass
from typing import Literal

Provider = Literal["local", "aws"]


@dataclass(frozen=True, slots=True)
class AwsKmsSettings:
    """``key``: id, ARN or alias of the KMS key that wraps; ``older_keys``: those that may still open what they wrapped.

    ``endpoint``: of a VPC endpoint or a test server; empty for the region's own. ``timeout_seconds``: how long one try
    waits for an answer. Credentials are found as every AWS tool finds them, and never stand in the settings.
    """

    key: str
    region: str
    older_keys: tuple[str, ...] = ()
    endpoint: str = ""
    timeout_seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class KeyServiceSettings:
    """``provider`` wraps what is new; the other one still opens what it wrapped, as far as it is there."""

    provider: Provider = "local"
    aws: AwsKmsSettings | None = None
