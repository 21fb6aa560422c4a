"""One entry of the audit log with its proof, checked and in terms that a person can follow."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.audit_reading import AuditLine, describe, read_names
from cloud_api.services.log_files import prove_entry
from cloud_api.services.postgres_log import read_own_page
from cloud_api.store import audit_listing, audit_log, data_keys, log_entries, log_witnesses, signing_keys
from cloud_api.store.audit_log import LogEntry, StoredCheckpoint
from cloud_api.store.db import Database, Tenant
from cloud_api.store.log_generations import Generation
from cloud_api.store.log_generations import list_all as list_generations
from sync.protocol.audit import EntryType, entry_leaf, read_entry
from sync.protocol.errors import ProtocolError
from sync.protocol.exact_json import encode
from sync.protocol.keys import base64url, public_key, thumbprint
from sync.protocol.log_witness import LogCheckpoint, open_log_checkpoint, read_place
from sync.protocol.merkle import verify_inclusion
from sync.protocol.trust_files import InclusionFile


@dataclass(frozen=True, slots=True)
class Witness:
    """A kiosk that holds a checkpoint over an entry: of so many entries, heard of at a time."""

    kiosk: str
    entries: int
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class EntryProof:
    """What shows that an entry stands where it does. ``fault``: what does not hold, in words; empty where all does.

    ``sealed_at``: when the first checkpoint over it was signed; ``entries``: how many the newest covers; ``steps``: how
    many hashes lead from the entry to the newest root hash; ``root``: that of the organisation's key, to compare.
    """

    log: str
    generation: int
    sealed_at: datetime | None
    entries: int
    root_hash: str
    steps: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    root: str
    fault: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An entry and its proof; without a checkpoint over it there is none yet."""

    now: datetime
    line: AuditLine
    proof: EntryProof | None
    kiosk: str
    newest: int


class AuditExplaining:
    """Explains entries."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def explain(self, tenant: UUID, number: int, now: datetime) -> Explained | None:
        """The entry of a number (from 1), or ``None`` where the log has none."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            names = await read_names(tx, cipher)
            found = await audit_listing.list_numbers(tx, cipher, [number])
            if not found:
                return None
            line = describe(found[0], names)
            newest = await audit_log.newest_checkpoint(tx)
            entry = None
            if newest is not None and number <= newest.size:
                entry = await log_entries.at_position(tx, cipher, newest.generation, number - 1)
            proof = None
            if newest is not None and entry is not None:
                proof = await _prove(tx, newest, entry)
        local = now.astimezone(names.zone)
        if proof is not None:
            proof = _at_home(proof, local)
        kiosk = names.kiosks.get(str(line.kiosk), "") if line.kiosk else ""
        return Explained(local, line, proof, kiosk, newest.size if newest else 0)


async def _prove(tx: Tenant, newest: StoredCheckpoint, entry: LogEntry) -> EntryProof:
    sealed = await log_entries.first_covering(tx, newest.generation, entry.position)
    page, stored = await read_own_page(tx), await signing_keys.newest_page(tx)
    witnesses: tuple[Witness, ...] = ()
    fault, log, root_hash, steps = "there is no keys page to check it by", "", "", tuple[str, ...]()
    if page is not None:
        witnesses = await _witnesses(tx, page.log, entry.position)
        try:
            checkpoint = open_log_checkpoint(newest.note, page)
            log, root_hash = checkpoint.checkpoint.origin, checkpoint.checkpoint.root.hex()
            file = await prove_entry(tx, newest, entry)
            steps, fault = file.hashes, ""
            _require(file, checkpoint)
        except ProtocolError as error:
            fault = str(error)
    return EntryProof(
        log=log,
        generation=newest.generation,
        sealed_at=sealed[1] if sealed else None,
        entries=newest.size,
        root_hash=root_hash,
        steps=steps,
        witnesses=witnesses,
        root=thumbprint(public_key(base64url(stored.root_key))) if stored else "",
        fault=fault,
    )


async def _witnesses(tx: Tenant, log: str, position: int) -> tuple[Witness, ...]:
    generations = await list_generations(tx)
    found: list[Witness] = []
    for kiosk, note, heard_at in await log_witnesses.list_held(tx):
        held = _place(note, log)
        if held is not None and _covers(held, generations, position):
            found.append(Witness(kiosk, held.size, heard_at))
    return tuple(found)


def _require(file: InclusionFile, checkpoint: LogCheckpoint) -> None:
    """What ``lodge-verify`` checks of such a file."""
    entry = read_entry(encode(file.entry))
    verify_inclusion(
        leaf=entry_leaf(EntryType(entry.type), entry.hash),
        index=file.index,
        size=checkpoint.size,
        proof=[bytes.fromhex(value) for value in file.hashes],
        root=checkpoint.checkpoint.root,
    )


def _place(note: str, log: str) -> LogCheckpoint | None:
    try:
        return read_place(note, log=log)
    except ProtocolError:
        return None


def _covers(held: LogCheckpoint, generations: list[Generation], index: int) -> bool:
    """Whether what a kiosk holds is of this history and has the entry: later generations must have taken it over."""
    later = [item.base_size for item in generations if item.number > held.generation]
    known = any(item.number == held.generation for item in generations)
    return known and index < held.size <= min([held.size, *later])


def _at_home(proof: EntryProof, now: datetime) -> EntryProof:
    zone = now.tzinfo
    return replace(
        proof,
        sealed_at=proof.sealed_at.astimezone(zone) if proof.sealed_at else None,
        witnesses=tuple(replace(item, heard_at=item.heard_at.astimezone(zone)) for item in proof.witnesses),
    )
