"""Copies of documents that visitors want sent (F05, ADR 99): one letter each visit and text, however often it is told.

A letter is written with the consent that asks for it, in its transaction; where that was signed, with the signature's
coming. Its id is made from the visit and the text: a restored server tells again of what it forgot, and mail programs
see a repetition.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from cloud_api.keys.ring import KeyRing
from cloud_api.services.ingest_store import HeldStays, WantedCopy
from cloud_api.services.readings import Reading
from cloud_api.services.stored_bodies import read_full_body
from cloud_api.store import board, data_keys, letters, objects
from cloud_api.store.db import Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.letters import Letter
from sync.protocol.events import decode_header
from sync.protocol.kinds import ConsentFull


def copy_id(stay_id: UUID, consent: ConsentFull) -> UUID:
    """Of the copy of what was agreed to at a visit, and of the letter that brings it."""
    text = f"{consent.document} {consent.version} {consent.language} {consent.sha256}"
    return uuid5(stay_id, f"document_copy {text}")


def find_copies(readings: Sequence[Reading], held: HeldStays) -> list[WantedCopy]:
    """Whose copies these events ask for."""
    return [
        WantedCopy(stay, copy_id(stay, said), said.signature)
        for stay, said in ((reading.row.stay_id, reading.consent) for reading in readings)
        if stay is not None and stay in held.known and said is not None and said.copy and said.granted
    ]


async def write_copies(tx: Tenant, ring: KeyRing, jobs: JobQueue, wanted: Sequence[WantedCopy], now: datetime) -> None:
    """Have a letter sent of each that waits for nothing more."""
    if not wanted:
        return
    here: set[UUID] = set()
    for stay_id in {copy.stay_id for copy in wanted if copy.signature is not None}:
        found = await objects.of_stay(tx, stay_id)
        here |= {key for key, stored in found.items() if stored.standing == "kept"}
    ready = {copy.id: copy.stay_id for copy in wanted if copy.signature is None or copy.signature in here}
    cipher = await data_keys.open_organisation_key(tx, ring)
    for key, stay_id in ready.items():
        await letters.add(tx, cipher, Letter(key, "document_copy", stay_id, None, "waiting", now))
    await jobs.defer_letters(tx, list(ready))


async def write_signed_copies(
    tx: Tenant, ring: KeyRing, jobs: JobQueue, stay_id: UUID, signature: UUID, now: datetime
) -> None:
    """A signature is here: have the copies sent that waited for it."""
    own = (await data_keys.open_keys(tx, ring, [stay_id])).get(stay_id)
    events = await board.list_events(tx, own, stay_id)
    bodies = (read_full_body(decode_header(event.raw).kind, event.full) for event in events if not event.quarantined)
    signed = [body for body in bodies if isinstance(body, ConsentFull) and body.signature == signature]
    wanted = [WantedCopy(stay_id, copy_id(stay_id, body), signature) for body in signed if body.copy and body.granted]
    await write_copies(tx, ring, jobs, wanted, now)
