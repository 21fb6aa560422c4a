"""Hears what kiosks hold of the audit log, and finds out by it that this server is not what it was (C09, C40).

A checkpoint that our own log key signed and our log does not continue means that the database was restored from a copy,
or changed behind our back. That is recorded at once; the sequencer then opens a new generation.
"""

from typing import Protocol
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.devices import Device
from cloud_api.services.log_store import LogReading, LogStore, LogTransaction
from cloud_api.services.log_trees import read_root
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_witnesses import Contradiction, WitnessWord
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import Hello
from sync.protocol.log_witness import LogCheckpoint, open_log_checkpoint, read_place

UNREAD = "unread"
"""An alarm of a kind that came later: told as one, whatever it is."""
_DETAIL = 1000


class SecurityNotes(Protocol):
    """Where the operator reads what concerns the whole server."""

    async def note(self, kind: str, *, address: str, name: str) -> None:
        """Write down what happened."""
        ...


class LogWitnesses:
    """Listens."""

    def __init__(self, store: LogStore, security: SecurityNotes, clock: Clock) -> None:
        self._store = store
        self._security = security
        self._clock = clock

    async def hear(self, device: Device, hello: Hello, address: str) -> None:
        """Take in what a greeting says of the log. What was said before costs one look-up."""
        word = _word(hello)
        unknown = False
        async with self._store.open(device.tenant) as tx:
            before = await tx.read_word(device.kiosk_id)
            if word == (before or WitnessWord(None, None, None)):
                return
            await tx.put_word(device.kiosk_id, word, self._clock.now())
            alarmed = word.alarm is not None and (before is None or word.alarm != before.alarm)
            if alarmed:
                detail = {"kiosk": str(device.kiosk_id), "finding": word.alarm or ""}
                await tx.record(AdminAct("log.alarmed", Actor("kiosk", address), detail))
                offered = _offered(hello)
                if offered is not None:
                    # One that was shown before a restore and that nobody could prove afterwards is held by nobody.
                    await self._compare(tx, device, offered)
            if word.note is not None and (before is None or word.note != before.note):
                unknown = not await self._compare(tx, device, word.note)
        name = f"{device.tenant} {device.kiosk_id}"
        if alarmed:
            await self._security.note(f"log.alarm.{word.alarm}", address=address, name=name)
        if unknown:
            await self._security.note("log.checkpoint_unknown", address=address, name=name)

    async def _compare(self, tx: LogTransaction, device: Device, note: str) -> bool:
        """Whether the checkpoint is one by our log key; one that our log does not continue is recorded."""
        page = await tx.own_page()
        if page is None:
            return False
        generations = {item.number: item for item in await tx.generations()}
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
        if await tx.add_contradiction(found, now, answered_by=answered):
            await tx.record(_contradicted(seen, note, device.kiosk_id))
        return True


async def _continues(tx: LogReading, generations: dict[int, Generation], seen: LogCheckpoint) -> bool:
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


def _offered(hello: Hello) -> str | None:
    """The checkpoint that an alarm is about, as far as it can be read."""
    try:
        alarm = hello.evidence()
    except ProtocolError:
        return None
    return None if alarm is None or "\x00" in alarm.offered else alarm.offered


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
