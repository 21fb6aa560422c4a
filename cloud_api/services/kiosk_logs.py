"""A kiosk's logs as an administrator judges them: what each holds, why it began, and whether it can be confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.audit_kinds import device_words
from cloud_api.services.confirmation import find_branch, why_not
from cloud_api.services.place_zones import place_zone
from cloud_api.store import data_keys, epoch_listing, epochs, kiosks, organisations
from cloud_api.store.db import Database
from cloud_api.store.epoch_listing import EpochEnds
from cloud_api.store.kiosks import Epoch

_REASONS: Mapping[str, str] = {
    "rolled_back": "its memory went back to an earlier state, as after a restored or exchanged card",
    "forked": "two machines had written under its key, as after a copied card",
    "asked": "it was told to",
}
_FAULTS: Mapping[str, str] = {
    "muster": "what the evacuation list needs",
    "full": "the details of the form",
}


@dataclass(frozen=True, slots=True)
class LogEnd:
    """How many entries a log or a branch holds, and the last of them in words."""

    entries: int
    last: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class KioskLog:
    """One log. ``after``: how many entries of the one before it, on this machine, it follows on. ``why``: why the
    kiosk began it by itself, empty for one that was enrolled. ``refusal`` says why it cannot be confirmed.
    """

    epoch: str
    standing: str
    began_at: datetime
    why: str
    after: int | None
    forked_seq: int
    log: LogEnd
    branch: LogEnd
    refusal: str | None

    @property
    def confirmable(self) -> bool:
        """Whether an administrator may confirm it."""
        return self.standing == "unconfirmed" and self.refusal is None


@dataclass(frozen=True, slots=True)
class KioskLogs:
    """All logs of a kiosk, newest first."""

    now: datetime
    id: UUID
    name: str
    revoked: bool
    logs: tuple[KioskLog, ...]


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A quarantined entry in words; what it holds is never shown."""

    kiosk: str
    at: datetime
    what: str
    fault: str
    event_id: UUID


class KioskLogReading:
    """Reads logs."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def read(self, tenant: UUID, reach: Reach, kiosk_id: UUID) -> KioskLogs | None:
        """The logs of a kiosk; ``None`` when there is no such kiosk within reach."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            kiosk = await kiosks.find(tx, kiosk_id)
            records = await epochs.list_of_kiosk(tx, kiosk_id)
            ends = await epoch_listing.list_ends(tx, kiosk_id)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            zone = place_zone(await organisations.list_sites(tx, cipher), None)
        if kiosk is None or not reach.holds(kiosk.site_id):
            return None
        known = {record.epoch: record for record in records}
        logs = tuple(_log(record, known, ends[record.epoch], zone) for record in reversed(records))
        now = self._clock.now().astimezone(zone)
        return KioskLogs(now, kiosk.id, kiosk.name, kiosk.revoked_at is not None, logs)

    async def quarantine(self, tenant: UUID, reach: Reach) -> tuple[datetime, list[Spoilt]]:
        """Now, and the entries within reach that could not be read, newest first."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            found = await epoch_listing.list_quarantined(tx, reach.sites)
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            zone = place_zone(await organisations.list_sites(tx, cipher), None)
        spoilt = [
            Spoilt(
                kiosk=item.kiosk,
                at=item.received_at.astimezone(zone),
                what=device_words(item.kind),
                fault=fault_words(item.fault),
                event_id=item.event_id,
            )
            for item in found
        ]
        return self._clock.now().astimezone(zone), spoilt


def reason_words(reason: str | None) -> str:
    """Why a kiosk began a log by itself; reasons that came later are shown as they are."""
    return "" if reason is None else _REASONS.get(reason, reason.replace("_", " "))


def fault_words(fault: str) -> str:
    """A stored fault as a sentence: which half of the entry, and the rule that it breaks."""
    part, _, rule = fault.partition(" body: ")
    return f"{_FAULTS.get(part, part).capitalize()}: {rule or 'not readable'}"


def _log(record: Epoch, known: dict[str, Epoch], ends: EpochEnds, zone: tzinfo) -> KioskLog:
    unconfirmed = record.standing == "unconfirmed"
    return KioskLog(
        epoch=record.epoch,
        standing=record.standing,
        began_at=record.started_at.astimezone(zone),
        why=reason_words(record.reason),
        after=record.began.seq if record.began else None,
        forked_seq=record.forked_seq,
        log=_end(ends.logged, ends.last_kind, ends.last_at, zone),
        branch=_end(ends.beside, ends.beside_kind, ends.beside_at, zone),
        refusal=why_not(known, find_branch(known, record.epoch)) if unconfirmed else None,
    )


def _end(entries: int, kind: str | None, at: datetime | None, zone: tzinfo) -> LogEnd:
    return LogEnd(entries, device_words(kind) if kind else "", at.astimezone(zone) if at else None)
