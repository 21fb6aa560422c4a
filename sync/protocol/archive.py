"""An audit export: what it must hold, and how an outsider verifies it with nothing but its bytes.

Members: ``manifest.jws`` (digest and size of every other member, signed by the log key), ``root.json``,
``keys.jws`` (signed by the root), ``checkpoint.txt``, ``entries.jsonl`` (every leaf in order),
``manifests.jsonl`` (the kiosks' signed batch manifests) and ``epochs.json`` (the kiosks' public keys).

An export proves itself only relative to its root key; compare the fingerprint with one obtained elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.audit import AdminBody, EntryLine, EntryType, decode_admin_header, entry_leaf, read_entry
from sync.protocol.chain_audit import ChainAudit
from sync.protocol.checkpoint import Checkpoint
from sync.protocol.errors import EncodingError, ProofError, ProtocolError, SignatureError
from sync.protocol.events import Count, decode_header
from sync.protocol.identifiers import Sha256Hex
from sync.protocol.keys import public_key, thumbprint
from sync.protocol.keyspage import KeysPage, KeyUse, open_keys_page
from sync.protocol.log_witness import GENERATION_OPENED, open_log_checkpoint
from sync.protocol.merkle import completed_nodes, root

TYP = "lodge-archive+jws"
MANIFEST, ROOT, KEYS, CHECKPOINT = "manifest.jws", "root.json", "keys.jws", "checkpoint.txt"
ENTRIES, BATCHES, EPOCHS = "entries.jsonl", "manifests.jsonl", "epochs.json"
_MAX_NAME = 64
SIGNED_MEMBERS = (ROOT, KEYS, CHECKPOINT, ENTRIES, BATCHES, EPOCHS)


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Digest and size in bytes of a member."""

    name: Annotated[str, msgspec.Meta(max_length=_MAX_NAME)]
    sha256: Sha256Hex
    size: Count


class ArchiveManifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the log key signs about an export. ``created_ms``: milliseconds since 1970."""

    v: Literal[1]
    tenant: UUID
    created_ms: Count
    members: tuple[Member, ...]


class RootStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whose export it is and which root key it claims."""

    v: Literal[1]
    tenant: UUID
    root: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]


class EpochKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kiosk's epoch key. Its thumbprint is the ``epoch`` of the headers, so it vouches for itself."""

    kiosk: UUID
    site: UUID
    aud: Annotated[str, msgspec.Meta(max_length=512)]
    public: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]


class EpochKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All epoch keys of the organisation."""

    v: Literal[1]
    epochs: tuple[EpochKey, ...]


class ArchiveError(ProofError):
    """An export is damaged; ``member`` names where. The message is one line whatever the name holds (C37)."""

    def __init__(self, member: str, reason: str) -> None:
        plain = member.isascii() and member.isprintable() and len(member) <= _MAX_NAME
        super().__init__(f"{member if plain else ascii(member[:_MAX_NAME])}: {reason}")
        self.member = member
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified: an account for people and programs.

    ``shrunk_headers`` of the device events have only their hash left (``chain_audit`` says what that proves).
    ``generations``: what each entry that opened a generation of the log says (docs/protocol-log.md), a line each.
    """

    tenant: UUID
    root_thumbprint: str
    log: str
    entries: int
    device_events: int
    shrunk_headers: int
    admin_entries: int
    bodies_shown: int
    batches: int
    kiosks: int
    root_hash: str
    generations: tuple[str, ...] = ()


def sign_archive(members: Mapping[str, bytes], *, tenant: UUID, created_ms: int, key: Ed25519PrivateKey) -> bytes:
    """``manifest.jws`` for these members, by the log key."""
    listed = [Member(name=name, sha256=sha256(data).hexdigest(), size=len(data)) for name, data in members.items()]
    return sign_members(listed, tenant=tenant, created_ms=created_ms, key=key)


def sign_members(listed: Iterable[Member], *, tenant: UUID, created_ms: int, key: Ed25519PrivateKey) -> bytes:
    """The same for members that were written already and are in nobody's memory."""
    ordered = tuple(sorted(listed, key=lambda member: member.name))
    manifest = ArchiveManifest(v=1, tenant=tenant, created_ms=created_ms, members=ordered)
    return jws.sign(exact_json.encode(manifest), typ=TYP, key=key).encode("ascii")


def verify_archive(members: Mapping[str, bytes], *, pinned_root: str | None = None) -> Verified:
    """Verify an export completely. ``pinned_root`` is a root key's thumbprint known from elsewhere.

    Raises:
        ArchiveError: names the first damage found.
    """
    for name in (MANIFEST, *SIGNED_MEMBERS):
        if name not in members:
            raise ArchiveError(name, "is missing")
    statement, root_key, page = _trust(members, pinned_root)
    _check_members(members, page, statement.tenant)
    with _Naming(CHECKPOINT):
        note = members[CHECKPOINT].decode("utf-8", errors="strict")
        checkpoint = open_log_checkpoint(note, page).checkpoint
    audit = ChainAudit(statement.tenant)
    with _Naming(EPOCHS):
        for epoch in exact_json.decode(members[EPOCHS], EpochKeys, what="the epoch keys").epochs:
            audit.trust(epoch.kiosk, epoch.site, epoch.aud, public_key(epoch.public))
    with _Naming(ENTRIES):
        counts = _check_entries(members[ENTRIES], checkpoint, statement.tenant, audit)
    with _Naming(BATCHES):
        _check_batches(members[BATCHES], audit)
    return Verified(
        tenant=statement.tenant,
        root_thumbprint=thumbprint(root_key),
        log=checkpoint.origin,
        entries=checkpoint.size,
        device_events=counts.device,
        shrunk_headers=audit.shrunk,
        admin_entries=counts.admin,
        bodies_shown=counts.bodies,
        batches=audit.batches,
        kiosks=audit.kiosks,
        root_hash=checkpoint.root.hex(),
        generations=tuple(counts.generations),
    )


class _Naming:
    """Turns any fault inside into one that names the member."""

    def __init__(self, member: str) -> None:
        self._member = member

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ArchiveError):
            return
        if isinstance(error, ProtocolError | UnicodeDecodeError):
            reason = str(error) if isinstance(error, ProtocolError) else "is not text"
            raise ArchiveError(self._member, reason) from error


def _trust(members: Mapping[str, bytes], pinned_root: str | None) -> tuple[RootStatement, Ed25519PublicKey, KeysPage]:
    with _Naming(ROOT):
        statement = exact_json.decode(members[ROOT], RootStatement, what="the root key")
        root_key = public_key(statement.root)
        if pinned_root is not None and thumbprint(root_key) != pinned_root:
            raise SignatureError("is another root key than the one given")
    with _Naming(KEYS):
        signed = members[KEYS].decode("ascii")
        page = open_keys_page(signed, root=root_key, tenant=statement.tenant)
    return statement, root_key, page


def _check_members(members: Mapping[str, bytes], page: KeysPage, tenant: UUID) -> None:
    with _Naming(MANIFEST):
        signed = members[MANIFEST].decode("ascii")
        log_key = page.find(KeyUse.LOG, jws.read_header(signed, what="the manifest").kid)
        payload = jws.verify(signed, typ=TYP, key=log_key, what="the manifest")
        manifest = exact_json.decode(payload, ArchiveManifest, what="the manifest")
        if manifest.tenant != tenant:
            raise SignatureError("is of another organisation")
        if tuple(member.name for member in manifest.members) != tuple(sorted(SIGNED_MEMBERS)):
            raise ProofError("does not list the members of an export")
    for extra in sorted(set(members) - set(SIGNED_MEMBERS) - {MANIFEST}):
        raise ArchiveError(extra, "does not belong to the export")
    for member in manifest.members:
        data = members[member.name]
        if len(data) != member.size or sha256(data).hexdigest() != member.sha256:
            raise ArchiveError(member.name, "has been changed")


@dataclass(slots=True)
class _Counts:
    device: int = 0
    admin: int = 0
    bodies: int = 0
    generations: list[str] = field(default_factory=list)


def _check_entries(data: bytes, checkpoint: Checkpoint, tenant: UUID, audit: ChainAudit) -> _Counts:
    nodes: dict[tuple[int, int], bytes] = {}
    counts = _Counts()
    size = 0
    for line in _lines(data):
        entry = read_entry(line)
        _grow(nodes, size, entry_leaf(entry.type, entry.hash))
        size += 1
        if entry.type is EntryType.DEVICE:
            counts.device += 1
            _audit_device(entry, audit)
        else:
            counts.admin += 1
            counts.bodies += entry.body is not None
            _account_for_act(entry, size, tenant, counts)
    if size != checkpoint.size:
        raise ProofError("has another number of entries than the checkpoint")
    if root(size, lambda level, at: nodes[level, at]) != checkpoint.root:
        raise ProofError("does not lead to the checkpoint's root hash")
    return counts


def _account_for_act(entry: EntryLine, number: int, tenant: UUID, counts: _Counts) -> None:
    raw = entry.raw_header
    if raw is None:
        return
    header = decode_admin_header(raw)
    if header.tenant != tenant:
        raise ProofError("has an entry of another organisation")
    if header.kind != GENERATION_OPENED:
        return
    said = "erased, commitment intact"
    if entry.body is not None:
        detail = exact_json.read(entry.body.bytes(), AdminBody, what="a body").detail
        cited = detail.get("cites", "").split("\n")
        lost = f"{cited[1]} entries under {cited[0]}" if len(cited) > 1 else "nothing"
        said = f"continues {detail.get('continues', '?')}, cites {lost}"
    counts.generations.append(f"entry {number}: a new generation was opened ({said})")


def _grow(nodes: dict[tuple[int, int], bytes], index: int, leaf: bytes) -> None:
    """Add a leaf and keep the complete subtrees alone: memory grows with the logarithm of the log."""
    for level, position, value in completed_nodes(index, leaf, lambda lv, at: nodes[lv, at]):
        nodes[level, position] = value
        if level:
            del nodes[level - 1, 2 * position], nodes[level - 1, 2 * position + 1]


def _audit_device(entry: EntryLine, audit: ChainAudit) -> None:
    raw = entry.raw_header
    if raw is None:
        audit.add_shrunk(entry.hash)
    else:
        audit.add(decode_header(raw), entry.hash)


def _check_batches(data: bytes, audit: ChainAudit) -> None:
    for line in _lines(data):
        audit.cover(line.decode("ascii"))
    if audit.uncovered():
        raise ProofError(f"{audit.uncovered()} events are signed by no kiosk")
    if audit.missing():
        raise ProofError("speaks of another number of events than the log holds")


def _lines(data: bytes) -> list[bytes]:
    if data and not data.endswith(b"\n"):
        raise EncodingError("does not end with a line feed")
    return data[:-1].split(b"\n") if data else []
