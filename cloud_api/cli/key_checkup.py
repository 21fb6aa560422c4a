"""What ``doctor`` says of the key service: which, by which key, whether it answers and whether that key rotates."""

import asyncio
from collections.abc import Iterator

from cloud_api.cli.finding import Finding
from cloud_api.config import CloudSettings
from cloud_api.counting import counted
from cloud_api.errors import CloudError, KeyServiceError
from cloud_api.keys.aws_calls import KmsKeyFacts
from cloud_api.keys.opening import MovingKeyService, open_key_service
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.service import KeyService
from cloud_api.migrations.roles import APPLICATION
from cloud_api.store import data_keys
from cloud_api.store.db import Database, DatabaseSettings

_MOST_NAMED = 5
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


def check_stored_keys(settings: CloudSettings, url: str) -> Iterator[Finding]:
    """Open the key of each organisation in the database: the key file of another time or server opens none."""
    try:
        ring = KeyRing(open_key_service(settings.key_service, settings.key_file))
        opened, closed = asyncio.run(_open_all(ring, url))
    except CloudError:
        return  # the key service or the database cannot be had: that has been said
    if closed:
        named = ", ".join(closed[:_MOST_NAMED]) + (" and others" if closed[_MOST_NAMED:] else "")
        what = f"the keys of {named} do not open"
        yield Finding("error", what, "put back the key file that belongs to this database: nothing can be read without")
    elif opened:
        yield Finding("ok", f"the keys of {counted(opened, 'organisation')} open")


async def _open_all(ring: KeyRing, url: str) -> tuple[int, list[str]]:
    opened, closed = 0, []
    async with Database(DatabaseSettings(url=url, role=APPLICATION)).open() as db:
        async with db.lookup() as lookups:
            known = await lookups.list_organisations()
        for tenant, name in known:
            try:
                async with db.tenant(tenant) as tx:
                    await data_keys.open_organisation_key(tx, ring)
            except KeyServiceError:
                closed.append(name)
            else:
                opened += 1
    return opened, closed


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
