"""What ``doctor`` says of the key service: which, by which key, whether it answers and whether that key rotates."""

import asyncio
from collections.abc import Iterator

from cloud_api.cli.finding import Finding
from cloud_api.config import CloudSettings
from cloud_api.errors import CloudError
from cloud_api.keys.aws_calls import KmsKeyFacts
from cloud_api.keys.opening import MovingKeyService, open_key_service
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.service import KeyService

_NO_ANSWER = "until it answers no server starts, and nothing opens that is not open already"


def check_key_service(settings: CloudSettings) -> Iterator[Finding]:
    """Wrap and open a key of no use; nothing is changed."""
    try:
        service = open_key_service(settings.key_service, settings.key_file)
    except CloudError as error:
        yield Finding("error", str(error))
        return
    provider = settings.key_service.provider
    if settings.key_file.exists():
        still = "" if provider == "local" else ", for what it wrapped: lodge-cloud keys rotate-master --drop-old"
        yield Finding("ok", f"key file {settings.key_file}{still}")
    if not isinstance(service, MovingKeyService):
        return
    try:
        facts = asyncio.run(_ask(service, service))
    except CloudError as error:
        yield Finding("error" if provider == "aws" else "weak", f"key service {service.aws.name}: {error}", _NO_ANSWER)
        return
    yield from _tell(facts, wraps=provider == "aws")


async def _ask(service: KeyService, moving: MovingKeyService) -> KmsKeyFacts | None:
    await KeyRing(service).probe()
    try:
        return await moving.aws.describe()
    except CloudError:
        return None  # it wraps and opens: whether we may ask about it is another matter


def _tell(facts: KmsKeyFacts | None, *, wraps: bool) -> Iterator[Finding]:
    role = "wraps" if wraps else "opens what it wrapped; the key file wraps"
    if facts is None:
        yield Finding("ok", f"key service AWS KMS {role}; its key may not be described (kms:DescribeKey)")
        return
    said = {True: "rotates by itself", False: "does not rotate", None: "rotation unknown (kms:GetKeyRotationStatus)"}
    what = f"key service AWS KMS {role}: {facts.arn}, {facts.state.lower()}, {said[facts.rotates]}"
    if facts.state != "Enabled":
        yield Finding("error", what, "enable the key, or cancel its deletion: without it nothing can be read any more")
    elif facts.rotates is False:
        yield Finding("weak", what, "aws kms enable-key-rotation --key-id KEY")
    else:
        yield Finding("ok", what)
