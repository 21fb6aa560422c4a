"""Taking a kiosk's photos and signatures, part by part, after the events that name them.

An object is taken only where an accepted event of the same kiosk names it. Once it is whole, its hash is compared with
that event's word, its own key is opened and kept under the key of its stay (so that erasing the stay erases it), and
its ciphertext goes to the object store before anything says that it is here.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from cloud_api.clock import Clock, unix_ms
from cloud_api.errors import KeyServiceError
from cloud_api.objects.port import Objects
from cloud_api.services.devices import Device
from cloud_api.services.intake_store import IntakeStore, IntakeTransaction, NamedAt
from cloud_api.services.readings import stay_of
from cloud_api.services.stored_bodies import read_full_body
from cloud_api.store.objects import Naming, StoredObject
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.events import decode_header
from sync.protocol.jws import read_unverified_payload
from sync.protocol.kinds import ArrivedFull, ObjectReference
from sync.protocol.objects import ObjectKind, ObjectReceipt, ObjectStanding
from sync.protocol.sealing import (
    MAX_OBJECT_BYTES,
    ObjectName,
    ObjectParts,
    open_content,
    open_object_key,
    read_object,
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """So many bytes are here; the next part begins there."""

    have: int


@dataclass(frozen=True, slots=True)
class Receipted:
    """The signed receipt: it is here, or it is never wanted again."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Misplaced:
    """The part does not begin where what is here ends."""

    have: int


@dataclass(frozen=True, slots=True)
class Unnamed:
    """No accepted event of this kiosk names the object."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """What was sent is not what the event names, or does not open; nothing of it is kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Full:
    """The organisation has as many bytes of photos as it may have; the kiosk keeps this one and asks again later."""


Outcome = Arrived | Receipted | Misplaced | Unnamed | Unfit | Full


@dataclass(frozen=True, slots=True)
class Request:
    """Which object of which kiosk is meant, and where the kiosk says that it is named."""

    device: Device
    object_id: UUID
    epoch: str
    seq: int

    @property
    def name(self) -> ObjectName:
        """What the object is bound to."""
        return ObjectName(self.device.tenant, self.object_id)

    @property
    def naming(self) -> Naming:
        """The place of the event; always of the kiosk that asks."""
        return Naming(self.device.kiosk_id, self.epoch, self.seq)


class ObjectIntake:
    """Takes objects."""

    def __init__(self, store: IntakeStore, kept: Objects, clock: Clock) -> None:
        self._store = store
        self._kept = kept
        self._clock = clock

    async def state(self, request: Request) -> Outcome:
        """How much of an object is here."""
        async with self._store.open(request.device.tenant) as tx:
            found = await self._find(tx, request)
            if not isinstance(found, _Open):
                return found
            return Arrived(await tx.count_arrived(request.object_id))

    async def take(self, request: Request, at: int, part: bytes) -> Outcome:
        """Take the part that begins at ``at`` (bytes from the first).

        Raises:
            ObjectStoreError, StoreError: nothing of the part was kept.
        """
        async with self._store.open(request.device.tenant) as tx:
            found = await self._find(tx, request)
            if not isinstance(found, _Open):
                return found
            have, size = await tx.count_arrived(request.object_id), found.stored.size
            if at + len(part) <= have:
                return Arrived(have)
            if at != have:
                return Misplaced(have)
            if have + len(part) > size:
                return Unfit("more was sent than the event says that there is")
            await tx.add_part(request.object_id, at, part)
            if have + len(part) < size:
                return Arrived(have + len(part))
            return await self._complete(tx, request, found)

    async def erase_stay(self, tenant: UUID, stay_id: UUID) -> int:
        """Delete all objects of a stay, bytes first; returns how many there were.

        Raises:
            ObjectStoreError: a file may still be there; so are the rows, and it can be tried again.
        """
        async with self._store.open(tenant) as tx:
            found = await tx.of_stay(stay_id)
            for object_id in found:
                await self._kept.delete(ObjectName(tenant, object_id))
                await tx.remove(object_id)
        return len(found)

    async def _find(self, tx: IntakeTransaction, request: Request) -> "_Open | Outcome":
        """The object, held and still to be completed, or the answer that there is to it already."""
        stored = await tx.lock(request.object_id)
        if stored is None:
            begun = await self._begin(tx, request)
            if not isinstance(begun, StoredObject):
                return begun
            stored = begun
        if stored.naming != request.naming and not await self._is_named_again(tx, request, stored):
            return Unnamed()
        if await tx.is_erased(stored.stay_id):
            await self._kept.delete(request.name)
            await tx.remove(request.object_id)
            return await self._erased(tx, request)
        if stored.standing == "expired":
            return await self._erased(tx, request)
        if stored.receipt is not None:
            return Receipted(await self._newest_word(tx, request, stored, stored.receipt))
        return _Open(stored)

    async def _is_named_again(self, tx: IntakeTransaction, request: Request, stored: StoredObject) -> bool:
        """Whether that place names the same object of the same visit: an act that was recorded again (ADR 51)."""
        if stored.naming.kiosk_id != request.naming.kiosk_id:
            return False
        for event in await tx.events_at(request.naming):
            header = decode_header(event.raw)
            reference = _named(event, header.kind, request.object_id)
            if stay_of(header) == stored.stay_id and (
                event.erased or (reference is not None and reference.sha256 == stored.sha256)
            ):
                return True
        return False

    async def _begin(self, tx: IntakeTransaction, request: Request) -> StoredObject | Outcome:
        for event in await tx.events_at(request.naming):
            header = decode_header(event.raw)
            stay = stay_of(header)
            if stay is None:
                continue
            if event.erased:
                return await self._erased(tx, request)
            reference = _named(event, header.kind, request.object_id)
            if reference is None:
                continue
            if reference.size > MAX_OBJECT_BYTES:
                return Unfit("the event names an object that is larger than objects are")
            if "\x00" in reference.kind + reference.media:
                return Unfit("the event says what the object is in characters that cannot be kept")
            if not await tx.has_room(reference.size):
                return Full()
            new = StoredObject(
                request.object_id,
                request.naming,
                stay,
                reference.kind,
                reference.media,
                reference.size,
                reference.sha256,
            )
            await tx.add(new, self._clock.now())
            return await tx.lock(request.object_id) or Unnamed()
        return Unnamed()

    async def _complete(self, tx: IntakeTransaction, request: Request, found: "_Open") -> Outcome:
        sealed = await tx.join_parts(request.object_id)
        try:
            parts = _read(sealed, found.stored.sha256)
            own = open_object_key(parts, name=request.name, key=await self._private(tx, parts))
            open_content(parts.ciphertext, name=request.name, own=own)
        except ProtocolError as error:
            await tx.drop_parts(request.object_id)
            return Unfit(str(error))
        await self._kept.put(request.name, parts.ciphertext)
        standing = ObjectStanding.KEPT if await tx.waits_for_backups() else ObjectStanding.DURABLE
        receipt = await self._sign(tx, request, standing, found.stored.sha256)
        await tx.keep(found.stored, own_key=own, receipt=receipt, now=self._clock.now())
        if found.stored.kind == ObjectKind.SIGNATURE:
            await tx.send_signed_copies(found.stored, self._clock.now())
        return Receipted(receipt)

    async def _newest_word(self, tx: IntakeTransaction, request: Request, stored: StoredObject, receipt: str) -> str:
        """What was said of it, or that a confirmed backup holds it too by now. *Durable* is never taken back."""
        payload = read_unverified_payload(receipt, what="an object's receipt")  # our own
        said = exact_json.read(payload, ObjectReceipt, what="an object's receipt").standing
        if said != ObjectStanding.KEPT or not await tx.is_backed_up(request.object_id):
            return receipt
        durable = await self._sign(tx, request, ObjectStanding.DURABLE, stored.sha256)
        await tx.replace_receipt(request.object_id, durable)
        return durable

    async def _private(self, tx: IntakeTransaction, parts: ObjectParts) -> X25519PrivateKey:
        try:
            raw = await tx.open_sealing(parts.kid)
        except KeyServiceError as error:
            raise ProtocolError("the object is sealed to a key that this organisation does not have") from error
        return X25519PrivateKey.from_private_bytes(raw)

    async def _erased(self, tx: IntakeTransaction, request: Request) -> Receipted:
        return Receipted(await self._sign(tx, request, ObjectStanding.ERASED, None))

    async def _sign(self, tx: IntakeTransaction, request: Request, standing: ObjectStanding, digest: str | None) -> str:
        receipt = ObjectReceipt(
            v=1,
            aud=request.device.audience,
            kiosk=request.device.kiosk_id,
            object=request.object_id,
            sha256=digest,
            standing=standing.value,
            at_ms=unix_ms(self._clock.now()),
        )
        return await tx.sign_object_receipt(receipt)


@dataclass(frozen=True, slots=True)
class _Open:
    """An object that is held and not whole yet."""

    stored: StoredObject


def _read(sealed: bytes, digest: str) -> ObjectParts:
    if sha256(sealed).hexdigest() != digest:
        raise ProtocolError("the bytes are not those that the event names")
    return read_object(sealed)


def _named(event: NamedAt, kind: str, wanted: UUID) -> ObjectReference | None:
    body = read_full_body(kind, event.full)
    named = body.objects if isinstance(body, ArrivedFull) else ()
    return next((reference for reference in named if reference.id == wanted), None)
