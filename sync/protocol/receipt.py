"""The server's signed word on what it holds. A kiosk may prune bodies at or below ``durable``."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count
from sync.protocol.identifiers import Sha256Hex, Thumbprint

TYP = "lodge-receipt+jws"
MAX_RECEIPT_BYTES = 64 * 1024
MAX_QUARANTINED = 256


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``accepted``: all up to this seq is stored. ``durable``: all up to this seq is in a confirmed backup.

    ``head`` is the hash of the header at ``accepted``; ``manifest`` the SHA-256 of the manifest answered;
    ``quarantined`` the ids of events whose bodies were not taken; ``at_ms`` the server's time in
    milliseconds since 1970; ``checkpoint`` the newest signed checkpoint of the audit log (a C2SP note).
    """

    v: Literal[1]
    aud: Annotated[str, msgspec.Meta(max_length=512)]
    kiosk: UUID
    epoch: Thumbprint
    accepted: Count
    durable: Count
    head: Sha256Hex
    manifest: Sha256Hex
    quarantined: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MAX_QUARANTINED)]
    at_ms: Count
    checkpoint: Annotated[str, msgspec.Meta(max_length=4096)] | None


def sign_receipt(receipt: Receipt, key: Ed25519PrivateKey) -> str:
    """The receipt as a compact JWS by the organisation's receipt key."""
    return jws.sign(exact_json.encode(receipt), typ=TYP, key=key)


def open_receipt(signed: str, *, key: Ed25519PublicKey, audience: str, kiosk: UUID, epoch: str) -> Receipt:
    """Verify a receipt for this kiosk and epoch.

    Raises:
        LimitError: larger than 64 KiB.
        EncodingError: not a receipt in its exact form.
        SignatureError: another signer, server, organisation, kiosk or epoch.
    """
    if len(signed) > MAX_RECEIPT_BYTES:
        raise LimitError("a receipt has more than 64 KiB")
    payload = jws.verify(signed, typ=TYP, key=key, what="a receipt")
    receipt = exact_json.decode(payload, Receipt, what="a receipt")
    if (receipt.aud, receipt.kiosk, receipt.epoch) != (audience, kiosk, epoch):
        raise SignatureError("the receipt is meant for another kiosk")
    if receipt.durable > receipt.accepted:
        raise EncodingError("a receipt's numbers contradict one another")
    return receipt
