"""The sealed photo of the golden vectors. Sealing is random, so what was made once is kept as long as it opens."""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.protocol import exact_json, jws, objects, sealing
from sync.protocol.errors import ProtocolError
from sync.protocol.identifiers import sha256_hex
from sync.protocol.keyspage import sealing_entry
from sync.protocol.kinds import ObjectReference
from tests.vectors import sample

OBJECT_ID = UUID("7b0f6a52-94c1-4d0e-8a37-5d2f1c9be640")
NAME = sealing.ObjectName(sample.TENANT, OBJECT_ID)
SEALING_SEED = bytes.fromhex(sha256_hex(b"lodge sample sealing key"))
OWN_KEY = bytes.fromhex(sha256_hex(b"lodge sample object key"))
CONTENT = b"This stands for a JPEG."


def sealing_private() -> X25519PrivateKey:
    """The organisation's sealing key."""
    return X25519PrivateKey.from_private_bytes(SEALING_SEED)


def sealing_public() -> sealing.SealingKey:
    """What kiosks know of it."""
    return sealing.read_sealing_key(sealing.sealing_text(sealing_private().public_key()))


def sample_sealed(stored: bytes | None = None) -> bytes:
    """The stored object while it opens to the sample's content, else a new one."""
    if stored is not None and _opens(stored):
        return stored
    return sealing.seal_object(CONTENT, name=NAME, key=sealing_public(), entropy=lambda _count: OWN_KEY)


def object_vector(stored: bytes | None) -> dict[str, object]:
    """Keys, sealed object, reference and receipt."""
    sealed = sample_sealed(stored)
    photo = objects.SealedObject(OBJECT_ID, objects.ObjectKind.PHOTO, "image/jpeg", sealed)
    reference = photo.reference()
    receipt = objects.sign_object_receipt(sample_object_receipt(reference), sample.key_of("receipt"))
    return {
        "tenant": str(sample.TENANT),
        "object": str(OBJECT_ID),
        "sealing_seed_hex": SEALING_SEED.hex(),
        "keys_page_entry": exact_json.encode(sealing_entry(sealing_private().public_key())).decode(),
        "content_hex": CONTENT.hex(),
        "object_key_hex": OWN_KEY.hex(),
        "hpke_info_hex": NAME.bound(sealing.KEY_DOMAIN).hex(),
        "content_aad_hex": NAME.bound(sealing.OBJECT_DOMAIN).hex(),
        "sealed_hex": sealed.hex(),
        "reference": exact_json.encode(reference).decode(),
        "receipt": {"payload": jws.read_unverified_payload(receipt, what="a vector").decode(), "jws": receipt},
    }


def sample_object_receipt(reference: ObjectReference) -> objects.ObjectReceipt:
    """The cloud has the sample's photo."""
    return objects.ObjectReceipt(
        v=1,
        aud=sample.AUDIENCE,
        kiosk=sample.KIOSK,
        object=reference.id,
        sha256=reference.sha256,
        standing=objects.ObjectStanding.DURABLE.value,
        at_ms=sample.NOW_MS + 9000,
    )


def _opens(stored: bytes) -> bool:
    try:
        parts = sealing.read_object(stored)
        own = sealing.open_object_key(parts, name=NAME, key=sealing_private())
        return own == OWN_KEY and sealing.open_content(parts.ciphertext, name=NAME, own=own) == CONTENT
    except ProtocolError:
        return False
