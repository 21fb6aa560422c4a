"""Photos and signatures: sealed objects, and the cloud's signed word on them."""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.protocol import exact_json, objects, sealing
from workbench.fuzz.samples import AUDIENCE, KIOSK, TENANT, key_of, signed, vector
from workbench.fuzz.target import Target, promise


def _open_object(data: bytes) -> None:
    facts = vector("object")
    name = sealing.ObjectName(TENANT, UUID(facts["object"]))
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(facts["sealing_seed_hex"]))
    parts = sealing.read_object(data)
    promise(len(data) <= sealing.MAX_OBJECT_BYTES, "an object that is larger than objects are")
    own = sealing.open_object_key(parts, name=name, key=private)
    content = sealing.open_content(parts.ciphertext, name=name, own=own)
    promise(content.hex() == facts["content_hex"], "an object opens to something that nobody sealed")
    promise(data.hex() == facts["sealed_hex"], "an object in two forms")


def _open_receipt(data: bytes) -> None:
    text = signed(data, typ=objects.TYP, key="receipt")
    key = key_of("receipt").public_key()
    receipt = objects.open_object_receipt(text, key=key, audience=AUDIENCE, kiosk=KIOSK)
    promise(exact_json.encode(receipt) == data, "an object's receipt in two forms")
    promise(receipt.sha256 is not None or receipt.standing == "erased", "a receipt that is about nothing")


def _sealing_key(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    key = sealing.read_sealing_key(text)
    promise(sealing.sealing_text(key.public) == text, "a sealing key in two forms")


def _sealed() -> list[bytes]:
    return [bytes.fromhex(vector("object")["sealed_hex"])]


def _receipts() -> list[bytes]:
    return [vector("object")["receipt"]["payload"].encode()]


def _keys() -> list[bytes]:
    return [vector("object")["keys_page_entry"].rpartition('"public":"')[2].removesuffix('"}').encode()]


TARGETS = (
    Target("object", "a sealed photo", _open_object, _sealed),
    Target("object-receipt", "a photo's receipt, signed", _open_receipt, _receipts),
    Target("sealing-key", "a sealing key, as text", _sealing_key, _keys),
)
