"""Checkpoints of an audit log as C2SP signed notes (signed-note v1, tlog-checkpoint v1, Ed25519).

::

    lodge.example.org/5f0c.../1
    42
    <root hash, base64>

    — lodge.example.org/5f0c.../1 <key hash and signature, base64>
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol.errors import EncodingError, SignatureError

_ED25519 = b"\x01"
_KEY_HASH_BYTES = 4
_ROOT_BYTES = 32
_BODY_LINES = 3
MAX_NOTE = 4096
_MAX_SIZE_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its name, how many entries it has, and the root hash over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed, with its final line feed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode('ascii')}\n"


def key_hash(name: str, key: Ed25519PublicKey) -> bytes:
    """The 4 bytes by which a note names a key: SHA-256(name | 0x0A | 0x01 | public key)."""
    data = name.encode("utf-8") + b"\n" + _ED25519 + key.public_bytes_raw()
    return sha256(data).digest()[:_KEY_HASH_BYTES]


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The signed note."""
    body = checkpoint.body()
    signature = key.sign(body.encode("utf-8"))
    blob = b64encode(key_hash(checkpoint.origin, key.public_key()) + signature).decode("ascii")
    return f"{body}\n— {checkpoint.origin} {blob}\n"


def open_checkpoint(note: str, *, origin: str, key: Ed25519PublicKey) -> Checkpoint:
    """Verify a checkpoint of the named log.

    Raises:
        EncodingError: not a checkpoint in its only form.
        SignatureError: of another log, or not signed by this key.
    """
    checkpoint, body, signatures = _read(note)
    if checkpoint.origin != origin:
        raise SignatureError("the checkpoint is of another log")
    wanted = key_hash(origin, key)
    for name, blob in signatures:
        if name == origin and blob[:_KEY_HASH_BYTES] == wanted:
            try:
                key.verify(blob[_KEY_HASH_BYTES:], body.encode("utf-8"))
            except InvalidSignature as error:
                raise SignatureError("the signature of the checkpoint does not verify") from error
            return checkpoint
    raise SignatureError("the checkpoint is not signed by this log's key")


def read_checkpoint(note: str) -> Checkpoint:
    """What a checkpoint claims, unverified.

    Raises:
        EncodingError: not a checkpoint in its only form.
    """
    return _read(note)[0]


def signing_keys(note: str, keys: Sequence[Ed25519PublicKey]) -> list[Ed25519PublicKey]:
    """Those of the keys that the signature lines under the log's own name claim; nothing is verified.

    Raises:
        EncodingError: not a checkpoint in its only form.
    """
    checkpoint, _, signatures = _read(note)
    named = {blob[:_KEY_HASH_BYTES] for name, blob in signatures if name == checkpoint.origin}
    return [key for key in keys if key_hash(checkpoint.origin, key) in named]


def _read(note: str) -> tuple[Checkpoint, str, list[tuple[str, bytes]]]:
    """The checkpoint, the text that is signed, and names and blobs of the signature lines."""
    body, lines = _split(note)
    return _parse(body), body, [_parse_signature(line) for line in lines]


def _split(note: str) -> tuple[str, list[str]]:
    if len(note) > MAX_NOTE:
        raise EncodingError("a checkpoint is longer than 4,096 characters")
    body, separator, rest = note.partition("\n\n")
    if not separator or not rest.endswith("\n"):
        raise EncodingError("a checkpoint has a text, an empty line and signatures")
    return body + "\n", rest[:-1].split("\n")


def _parse(body: str) -> Checkpoint:
    lines = body[:-1].split("\n")
    if len(lines) != _BODY_LINES:
        raise EncodingError("a checkpoint's text has three lines")
    origin, size, encoded = lines
    if not (size.isascii() and size.isdigit() and len(size) <= _MAX_SIZE_DIGITS) or str(int(size)) != size:
        raise EncodingError("a checkpoint's second line is the number of entries")
    checkpoint = Checkpoint(origin, int(size), _decode(encoded))
    if checkpoint.body() != body or len(checkpoint.root) != _ROOT_BYTES:
        raise EncodingError("a checkpoint's third line is a root hash in base64")
    return checkpoint


def _parse_signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    blob = _decode(encoded)
    if dash != "—" or not name or b64encode(blob).decode("ascii") != encoded:
        raise EncodingError("a signature line of a checkpoint has a dash, a name and base64")
    return name, blob


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EncodingError("a checkpoint holds base64") from error
