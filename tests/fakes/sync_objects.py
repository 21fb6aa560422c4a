"""The cloud in memory takes photos too, and a kiosk's sender of them, for tests that cut, double and forge."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.device.object_sender import ObjectSender
from sync.device.object_store import ObjectStore
from sync.device.transport import Answer
from sync.protocol import exact_json, objects, sealing
from sync.protocol.events import Event
from sync.protocol.exchange import OBJECTS_PATH
from sync.protocol.hlc import ClockQuality
from sync.protocol.identifiers import stay_id
from sync.protocol.keyspage import KeyEntry, sealing_entry
from sync.protocol.kinds import ArrivedFull, ObjectReference
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import Device, SyncCloud, problem
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import TurnedClock, arrival

SEALING = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


@dataclass
class _Held:
    reference: ObjectReference
    arrived: bytes = b""
    receipt: str | None = None


@dataclass
class ObjectFaults:
    """``standing`` and ``forge`` change what receipts say; ``erased``: stays of which nothing is wanted any more."""

    standing: objects.ObjectStanding = objects.ObjectStanding.DURABLE
    forge: Callable[[objects.ObjectReceipt], objects.ObjectReceipt] = lambda receipt: receipt
    erased: set[UUID] = field(default_factory=set)


class ObjectCloud(SyncCloud):
    """A cloud with a sealing key. ``photos``: the content of every object that is whole, opened."""

    EXTRA_KEYS: ClassVar[tuple[KeyEntry, ...]] = (sealing_entry(SEALING.public_key()),)

    def __init__(self, seed: int = 1) -> None:
        self.held: dict[UUID, _Held] = {}
        self.object_faults = ObjectFaults()
        super().__init__(seed)

    @property
    def photos(self) -> dict[UUID, bytes]:
        return {one: self._open(one, held.arrived) for one, held in self.held.items() if held.receipt is not None}

    def _serve(self, device: Device, path: str, request: SignableRequest) -> Answer:
        if not path.startswith(f"{OBJECTS_PATH}/"):
            return super()._serve(device, path, request)
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        wanted = UUID(path.rpartition("/")[2])
        event = self._event(query["epoch"], int(query["seq"]))
        if event is not None and event.header.stay in self.object_faults.erased:
            return self._sign(device, wanted, None, objects.ObjectStanding.ERASED)
        held = self._find(event, wanted)
        if held is None:
            return self._answer(404, problem("object-unknown"))
        if held.receipt is None and request.method == "POST":
            refused = self._take_part(held, int(query["at"]), request.body)
            if refused is not None:
                return refused
        if len(held.arrived) < held.reference.size:
            return self._answer(200, exact_json.encode(objects.ObjectState(v=1, have=len(held.arrived))))
        return self._sign(device, wanted, held, self.object_faults.standing)

    def _take_part(self, held: _Held, at: int, part: bytes) -> Answer | None:
        have = len(held.arrived)
        if at + len(part) <= have:
            return None
        if at != have:
            return self._answer(409, exact_json.encode(objects.OffsetProblem(have=have)))
        held.arrived += part
        if len(held.arrived) < held.reference.size:
            return None
        if sha256(held.arrived).hexdigest() != held.reference.sha256:
            held.arrived = b""
            return self._answer(400, problem("object-refused"))
        return None

    def _sign(self, device: Device, wanted: UUID, held: _Held | None, standing: objects.ObjectStanding) -> Answer:
        receipt = objects.ObjectReceipt(
            v=1,
            aud=device.expectation.audience,
            kiosk=device.expectation.kiosk,
            object=wanted,
            sha256=None if held is None else held.reference.sha256,
            standing=standing.value,
            at_ms=self.now_ms,
        )
        signed = objects.sign_object_receipt(self.object_faults.forge(receipt), self.receipt_key)
        if held is not None:
            held.receipt = signed
        return self._answer(200, signed.encode("ascii"))

    def _event(self, epoch: str, seq: int) -> Event | None:
        events = self.devices[epoch].events
        return events[seq - 1] if 0 < seq <= len(events) else None

    def _find(self, event: Event | None, wanted: UUID) -> _Held | None:
        if event is None or event.full is None:
            return None
        named = exact_json.read(event.full.bytes(), ArrivedFull, what="a body").objects
        reference = next((one for one in named if one.id == wanted), None)
        return None if reference is None else self.held.setdefault(wanted, _Held(reference))

    def _open(self, one: UUID, sealed: bytes) -> bytes:
        name, parts = sealing.ObjectName(self.tenant, one), sealing.read_object(sealed)
        own = sealing.open_object_key(parts, name=name, key=SEALING)
        return sealing.open_content(parts.ciphertext, name=name, own=own)


@dataclass
class PhotoRig:
    """An enrolled kiosk that keeps and sends photos, in parts of ``part_bytes``."""

    base: DeviceRig
    cloud: ObjectCloud
    store: ObjectStore
    sender: ObjectSender
    mono: list[int]
    part_bytes: int

    def visit(self, content: bytes = b"a picture", *, stay: UUID | None = None, pieces: int = 1) -> UUID:
        """One check-in with ``pieces`` photos; returns the id of the first."""
        photos = [self.seal(content + bytes([number])) for number in range(pieces)]
        stay = stay or stay_id(random.SystemRandom().randbytes)
        first, *others = arrival(stay=stay)
        full = first.full
        assert isinstance(full, ArrivedFull)
        named = tuple(photo.reference() for photo in photos)
        changed = ArrivedFull(**{**{name: getattr(full, name) for name in full.__struct_fields__}, "objects": named})
        acts = [type(first)(first.kind, first.stay, first.muster, changed), *others]
        believed = self.base.clock.quality() is not ClockQuality.UNSYNCED
        since_ms = self.base.clock.wall_ms() if believed else 0
        self.base.log.append(acts, beside=lambda tables, events: self.store.keep(tables, photos, events[0], since_ms))
        return photos[0].id

    def seal(self, content: bytes) -> objects.SealedObject:
        entropy = random.SystemRandom().randbytes
        name = sealing.ObjectName(self.base.enrolment.tenant, stay_id(entropy))
        key = sealing.SealingKey(sealing.sealing_kid(SEALING.public_key()), SEALING.public_key())
        sealed = sealing.seal_object(content, name=name, key=key, entropy=entropy)
        return objects.SealedObject(name.id, objects.ObjectKind.PHOTO, "image/jpeg", sealed)

    def sent(self) -> list[tuple[str, int]]:
        """Method and size of every request about photos that reached the cloud."""
        asked = [request for request in self.cloud.requests if OBJECTS_PATH in request.url]
        return [(request.method, len(request.body)) for request in asked]

    def send_all(self, steps: int = 60) -> None:
        """Step until no photo waits; pauses pass at once."""
        for _ in range(steps):
            if self.store.waiting == 0:
                return
            self.mono[0] += int(self.sender.step().wait_seconds * 1000) + 1
        raise AssertionError(f"{self.store.waiting} photos still wait: {self.sender.fault}")

    def restart(self) -> PhotoRig:
        """The same kiosk after its program was started anew."""
        return _photo_rig(self.base.restart(), self.cloud, self.part_bytes)

    def close(self) -> None:
        self.base.close()


def enrol_photo_rig(folder: Path, *, part_bytes: int = 100) -> PhotoRig:
    """Enrol a kiosk at a cloud that takes photos."""
    cloud = ObjectCloud()
    return _photo_rig(enrol_rig(folder, cloud), cloud, part_bytes)


def open_photo_rig(folder: Path, cloud: ObjectCloud, clock: TurnedClock, *, part_bytes: int) -> PhotoRig:
    """Open an enrolled kiosk."""
    return _photo_rig(open_rig(folder, cloud, clock=clock), cloud, part_bytes)


def _photo_rig(base: DeviceRig, cloud: ObjectCloud, part_bytes: int) -> PhotoRig:
    store, mono = ObjectStore(base.records.database), [1_000_000]
    sender = ObjectSender(
        store=store,
        outbox=base.outbox,
        channel=base.channel,
        settings=base.settings,
        enrolment=base.enrolment,
        mono_ms=lambda: mono[0],
        random=lambda: 1.0,
        part_bytes=part_bytes,
    )
    return PhotoRig(base, cloud, store, sender, mono, part_bytes)
