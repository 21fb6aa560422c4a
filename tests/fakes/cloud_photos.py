"""Photos of a kiosk without a database: named by an arrival, sealed to the organisation, sent as requests."""

from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from secrets import token_bytes
from uuid import UUID, uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from PIL import Image

from cloud_api.store import signing_keys
from sync.protocol.exact_json import decode
from sync.protocol.exchange import OBJECTS_PATH
from sync.protocol.ink import MEDIA_TYPE as SVG
from sync.protocol.ink import encode_ink
from sync.protocol.keys import base64url, public_key
from sync.protocol.keyspage import KeysPage, KeyUse, open_keys_page
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind, ObjectReference
from sync.protocol.objects import MEDIA_TYPE, ObjectKind, ObjectReceipt, ObjectState, SealedObject, open_object_receipt
from sync.protocol.sealing import ObjectName, SealingKey, seal_object, sealing_kid
from tests.fakes.cloud_device_requests import fresh_nonce, send
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import Ground
from tests.vectors.inked import INK


def jpeg(seed: int = 1) -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.linear_gradient("L").rotate(seed * 7).convert("RGB").save(out, format="JPEG")
    return out.getvalue()


async def keys_page(ground: Ground) -> KeysPage:
    """The newest keys page, under its root."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        page = await signing_keys.newest_page(tx)
    assert page is not None
    return open_keys_page(page.page, root=public_key(base64url(page.root_key)), tenant=ground.tenant)


@dataclass(frozen=True)
class NamedPhoto:
    """A photo and the arrival that names it: its stay, the key it was recorded under, and its number."""

    photo: SealedObject
    stay: UUID
    epoch: str
    seq: int

    @property
    def sealed(self) -> bytes:
        return self.photo.sealed

    def path(self, at: int | None = None, /, **changes: object) -> str:
        query = {"epoch": self.epoch, "seq": self.seq, **({} if at is None else {"at": at}), **changes}
        return f"{OBJECTS_PATH}/{self.photo.id}?" + "&".join(f"{name}={value}" for name, value in query.items())


async def take_photo(
    ground: Ground,
    kiosk: FakeKiosk,
    content: bytes | None = None,
    *,
    key: X25519PublicKey | None = None,
    **changes: object,
) -> NamedPhoto:
    """An arrival with a photo, recorded and not sent. ``key`` replaces the organisation's; see ``name_photo``."""
    chosen = SealingKey(sealing_kid(key), key) if key is not None else (await keys_page(ground)).sealing_key()
    assert chosen is not None
    return name_photo(kiosk, ground.clock.now(), chosen, content, **changes)  # type: ignore[arg-type]  # passed on by name


async def take_both(ground: Ground, kiosk: FakeKiosk) -> tuple[NamedPhoto, NamedPhoto]:
    """An arrival with a photo and a signature, recorded and not sent."""
    chosen = (await keys_page(ground)).sealing_key()
    assert chosen is not None
    name = ObjectName(kiosk.identity.tenant, uuid4())
    sealed = seal_object(encode_ink(INK), name=name, key=chosen, entropy=token_bytes)
    signature = SealedObject(name.id, ObjectKind.SIGNATURE, SVG, sealed)
    photo = name_photo(kiosk, ground.clock.now(), chosen, beside=(signature,))
    return photo, replace(photo, photo=signature)


def name_photo(
    kiosk: FakeKiosk,
    at: datetime,
    chosen: SealingKey,
    content: bytes | None = None,
    *,
    kind: str = ObjectKind.PHOTO,
    stay: UUID | None = None,
    visitor: str = "visitor",
    answers: dict[str, str] | None = None,
    beside: tuple[SealedObject, ...] = (),
    **changes: object,
) -> NamedPhoto:
    """An arrival with a photo, recorded and not sent. ``changes`` replace members of the reference."""
    name = ObjectName(kiosk.identity.tenant, uuid4())
    sealed = seal_object(content or jpeg(), name=name, key=chosen, entropy=token_bytes)
    photo = SealedObject(name.id, ObjectKind.PHOTO, "image/jpeg", sealed)
    reference = photo.reference()
    members = {field: getattr(reference, field) for field in reference.__struct_fields__}
    named = ObjectReference(**{**members, "kind": kind, **changes})
    chosen_stay = stay or uuid4()
    muster = ArrivedMuster(name="Ada Sample", company="", host="", zone="", assistance=False)
    objects = (named, *(each.reference() for each in beside))
    full = ArrivedFull(
        type=visitor, language="en", host_id=None, email="", phone="", answers=answers or {}, objects=objects
    )
    event = kiosk.act(Kind.VISITOR_ARRIVED, at, stay=chosen_stay, muster=muster, full=full)
    return NamedPhoto(photo, chosen_stay, kiosk.key.epoch, event.header.seq)


@dataclass
class Post:
    """Requests about photos, as one kiosk sends them."""

    client: httpx.AsyncClient
    kiosk: FakeKiosk

    def of(self, kiosk: FakeKiosk) -> "Post":
        return replace(self, kiosk=kiosk)

    async def ask(self, photo: NamedPhoto, **changes: object) -> httpx.Response:
        nonce = await fresh_nonce(self.client)
        return await send(self.client, self.kiosk.request("GET", photo.path(**changes), nonce=nonce))

    async def part(
        self, photo: NamedPhoto, at: int, part: bytes, *, media: str = MEDIA_TYPE, **changes: object
    ) -> httpx.Response:
        nonce = await fresh_nonce(self.client)
        path = photo.path(at, **changes)
        return await send(self.client, self.kiosk.request("POST", path, part, nonce=nonce, content_type=media))

    async def whole(self, photo: NamedPhoto) -> httpx.Response:
        return await self.part(photo, 0, photo.sealed)


def have(answer: httpx.Response) -> int:
    """How much the cloud says that it has."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    return decode(answer.content, ObjectState, what="a state").have


async def receipt_of(ground: Ground, kiosk: FakeKiosk, answer: httpx.Response) -> ObjectReceipt:
    """The receipt of an answer, verified as a kiosk does."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jose"), answer.text
    key = (await keys_page(ground)).current(KeyUse.RECEIPT)
    return open_object_receipt(answer.text, key=key, audience=kiosk.audience, kiosk=kiosk.identity.kiosk)
