"""What the server keeps: the twin of the ingest store, the organisation's keys, and the roster it publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import StoreError
from cloud_api.services.devices import Device
from cloud_api.services.readings import Details
from cloud_api.store.events import NewEvent
from cloud_api.store.kiosks import Epoch
from cloud_api.store.stays import Person
from sync.device.settings import Enrolment
from sync.protocol.batch import audience
from sync.protocol.exchange import FeedAnswer
from sync.protocol.identifiers import ZERO_SHA256
from sync.protocol.keys import public_text
from sync.protocol.keyspage import KeysPage, KeyUse, key_entry, sealing_entry, sign_keys_page
from sync.protocol.objects import sign_object_receipt
from sync.protocol.people import people
from sync.protocol.receipt import sign_receipt
from sync.protocol.sealing import ObjectName
from tests.fakes.audit_memory import LogTerms, MemoryLogStore
from tests.fakes.ingest_memory import MemoryIngestStore
from tests.fakes.intake_memory import MemoryIntakeStore, MemoryObjects
from tests.fakes.memory_tables import Rows
from tests.simulation.cloud_pages import RosterPage, next_roster
from tests.simulation.organisation import Organisation
from tests.simulation.scheduler import Scheduler

ORIGIN = "https://lodge.example.org"


@dataclass(frozen=True)
class Copied:
    """A copy of all that the server keeps."""

    rows: Mapping[UUID, Rows]
    page: RosterPage | None
    objects: Mapping[ObjectName, bytes]


class CloudRecords:
    """One organisation with one site, and a way to let its transactions break off."""

    def __init__(self, scheduler: Scheduler, clock: Clock, organisation: Organisation) -> None:
        self._clock = clock
        self._random = scheduler.stream("cloud records")
        self._dice = scheduler.stream("cloud stumbles")
        self.tenant, self.site = organisation.tenant, organisation.site
        self._root, self._receipts, self._feed = self._key(), self._key(), self._key()
        self._sealing = X25519PrivateKey.from_private_bytes(scheduler.stream("sealing").randbytes(32))
        self.store = MemoryIngestStore(lambda receipt: sign_receipt(receipt, self._receipts), self._step)
        self.intake_store = MemoryIntakeStore(self.store, lambda receipt: sign_object_receipt(receipt, self._receipts))
        self.objects = MemoryObjects()
        self._log = Ed25519PrivateKey.from_private_bytes(scheduler.stream("log key").randbytes(32))
        self.log_store = MemoryLogStore(self.store, LogTerms(self._log, lambda: self._page_of_keys), [self.tenant])
        sealing = sealing_entry(self._sealing.public_key())
        self.rows().sealing[sealing.kid] = self._sealing.private_bytes_raw()
        self.store.add_host(self.tenant, organisation.host)
        self.kiosks: dict[str, UUID] = {}
        self.stumbles = 0
        self.committed = False
        """Whether the last transaction was; it may have broken off afterwards all the same."""
        self._page: RosterPage | None = None
        self._page_of_keys = self._keys_page()
        self._keys = sign_keys_page(self._page_of_keys, self._root)

    def enrol(self, name: str, key: Ed25519PrivateKey) -> tuple[Enrolment, str]:
        """A kiosk with its first key, as enrolment leaves both sides."""
        kiosk, meant_for = self._uuid(), audience(ORIGIN, self.tenant)
        self.kiosks[name] = kiosk
        public = key.public_key().public_bytes_raw()
        device = self.store.enrol(self.tenant, self.site, kiosk, public, meant_for, self._clock.now(), name)
        enrolment = Enrolment(
            server=ORIGIN,
            origin=ORIGIN,
            tenant=self.tenant,
            site=self.site,
            kiosk=kiosk,
            root=public_text(self._root.public_key()),
            epoch=device.epoch,
        )
        return enrolment, self._keys

    def find(self, epoch: str) -> Device | None:
        """The device whose key has this thumbprint."""
        return self.store.device(self.tenant, epoch) if self.store.knows(epoch) else None

    def epochs(self) -> dict[str, Epoch]:
        """All keys, by thumbprint."""
        return self.rows().epochs

    def unconfirmed(self, kiosk: UUID) -> list[str]:
        """A kiosk's epochs that nobody has confirmed, oldest first."""
        found = [record for record in self.epochs().values() if record.kiosk_id == kiosk]
        return [record.epoch for record in found if record.standing == "unconfirmed"]

    def rows(self) -> Rows:
        """The tables."""
        return self.store.rows(self.tenant)

    def events(self) -> list[NewEvent]:
        """Every event that is stored, in logs and beside them."""
        return self.store.events(self.tenant)

    def present(self) -> set[UUID]:
        """Whom the server lists as on site."""
        return set(self.store.present(self.tenant))

    def people(self) -> list[set[UUID]]:
        """The stays of each person on site of whom the server knows more than that they are there."""
        known = [(stay.id, stay.person) for stay in self.store.present(self.tenant).values() if stay.person]
        return [{stay for stay, _ in person} for person in people(known, lambda told: _came(told[1]))]

    def logs(self) -> dict[str, list[str]]:
        """The header hashes of each epoch's log, in order."""
        found: dict[str, list[str]] = {}
        log = self.rows().log
        for epoch, seq in sorted(log):
            found.setdefault(epoch, []).append(log[epoch, seq][0].hash)
        return found

    def audited(self) -> Counter[tuple[str, int]]:
        """How often each place of a log waits for the audit log."""
        return Counter((epoch, seq) for epoch, first, last in self.rows().audit for seq in range(first, last + 1))

    def feed(self, have: Mapping[str, int]) -> FeedAnswer:
        """The newest keys page, and the roster where it is newer than what the kiosk has."""
        held = have.get("roster", 0)
        self._page = next_roster(
            self._page,
            self.store.roster(self.tenant, self.site),
            tenant=self.tenant,
            site=self.site,
            key=self._feed,
            now_ms=unix_ms(self._clock.now()),
        )
        return FeedAnswer(keys=self._keys, pages=(self._page.sent_to(held),) if self._page.version > held else ())

    def snapshot(self) -> Copied:
        """A copy of everything."""
        return Copied(self.store.snapshot(), self._page, dict(self.objects.kept))

    def restore(self, copied: Copied) -> None:
        """Put a copy back. Mail servers, and the keys' own copies, are elsewhere; photos stand on a disk of their own,
        which may have been restored with it or not.
        """
        self.store.restore(copied.rows)
        self._page = copied.page
        if self._dice.random() < 0.5:
            self.objects.kept = dict(copied.objects)

    def _step(self, name: str) -> None:
        self.committed = name == "committed"
        if self.stumbles > 0 and name != "open" and self._dice.random() < 0.3:
            self.stumbles -= 1
            raise StoreError(f"the database went away at {name}")

    @property
    def log_name(self) -> str:
        """The name of the log's first generation."""
        return self._page_of_keys.log

    def _keys_page(self) -> KeysPage:
        return KeysPage(
            v=1,
            tenant=self.tenant,
            version=1,
            issued_ms=unix_ms(self._clock.now()),
            previous=ZERO_SHA256,
            log="lodge.example.org/log/1",
            keys=(
                key_entry(KeyUse.RECEIPT, self._receipts.public_key()),
                key_entry(KeyUse.FEED, self._feed.public_key()),
                key_entry(KeyUse.LOG, self._log.public_key()),
                sealing_entry(self._sealing.public_key()),
            ),
            tls=(),
        )

    def _uuid(self) -> UUID:
        return UUID(bytes=self._random.randbytes(16), version=4)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._random.randbytes(32))


def _came(person: Person) -> tuple[UUID | None, str]:
    """By which invitation, as the server keeps it, and under which name."""
    invitation = msgspec.json.decode(person.details, type=Details).invitation
    return (UUID(invitation) if invitation else None), person.name
