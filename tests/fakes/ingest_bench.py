"""One bench for both ingest stores: enrolled kiosks, the decision services joined on the store, and what came of it."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.services.backups import Confirmed
from cloud_api.services.batch_outcomes import Accepted
from cloud_api.services.branches import Branches
from cloud_api.services.confirmation import Confirmation
from cloud_api.services.devices import Device
from cloud_api.services.epochs import Epochs
from cloud_api.services.hellos import Hellos
from cloud_api.services.ingest import Ingest
from cloud_api.services.ingest_store import IngestStore
from cloud_api.services.intake_store import IntakeStore
from cloud_api.services.log_store import LogStore
from cloud_api.services.muster_store import MusterStore
from cloud_api.services.musters import Musters
from cloud_api.services.object_intake import ObjectIntake
from cloud_api.services.postgres_intake import PostgresIntakeStore
from cloud_api.services.postgres_log import PostgresLogStore
from cloud_api.services.postgres_musters import PostgresMusterStore
from cloud_api.services.signatures import Signatures
from cloud_api.store import alerts, audit_log, data_keys, stays
from cloud_api.store.jobs import JobQueue
from cloud_api.store.stays import Stay
from sync.protocol import exact_json
from sync.protocol.audit import AdminBody, decode_admin_header
from sync.protocol.commitments import SealedBody
from sync.protocol.enrolment import StartResponse
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keys import from_base64url
from sync.protocol.objects import sign_object_receipt
from sync.protocol.receipt import Receipt, sign_receipt
from sync.protocol.sealing import SealingKey, sealing_kid
from tests.fakes.audit_memory import LogTerms, MemoryLogStore, log_page
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.cloud_photos import keys_page
from tests.fakes.cloud_server import ORIGIN, Ground
from tests.fakes.ingest_memory import MemoryIngestStore
from tests.fakes.intake_memory import MemoryIntakeStore, MemoryObjects
from tests.fakes.muster_memory import MemoryMusterStore


class Ledger(Protocol):
    """What tests ask of a store besides the port."""

    clock: FrozenClock
    tenant: UUID

    @property
    def store(self) -> IngestStore: ...

    @property
    def muster_store(self) -> MusterStore: ...

    @property
    def intake_store(self) -> IntakeStore: ...

    async def sealing_key(self) -> SealingKey: ...

    @property
    def log_store(self) -> LogStore: ...

    async def enrol(self, name: str) -> FakeKiosk: ...

    async def device(self, epoch: str) -> Device: ...

    async def host(self, *, reachable: bool = True) -> UUID: ...

    async def find_stay(self, stay: UUID) -> Stay | None: ...

    async def present(self) -> set[UUID]: ...

    async def count_alerts(self, stay: UUID) -> int: ...

    async def calls(self) -> dict[UUID, str | None]:
        """How each call that was kept ended, by its id."""
        ...

    async def erase(self, stay: UUID) -> None: ...

    async def expect_backups(self, *, expected: bool) -> None: ...

    async def begin_backup(self) -> "UUID | int": ...

    async def confirm_backup(self, begun: "UUID | int") -> None: ...

    async def acts(self) -> list[tuple[str, dict[str, str]]]: ...


@dataclass
class Bench:
    """Services on a store."""

    ledger: Ledger
    ingest: Ingest = field(init=False)
    branches: Branches = field(init=False)
    epochs: Epochs = field(init=False)
    hellos: Hellos = field(init=False)
    confirmation: Confirmation = field(init=False)
    musters: Musters = field(init=False)
    objects: MemoryObjects = field(default_factory=MemoryObjects)
    intake: ObjectIntake = field(init=False)

    def __post_init__(self) -> None:
        store, clock = self.ledger.store, self.ledger.clock
        self.ingest = Ingest(store, clock)
        self.branches = Branches(store, clock)
        self.epochs = Epochs(store, clock)
        self.hellos = Hellos(store, clock)
        self.confirmation = Confirmation(store, clock)
        self.musters = Musters(self.ledger.muster_store, clock)
        self.intake = ObjectIntake(self.ledger.intake_store, self.objects, clock)

    async def send(self, kiosk: FakeKiosk, wire: bytes) -> object:
        return await self.ingest.take(await self.ledger.device(kiosk.key.epoch), wire)

    async def send_branch(self, kiosk: FakeKiosk, wire: bytes) -> object:
        return await self.branches.take(await self.ledger.device(kiosk.key.epoch), wire)

    async def begin(self, preceding: FakeKiosk, raw: bytes) -> object:
        return await self.epochs.begin(await self.ledger.device(preceding.key.epoch), raw, "192.0.2.7")


class MemoryLedger:
    """The twin in memory with one organisation on it."""

    def __init__(self) -> None:
        key = Ed25519PrivateKey.generate()
        self.clock = FrozenClock()
        self.tenant = uuid4()
        self.site = uuid4()
        self.memory = MemoryIngestStore(lambda receipt: sign_receipt(receipt, key))
        self.photos = MemoryIntakeStore(self.memory, lambda receipt: sign_object_receipt(receipt, key))
        self.sealing = X25519PrivateKey.generate()
        kid = sealing_kid(self.sealing.public_key())
        self.memory.rows(self.tenant).sealing[kid] = self.sealing.private_bytes_raw()

    @property
    def store(self) -> IngestStore:
        return self.memory

    @property
    def muster_store(self) -> MusterStore:
        return MemoryMusterStore(self.memory)

    @property
    def intake_store(self) -> IntakeStore:
        return self.photos

    @property
    def log_store(self) -> LogStore:
        key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        return MemoryLogStore(self.memory, LogTerms(key, lambda: log_page(self.tenant, key)), [self.tenant])

    async def sealing_key(self) -> SealingKey:
        return SealingKey(sealing_kid(self.sealing.public_key()), self.sealing.public_key())

    async def enrol(self, name: str) -> FakeKiosk:
        key = KioskKey()
        answer = StartResponse(
            v=1, nonce="0" * 64, origin=ORIGIN, tenant=self.tenant, site=self.site, kiosk=uuid4(), root="", mac=""
        )
        kiosk = FakeKiosk(answer, key)
        public = from_base64url(key.text, what="key")
        now = self.clock.now()
        self.memory.enrol(self.tenant, self.site, answer.kiosk, public, kiosk.audience, now, name=name)
        return kiosk

    async def device(self, epoch: str) -> Device:
        return self.memory.device(self.tenant, epoch)

    async def host(self, *, reachable: bool = True) -> UUID:
        return self.memory.add_host(self.tenant, uuid4(), reachable=reachable)

    async def find_stay(self, stay: UUID) -> Stay | None:
        return self.memory.rows(self.tenant).stays.get(stay)

    async def present(self) -> set[UUID]:
        return set(self.memory.present(self.tenant))

    async def count_alerts(self, stay: UUID) -> int:
        return sum(alert.stay_id == stay for alert in self.memory.alerts(self.tenant))

    async def calls(self) -> dict[UUID, str | None]:
        return {call.id: call.ended_as for call in self.memory.rows(self.tenant).calls.values()}

    async def erase(self, stay: UUID) -> None:
        self.memory.erase(self.tenant, stay)

    async def expect_backups(self, *, expected: bool) -> None:
        self.memory.expect_backups(self.tenant, expected=expected)

    async def begin_backup(self) -> "UUID | int":
        return self.memory.begin_backup(self.tenant)

    async def confirm_backup(self, begun: "UUID | int") -> None:
        assert isinstance(begun, int)
        self.memory.confirm_backup(self.tenant, begun)

    async def acts(self) -> list[tuple[str, dict[str, str]]]:
        return [(act.kind, dict(act.detail)) for act in self.memory.rows(self.tenant).acts]


class PostgresLedger:
    """The database with one organisation on it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.clock = ground.clock
        self.tenant = ground.tenant

    @property
    def store(self) -> IngestStore:
        return self.ground.cloud.ingest_store

    @property
    def muster_store(self) -> MusterStore:
        return PostgresMusterStore(self.ground.cloud.db, self.ground.cloud.ring)

    @property
    def intake_store(self) -> IntakeStore:
        cloud = self.ground.cloud
        return PostgresIntakeStore(cloud.db, cloud.ring, Signatures(cloud.ring), JobQueue())

    @property
    def log_store(self) -> LogStore:
        cloud = self.ground.cloud
        return PostgresLogStore(cloud.db, Signatures(cloud.ring), cloud.trail)

    async def sealing_key(self) -> SealingKey:
        found = (await keys_page(self.ground)).sealing_key()
        assert found is not None
        return found

    async def enrol(self, name: str) -> FakeKiosk:
        return await self.ground.enrol(name)

    async def device(self, epoch: str) -> Device:
        found = await self.ground.cloud.devices.find(epoch)
        assert found is not None
        return found

    async def host(self, *, reachable: bool = True) -> UUID:
        return await self.ground.host("Grace Example" if reachable else "Noel Mailless")

    async def find_stay(self, stay: UUID) -> Stay | None:
        async with self.ground.cloud.db.tenant(self.tenant) as tx:
            return (await stays.find_many(tx, self.ground.cloud.ring, [stay])).get(stay)

    async def present(self) -> set[UUID]:
        async with self.ground.cloud.db.tenant(self.tenant) as tx:
            return {stay.id for stay in await stays.list_present(tx, self.ground.cloud.ring)}

    async def count_alerts(self, stay: UUID) -> int:
        async with self.ground.cloud.db.tenant(self.tenant) as tx:
            return len((await alerts.of_stays(tx, [stay])).get(stay, []))

    async def calls(self) -> dict[UUID, str | None]:
        async with self.ground.cloud.db.tenant(self.tenant) as tx:
            cursor = await tx.connection.execute(
                "select id, ended_as from lodge.reception_call where tenant_id = %s", (tx.id,)
            )
            return {row[0]: row[1] for row in await cursor.fetchall()}

    async def erase(self, stay: UUID) -> None:
        async with self.ground.cloud.db.tenant(self.tenant) as tx:
            await tx.connection.execute(
                "update lodge.data_key set wrapped = null, destroyed_at = now() where tenant_id = %s and id = %s",
                (tx.id, stay),
            )

    async def expect_backups(self, *, expected: bool) -> None:
        await self.ground.cloud.backups.expect(expected=expected)

    async def begin_backup(self) -> "UUID | int":
        return (await self.ground.cloud.backups.begin()).id

    async def confirm_backup(self, begun: "UUID | int") -> None:
        assert isinstance(begun, UUID)
        assert await self.ground.cloud.backups.confirm(begun) is not Confirmed.UNKNOWN

    async def acts(self) -> list[tuple[str, dict[str, str]]]:
        """What was recorded, oldest first."""
        await self.ground.cloud.sequencer.run_once()
        async with self.ground.cloud.db.tenant(self.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self.ground.cloud.ring)
            checkpoint = await audit_log.newest_checkpoint(tx)
            size = checkpoint.size if checkpoint else 0
            entries = [entry async for entry in audit_log.iterate_entries(tx, cipher, 1, size)]
        found = []
        for entry in entries:
            if entry.body is not None:
                sealed = exact_json.read(entry.body, SealedBody, what="a stored body")
                kind = decode_admin_header(entry.raw).kind
                found.append((kind, dict(exact_json.read(sealed.bytes(), AdminBody, what="a body").detail)))
        return found


def receipt_of(outcome: object) -> Receipt:
    assert isinstance(outcome, Accepted), outcome
    return msgspec.json.decode(read_unverified_payload(outcome.receipt, what="a receipt"), type=Receipt)
