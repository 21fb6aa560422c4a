"""What kiosk and cloud say about objects: the reference in an event, how much has arrived, the signed receipt.

An object travels behind the event that names it. The receipt alone lets a kiosk delete it.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count
from sync.protocol.identifiers import Sha256Hex
from sync.protocol.kinds import ObjectReference

TYP = "lodge-object-receipt+jws"
MEDIA_TYPE = "application/vnd.lodge.object-part"
PART_BYTES = 256 * 1024
MAX_OBJECT_RECEIPT_BYTES = 4096


class ObjectKind(StrEnum):
    """What an object is. Readers carry kinds that they do not know and show none of them."""

    PHOTO = "photo"
    SIGNATURE = "signature"


class ObjectStanding(StrEnum):
    """``kept``: stored whole; ``durable``: in a confirmed backup too; ``erased``: its visit was erased, or it is
    too old, and it is not taken any more. The last two let a kiosk delete it.
    """

    KEPT = "kept"
    DURABLE = "durable"
    ERASED = "erased"


class ObjectState(msgspec.Struct, frozen=True, kw_only=True):
    """How many of an object's bytes the cloud has, from the first on."""

    v: Literal[1]
    have: Count


class OffsetProblem(msgspec.Struct, frozen=True, kw_only=True):
    """The member that a kiosk reads in the problem document of a 409: where the cloud goes on."""

    have: Count


class ObjectReceipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The cloud's signed word on an object. ``sha256`` is of the sealed bytes, ``None`` where it never had them."""

    v: Literal[1]
    aud: Annotated[str, msgspec.Meta(max_length=512)]
    kiosk: UUID
    object: UUID
    sha256: Sha256Hex | None
    standing: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}\Z")]
    at_ms: Count


@dataclass(frozen=True, slots=True)
class SealedObject:
    """A sealed object on its way, and what its event says of it."""

    id: UUID
    kind: ObjectKind
    media: str
    sealed: bytes

    def reference(self) -> ObjectReference:
        """What the event that names it says."""
        digest = hashlib.sha256(self.sealed).hexdigest()
        return ObjectReference(id=self.id, kind=self.kind, sha256=digest, size=len(self.sealed), media=self.media)


def sign_object_receipt(receipt: ObjectReceipt, key: Ed25519PrivateKey) -> str:
    """The receipt as a compact JWS by the organisation's receipt key."""
    return jws.sign(exact_json.encode(receipt), typ=TYP, key=key)


def open_object_receipt(signed: str, *, key: Ed25519PublicKey, audience: str, kiosk: UUID) -> ObjectReceipt:
    """Verify a receipt for this kiosk. Which object it answers, and which bytes, the caller compares.

    Raises:
        LimitError: larger than 4 KiB.
        EncodingError: not a receipt in its exact form.
        SignatureError: another signer, server, organisation or kiosk.
    """
    if len(signed) > MAX_OBJECT_RECEIPT_BYTES:
        raise LimitError("an object's receipt has more than 4 KiB")
    payload = jws.verify(signed, typ=TYP, key=key, what="an object's receipt")
    receipt = exact_json.decode(payload, ObjectReceipt, what="an object's receipt")
    if (receipt.aud, receipt.kiosk) != (audience, kiosk):
        raise SignatureError("the object's receipt is meant for another kiosk")
    if receipt.sha256 is None and receipt.standing != ObjectStanding.ERASED:
        raise EncodingError("an object's receipt says neither what it is about nor that it was erased")
    return receipt
