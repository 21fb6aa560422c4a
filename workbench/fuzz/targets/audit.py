"""What auditors read: exports, their members, checkpoints and proofs."""

import tempfile
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from sync.archive_file import FREE_BYTES, MAX_RATIO, read_archive
from sync.protocol import archive, exact_json, jws, keyspage, merkle
from sync.protocol.audit import entry_leaf, read_entry
from sync.protocol.batch import TYP as MANIFEST_TYP
from sync.protocol.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from sync.protocol.errors import ProtocolError
from workbench.fuzz.samples import EPOCH_KEY, LOG, TENANT, archive_members, key_of, signed
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_NAMES = archive.SIGNED_MEMBERS
_HASH_BYTES = 32
_MOST_ENTRIES = 2000
_MOST_BATCHES = 100


def _verify(members: Mapping[str, bytes]) -> None:
    verified = archive.verify_archive(members)
    promise(verified.entries == verified.device_events + verified.admin_entries, "an export that does not add up")
    promise(verified.device_events == 0 or verified.batches > 0, "events that no kiosk has signed")


def _read_file(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(prefix="lodge-fuzz-", suffix=".zip") as file:
        file.write(data)
        file.flush()
        members = read_archive(Path(file.name))
    most = max(MAX_RATIO * len(data), FREE_BYTES)
    promise(sum(map(len, members.values())) <= most, "a file that unpacks without bound")
    _verify(members)


def _read_member(data: bytes) -> None:
    """One member is replaced, and everything that the server's keys and a kiosk's key can sign is signed anew."""
    name, content = _NAMES[(data[0] if data else 0) % len(_NAMES)], data[1:]
    members = dict(archive_members())
    if name == archive.KEYS:
        members[name] = signed(content, typ=keyspage.TYP, key="root").encode()
    elif name == archive.BATCHES:
        rows = content.split(b"\n")[:_MOST_BATCHES]
        members[name] = b"".join(signed(row, typ=MANIFEST_TYP, key=EPOCH_KEY).encode() + b"\n" for row in rows)
    else:
        members[name] = content
    if name == archive.ENTRIES:
        members[archive.CHECKPOINT] = _checkpoint_over(content).encode()
    del members[archive.MANIFEST]
    members[archive.MANIFEST] = archive.sign_archive(members, tenant=TENANT, created_ms=1, key=key_of("log"))
    _verify(members)


def _checkpoint_over(entries: bytes) -> str:
    """A checkpoint over whatever hashes these lines claim, as a lying server would sign it."""
    leaves: list[bytes] = []
    for row in entries.split(b"\n")[:_MOST_ENTRIES]:
        try:
            entry = read_entry(row)
        except ProtocolError:
            continue
        leaves.append(entry_leaf(entry.type, entry.hash))
    nodes: dict[tuple[int, int], bytes] = {}
    for index, leaf in enumerate(leaves):
        for level, position, value in merkle.completed_nodes(index, leaf, lambda lv, at: nodes[lv, at]):
            nodes[level, position] = value
    root = merkle.root(len(leaves), lambda level, at: nodes[level, at])
    return sign_checkpoint(Checkpoint(LOG, len(leaves), root), key_of("log"))


def _read_entry(data: bytes) -> None:
    promise(exact_json.encode(read_entry(data)) == data, "an entry in two forms")


def _read_note(data: bytes) -> None:
    opened = open_checkpoint(data.decode("utf-8", "surrogateescape"), origin=LOG, key=key_of("log").public_key())
    promise(data.startswith(opened.body().encode() + b"\n"), "a checkpoint that reads as another")


def _read_note_text(data: bytes) -> None:
    """Any text at all, truly signed by the log."""
    genuine = golden("checkpoint")["note"].partition("\n\n")[2]
    name, blob = genuine.split(" ")[1:]
    signature = key_of("log").sign(data)
    line = f"— {name} {b64encode(b64decode(blob)[:4] + signature).decode()}\n"
    text = data.decode("utf-8", "surrogateescape") + "\n" + line
    opened = open_checkpoint(text, origin=LOG, key=key_of("log").public_key())
    promise(opened.body().encode() == data, "a checkpoint in two forms")


def _read_proof(data: bytes) -> None:
    """Kind, two numbers, then hashes; sound proofs are among the seeds, and no other may hold."""
    first, second = (int.from_bytes(data[at : at + 8], "big") for at in (1, 9))
    hashes = [data[at : at + _HASH_BYTES] for at in range(17, len(data), _HASH_BYTES)]
    if len(hashes) < 2:  # noqa: PLR2004 -- a leaf and a root, or two roots
        return
    if data[:1] == b"\0":
        merkle.verify_inclusion(leaf=hashes[0], index=first, size=second, proof=hashes[2:], root=hashes[1])
    else:
        merkle.verify_consistency(
            first=first, second=second, first_root=hashes[0], second_root=hashes[1], proof=hashes[2:]
        )


def packed(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these members, with fixed times."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=1) as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return file.getvalue()


def _files() -> Sequence[bytes]:
    return [packed(archive_members()), packed(archive_members(), zipfile.ZIP_STORED), packed({"a": b"b"})]


def _members() -> Sequence[bytes]:
    sound = archive_members()
    contents = {name: sound[name] for name in _NAMES}
    contents[archive.KEYS] = jws.read_unverified_payload(sound[archive.KEYS].decode(), what="it")
    rows = sound[archive.BATCHES].decode().splitlines()
    contents[archive.BATCHES] = b"\n".join(jws.read_unverified_payload(row, what="it") for row in rows)
    return [bytes([number]) + contents[name] for number, name in enumerate(_NAMES)]


@cache
def _tree() -> tuple[bytes, ...]:
    return tuple(merkle.leaf_hash(bytes([number])) for number in range(8))


def _node(level: int, index: int) -> bytes:
    if level == 0:
        return _tree()[index]
    return merkle.node_hash(_node(level - 1, 2 * index), _node(level - 1, 2 * index + 1))


def _proofs() -> Sequence[bytes]:
    made = []
    for first, second in ((0, 1), (2, 3), (5, 8), (6, 7)):
        numbers = first.to_bytes(8, "big") + second.to_bytes(8, "big")
        path = b"".join(merkle.inclusion_proof(first, second, _node))
        made.append(b"\0" + numbers + _tree()[first] + merkle.root(second, _node) + path)
        if first:
            path = b"".join(merkle.consistency_proof(first, second, _node))
            made.append(b"\1" + numbers + merkle.root(first, _node) + merkle.root(second, _node) + path)
    return made


def _notes() -> Sequence[bytes]:
    return [golden("checkpoint")["note"].encode()]


def _note_texts() -> Sequence[bytes]:
    return [note.partition(b"\n\n")[0] + b"\n" for note in _notes()]


def _entries() -> Sequence[bytes]:
    rows = archive_members()[archive.ENTRIES].splitlines()
    shrunk = b'{"type":"device","hash":"' + sha256(b"").hexdigest().encode() + b'","header":null,"body":null}'
    return [*rows, shrunk]


TARGETS = (
    Target("archive-file", "an export as a file", _read_file, _files),
    Target("archive", "the members of an export, signed", _read_member, _members),
    Target("entry", "a line of an export", _read_entry, _entries),
    Target("checkpoint", "a checkpoint of the audit log", _read_note, _notes),
    Target("checkpoint-text", "a checkpoint's text, signed", _read_note_text, _note_texts),
    Target("proof", "inclusion and consistency proofs", _read_proof, _proofs),
)
