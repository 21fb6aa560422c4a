"""An entry of the operator's log as the version before wrote it: with the text that somebody typed."""

import json
from uuid import UUID, uuid4

from cloud_api.keys.fields import FieldCipher
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.store import system_log
from tests.fakes.cloud_server import Ground


async def token_of_old_entry(ground: Ground, keys: ServerKeys, typed: str) -> str:
    """Write one of ``signin.failed``; what the log shows in the place of the text."""
    entry, zero = uuid4(), UUID(int=0)
    cipher = FieldCipher(zero, zero, await keys.get("system-log"))
    raw = json.dumps({"address": "192.0.2.45", "name": typed}).encode()
    sealed = cipher.seal(raw, table="system_log", column="sealed", row=str(entry))
    at = ground.clock.now()
    await system_log.add(ground.cloud.db, entry, at=at, log_class="security", kind="signin.failed", sealed=sealed)
    found = await SecurityLog(ground.cloud.db, keys, ground.clock).list_newest()
    return next(event.detail.name for event in found if event.detail.address == "192.0.2.45")
