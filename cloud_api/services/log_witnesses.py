"""Hears what kiosks hold of the audit log, and finds out by it that this server is not what it was (C09, C40).

A checkpoint that our own log key signed and our log does not continue means that the database was restored from a copy,
or changed behind our back. That is recorded at once; the sequencer then opens a new generation.
"""

from uuid import UUID

import msgspec

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.devices import Device
from cloud_api.services.log_trees import read_root
from cloud_api.services.security_log import SecurityLog
from cloud_api.store import log_generations, log_witnesses, signing_keys
from cloud_api.store.db import Database, Tenant
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_witnesses import Contradiction, WitnessWord
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import Hello
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keyspage import KeyEntry, KeysPage, KeyState, KeyUse
from sync.protocol.log_witness import LogCheckpoint, open_log_checkpoint, read_place

UNREAD = "unread"
"""An alarm of a kind that came later: told as one, whatever it is."""
_DETAIL = 1000


class LogWitnesses:
    """Listens."""

    def __init__(self, db: Database, trail: AuditTrail, security: SecurityLog, clock: Clock) -> None:
        self._db = db
        self._trail = trail
        self._security = security
        self._clock = clock

    async def hear(self, device: Device, hello: Hello, address: str) -> None:
        """Take in what a greeting says of the log. What was said before costs one look-up."""
        word = _word(hello)
        unknown = False
        async with self._db.tenant(device.tenant) as tx:
            before = await log_witnesses.read_word(tx, device.kiosk_id)
            if word == (before or WitnessWord(None, None, None)):
                return
            await log_witnesses.put_word(tx, device.kiosk_id, word, self._clock.now())
            alarmed = word.alarm is not None and (before is None or word.alarm != before.alarm)
            if alarmed:
                detail = {"kiosk": str(device.kiosk_id), "finding": word.alarm or ""}
                await self._trail.record(tx, AdminAct("log.alarmed", Actor("kiosk", address), detail))
            if word.note is not None and (before is None or word.note != before.note):
                unknown = not await self._compare(tx, device, word.note)
        name = f"{device.tenant} {device.kiosk_id}"
        if alarmed:
            await self._security.note(f"log.alarm.{word.alarm}", address=address, name=name)
        if unknown:
            await self._security.note("log.checkpoint_unknown", address=address, name=name)

    async def _compare(self, tx: Tenant, device: Device, note: str) -> bool:
        """Whether the checkpoint is one by our log key; one that our log does not continue is recorded."""
        page = await read_own_page(tx)
        if page is None:
            return False
        generations = {item.number: item for item in await log_generations.list_all(tx)}
        newest = max(generations)
        try:
            seen = read_place(note, log=page.log)
            if await _continues(tx, generations, seen):
                return True  # whoever signed it: by a key that has leaked since, perhaps
            open_log_checkpoint(note, page)
        except ProtocolError:
            return False
        found = Contradiction(seen.generation, seen.size, seen.checkpoint.root, note, device.kiosk_id)
        # What lies in a generation that was closed already is one more loss of that restore, not another one.
        answered = newest if seen.generation < newest else None
        now = self._clock.now()
        if await log_witnesses.add_contradiction(tx, found, now, answered_by=answered):
            await self._trail.record(tx, _contradicted(seen, note, device.kiosk_id))
        return True


async def read_own_page(tx: Tenant) -> KeysPage | None:
    """Our newest keys page, with every log key that we have and that has not leaked, as the keys to verify with.

    A restored server may hold keys that its newest page does not list, and the reverse is nobody's fault here.
    """
    stored = await signing_keys.newest_page(tx)
    if stored is None:
        return None
    page = exact_json.decode(
        read_unverified_payload(stored.page, what="our own keys page"), KeysPage, what="our own keys page"
    )
    listed = {entry.kid for entry in page.keys}
    ours = [
        KeyEntry(use=KeyUse.LOG, state=KeyState.RETIRED, kid=key.id, public=key.public_text)
        for key in await signing_keys.list_all(tx)
        if key.purpose == KeyUse.LOG.value and key.standing != "withdrawn" and key.id not in listed
    ]
    return msgspec.structs.replace(page, keys=(*page.keys, *ours))


async def _continues(tx: Tenant, generations: dict[int, Generation], seen: LogCheckpoint) -> bool:
    own = generations.get(seen.generation)
    if own is None or seen.size > own.size:
        return False
    return await read_root(tx, seen.generation, seen.size) == seen.checkpoint.root


def _contradicted(seen: LogCheckpoint, note: str, kiosk_id: UUID) -> AdminAct:
    detail = {
        "kiosk": str(kiosk_id),
        "generation": str(seen.generation),
        "size": str(seen.size),
        "root": seen.checkpoint.root.hex(),
        "checkpoint": note[:_DETAIL],
    }
    return AdminAct("log.contradicted", Actor("server"), detail)


def _word(hello: Hello) -> WitnessWord:
    """What may be kept of it: PostgreSQL stores no zero characters."""
    note = hello.checkpoint
    if note is not None and "\x00" in note:
        note = None
    try:
        alarm = hello.evidence()
    except ProtocolError:
        return WitnessWord(note, UNREAD, bytes(hello.alarm).decode("utf-8", "replace").replace("\x00", ""))
    if alarm is None:
        return WitnessWord(note, None, None)
    return WitnessWord(note, alarm.kind.value, exact_json.encode(alarm).decode("utf-8"))
