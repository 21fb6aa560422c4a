"""Epochs: an epoch is its key, and a kiosk may begin the next one by itself, offline too.

A kiosk that finds itself rolled back, or whose key has signed two histories, must never sign another event with that
key. It makes a new key; the preceding key certifies it, and the new key accepts, over the same bytes. The new
epoch's departures count only once an administrator has confirmed the branch (docs/protocol.md section 15).
"""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.chain import Head, Identity
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count
from sync.protocol.hlc import HlcText
from sync.protocol.identifiers import Sha256Hex, Thumbprint
from sync.protocol.keys import public_key, public_text, thumbprint

CERTIFIED = "lodge-epoch+jws"
ACCEPTED = "lodge-epoch-accepted+jws"
MAX_START_BYTES = 8 * 1024

EpochReason = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}\Z")]
"""Why the kiosk begins anew: ``rolled_back``, ``forked`` or ``asked``; a reader takes reasons that came later."""


class EpochBeginning(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What both keys sign. ``seq`` and ``head``: where the preceding epoch stood on this machine (0 and the genesis
    hash when it had no events); nothing of that epoch beyond them is the kiosk's own.
    """

    v: Literal[1]
    aud: Annotated[str, msgspec.Meta(max_length=512)]
    site: UUID
    kiosk: UUID
    epoch: Thumbprint
    public: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    previous: Thumbprint
    seq: Count
    head: Sha256Hex
    reason: EpochReason
    hlc: HlcText


class EpochStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The message: ``certified`` by the preceding key and ``accepted`` by the new one, over one payload."""

    v: Literal[1]
    certified: Annotated[str, msgspec.Meta(max_length=4096)]
    accepted: Annotated[str, msgspec.Meta(max_length=4096)]


def begin_epoch(
    *,
    identity: Identity,
    audience: str,
    head: Head,
    reason: str,
    hlc: str,
    preceding: Ed25519PrivateKey,
    key: Ed25519PrivateKey,
) -> EpochStart:
    """Certify a new key by the preceding one. ``identity`` and ``head`` are the preceding epoch's.

    Raises:
        SignatureError: the preceding key is not the identity's, or is the new one.
    """
    public = key.public_key()
    if thumbprint(preceding.public_key()) != identity.epoch or thumbprint(public) == identity.epoch:
        raise SignatureError("an epoch is certified by the key of the one before it")
    beginning = EpochBeginning(
        v=1,
        aud=audience,
        site=identity.site,
        kiosk=identity.kiosk,
        epoch=thumbprint(public),
        public=public_text(public),
        previous=identity.epoch,
        seq=head.seq,
        head=head.hash,
        reason=reason,
        hlc=hlc,
    )
    payload = exact_json.encode(beginning)
    return EpochStart(
        v=1,
        certified=jws.sign(payload, typ=CERTIFIED, key=preceding),
        accepted=jws.sign(payload, typ=ACCEPTED, key=key),
    )


def open_epoch_start(
    raw: bytes, *, preceding: Ed25519PublicKey, audience: str, site: UUID, kiosk: UUID
) -> EpochBeginning:
    """Verify the message of a kiosk whose preceding key is on record.

    Raises:
        LimitError: larger than 8 KiB.
        EncodingError: not the message in its exact form, or parts that contradict one another.
        SignatureError: either signature, or another server, organisation, site, kiosk or preceding key.
    """
    if len(raw) > MAX_START_BYTES:
        raise LimitError("the start of an epoch has more than 8 KiB")
    start = exact_json.decode(raw, EpochStart, what="the start of an epoch")
    payload = jws.verify(start.certified, typ=CERTIFIED, key=preceding, what="the certificate of an epoch")
    beginning = exact_json.decode(payload, EpochBeginning, what="the certificate of an epoch")
    if (beginning.aud, beginning.site, beginning.kiosk) != (audience, site, kiosk):
        raise SignatureError("the epoch is of another kiosk, or meant for another server")
    if beginning.previous != thumbprint(preceding) or beginning.epoch == beginning.previous:
        raise SignatureError("the epoch names another one before it than the key that certifies it")
    new_key = public_key(beginning.public)
    if thumbprint(new_key) != beginning.epoch:
        raise EncodingError("the epoch is not named after its key")
    if jws.verify(start.accepted, typ=ACCEPTED, key=new_key, what="the acceptance of an epoch") != payload:
        raise SignatureError("the two keys of an epoch's start signed different words")
    if beginning.seq == 0 and beginning.head != Head.genesis(beginning.previous).hash:
        raise EncodingError("an epoch without events has the genesis hash as its head")
    return beginning
