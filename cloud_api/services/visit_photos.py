"""The photo and the signatures of a visit: whether there are any, and the pictures for those who may see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from cloud_api.errors import PictureRefusedError
from cloud_api.keys.ring import KeyRing
from cloud_api.objects.pictures import Pictures
from cloud_api.objects.port import Objects
from cloud_api.policy.reach import Reach
from cloud_api.services.stored_bodies import read_full_body
from cloud_api.store import data_keys, objects, stays
from cloud_api.store.board import StayEvent
from cloud_api.store.db import Database, Tenant
from cloud_api.store.objects import Standing
from sync.protocol.errors import ProtocolError
from sync.protocol.events import decode_header
from sync.protocol.ink import decode_ink, encode_ink
from sync.protocol.kinds import ArrivedFull, ConsentFull, ObjectReference
from sync.protocol.objects import ObjectKind
from sync.protocol.sealing import ObjectName, open_content


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that an arrival names. ``arriving``: the kiosk still has it, or a part; ``expired``: it was deleted for
    its age.
    """

    id: UUID
    standing: Standing


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that a consent names; ``standing`` as for photos. ``title`` of the document, where it is known."""

    id: UUID
    standing: Standing
    document: str
    language: str
    title: str = ""


class VisitPhotos:
    """Shows photos and signatures."""

    def __init__(self, db: Database, ring: KeyRing, kept: Objects, pictures: Pictures) -> None:
        self._db = db
        self._ring = ring
        self._kept = kept
        self._pictures = pictures

    async def picture(self, tenant: UUID, reach: Reach, stay_id: UUID, photo_id: UUID) -> bytes | None:
        """A JPEG of our own making; ``None`` when no visit within reach has such a photo here.

        Raises:
            PictureRefusedError: what the kiosk sent is no picture that may be shown.
            ObjectStoreError, SealedFieldError, StoreError: it cannot be read.
        """
        content = await self._content(tenant, reach, stay_id, photo_id, ObjectKind.PHOTO)
        return None if content is None else await self._pictures.draw(content)

    async def signature(self, tenant: UUID, reach: Reach, stay_id: UUID, signature_id: UUID) -> bytes | None:
        """An SVG of our own making, of the strokes alone; ``None`` when no visit within reach has such a signature.

        Raises:
            PictureRefusedError: what the kiosk sent is no signature.
            ObjectStoreError, SealedFieldError, StoreError: it cannot be read.
        """
        content = await self._content(tenant, reach, stay_id, signature_id, ObjectKind.SIGNATURE)
        try:
            return None if content is None else encode_ink(decode_ink(content))
        except ProtocolError as error:
            raise PictureRefusedError("this is no signature") from error

    async def _content(
        self, tenant: UUID, reach: Reach, stay_id: UUID, object_id: UUID, kind: ObjectKind
    ) -> bytes | None:
        async with self._db.tenant(tenant, snapshot=True) as tx:
            place = await stays.find_place(tx, stay_id)
            if place is None or not reach.holds_visit(*place):
                return None
            found = (await objects.of_stay(tx, stay_id)).get(object_id)
            cipher = (await data_keys.open_keys(tx, self._ring, [stay_id])).get(stay_id)
            if found is None or cipher is None or found.kind != kind:
                return None
            own = objects.open_key(cipher, found)
        name = ObjectName(tenant, object_id)
        ciphertext = None if own is None else await self._kept.get(name)
        if own is None or ciphertext is None:
            return None
        try:
            return open_content(ciphertext, name=name, own=own)
        except ProtocolError as error:
            raise PictureRefusedError("the picture was damaged where it is kept") from error


async def find_photo(tx: Tenant, stay_id: UUID, events: Iterable[StayEvent]) -> Photo | None:
    """The newest photo that an arrival of this stay names."""
    named = [reference for event in events for reference in _references(event)]
    photos = [reference for reference in named if reference.kind == ObjectKind.PHOTO]
    if not photos:
        return None
    here = (await objects.of_stay(tx, stay_id)).get(photos[-1].id)
    return Photo(photos[-1].id, "arriving" if here is None else here.standing)


async def find_signatures(tx: Tenant, stay_id: UUID, events: Iterable[StayEvent]) -> tuple[Signature, ...]:
    """The signatures that consents of this stay name, in the order of the consents."""
    bodies = [read_full_body(decode_header(event.raw).kind, event.full) for event in events]
    signed = {body.signature: body for body in bodies if isinstance(body, ConsentFull) and body.signature is not None}
    if not signed:
        return ()
    here = await objects.of_stay(tx, stay_id)
    return tuple(
        Signature(key, here[key].standing if key in here else "arriving", body.document, body.language)
        for key, body in signed.items()
    )


def titled(signatures: Iterable[Signature], titles: Mapping[tuple[str, str], str]) -> tuple[Signature, ...]:
    """With the title of what was signed, by key and language; where it is not known, with its key."""
    return tuple(replace(one, title=titles.get((one.document, one.language), one.document)) for one in signatures)


def _references(event: StayEvent) -> tuple[ObjectReference, ...]:
    body = read_full_body(decode_header(event.raw).kind, event.full)
    return body.objects if isinstance(body, ArrivedFull) else ()
