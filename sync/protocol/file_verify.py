"""Verifies any one file of Lodge that an auditor may be handed, and accounts for it.

What a file is, it says itself (by its first bytes and members); whether it holds is never taken from it but from keys
that go back to a root key. Exports are read by ``sync.archive_file``, for they need a file.
"""

from collections import Counter
from dataclasses import dataclass

import msgspec

from sync.protocol import exact_json, jws
from sync.protocol.audit import AdminBody, EntryType, decode_admin_header, entry_leaf, read_entry
from sync.protocol.audit import entry_line as write_entry
from sync.protocol.batch import TYP as BATCH
from sync.protocol.batch import Manifest, manifest_hash, open_batch, read_manifest
from sync.protocol.errors import EncodingError, LimitError, ProofError, SignatureError
from sync.protocol.events import Event, Header, decode_header
from sync.protocol.fork_proof import ForkProof, verify_fork
from sync.protocol.keyring import Keyring, keyring_of_pages, keyring_of_trust
from sync.protocol.keyspage import TYP as KEYS_PAGE
from sync.protocol.keyspage import KeyUse
from sync.protocol.log_witness import (
    LogCheckpoint,
    WitnessEvidence,
    check_continues,
    contradict,
    open_log_checkpoint,
)
from sync.protocol.merkle import verify_inclusion
from sync.protocol.receipt import TYP as RECEIPT
from sync.protocol.receipt import Receipt, open_receipt
from sync.protocol.trust_files import CheckpointFile, ConsistencyFile, InclusionFile, KeyPages, TrustFile

MAX_FILE_BYTES = 64 * 1024 * 1024
_ERASED = "erased, commitment intact"
_JWS = b"eyJ"

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Account:
    """What was verified: what the file is, and the facts, by name and in order. ``keys`` where it brings keys along."""

    what: str
    facts: Facts
    keys: Keyring | None = None


def verify_file(raw: bytes, *, keys: Keyring | None, pinned_root: str | None) -> Account:
    """Verify a file that is no export. ``keys``: given beside it, for files that bring none.

    Raises:
        LimitError: larger than 64 MiB.
        ProtocolError: it does not hold, cannot be verified with these keys, or is nothing of ours.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise LimitError("is larger than anything of ours but an audit export")
    if keys is not None:
        keys.require_root(pinned_root)
    if raw.startswith(b"{"):
        return _verify_json(raw, keys, pinned_root)
    if raw.startswith(_JWS):
        return _verify_signed(raw, keys)
    return _verify_note(raw, keys)


def _verify_json(raw: bytes, keys: Keyring | None, pinned_root: str | None) -> Account:
    members = exact_json.read(raw, dict[str, msgspec.Raw], what="the file")
    if "what" in members:
        return _verify_trust_file(raw, pinned_root)
    if "branches" in members:
        return _account_of_fork(*verify_fork(raw))
    if "offered" in members:
        return _verify_evidence(exact_json.decode(raw, WitnessEvidence, what="a witness's evidence"), _need(keys))
    raise EncodingError("is JSON, but nothing that lodge-verify knows")


def _verify_trust_file(raw: bytes, pinned_root: str | None) -> Account:
    file: TrustFile = exact_json.decode(raw, TrustFile, what="the file")  # type: ignore[arg-type]  # a union of structs
    keys = keyring_of_pages(file) if isinstance(file, KeyPages) else keyring_of_trust(file.trust)
    keys.require_root(pinned_root)
    match file:
        case KeyPages():
            return Account("keys pages", _facts_of_keys(keys), keys)
        case CheckpointFile():
            return Account("checkpoint", _facts_of_log(keys, open_log_checkpoint(file.checkpoint, keys.newest)), keys)
        case InclusionFile():
            return _verify_inclusion(file, keys)
        case ConsistencyFile():
            first, second = (open_log_checkpoint(note, keys.newest) for note in (file.first, file.second))
            check_continues(first, second, file.hashes)
            facts = {**_facts_of_log(keys, second), "continues": first.place, "continues_root": _root(first)}
            return Account("consistency proof", facts, keys)


def _verify_inclusion(file: InclusionFile, keys: Keyring) -> Account:
    seen = open_log_checkpoint(file.checkpoint, keys.newest)
    raw = file.entry.raw_header
    line = write_entry(file.entry.type, raw, file.entry.hash, file.entry.body)
    entry = read_entry(line)
    verify_inclusion(
        leaf=entry_leaf(entry.type, entry.hash),
        index=file.index,
        size=seen.size,
        proof=[bytes.fromhex(value) for value in file.hashes],
        root=seen.checkpoint.root,
    )
    facts: Facts = {**_facts_of_log(keys, seen), "entry": file.index, "type": entry.type.value, "hash": entry.hash}
    if raw is None:
        facts["header"] = "erased, hash intact"
    elif entry.type is EntryType.DEVICE:
        header = decode_header(raw)
        facts |= {"kind": header.kind, "event": str(header.id), "kiosk": str(header.kiosk), "seq": header.seq}
    else:
        admin = decode_admin_header(raw)
        facts |= {"kind": admin.kind, "event": str(admin.id), "at_ms": admin.at_ms}
        facts["content"] = _ERASED if entry.body is None else _content(entry.body.bytes())
    return Account("inclusion proof", facts, keys)


def _verify_evidence(evidence: WitnessEvidence, keys: Keyring) -> Account:
    """That the log signed both checkpoints; whether they contradict one another follows from them alone."""
    if evidence.tenant != keys.tenant:
        raise SignatureError("is of another organisation than the keys")
    offered = open_log_checkpoint(evidence.offered, keys.newest)
    facts: Facts = {**_facts_of_log(keys, offered), "alarm": evidence.kind.value, "since_ms": evidence.since_ms}
    facts |= {"times": evidence.times, "held": None, "verdict": "no earlier checkpoint was held"}
    if evidence.held is not None:
        held = open_log_checkpoint(evidence.held, keys.newest)
        facts |= {"held": held.place, "held_root": _root(held), "verdict": _verdict(held, offered, evidence)}
    return Account("witness evidence", facts)


def _verdict(held: LogCheckpoint, offered: LogCheckpoint, evidence: WitnessEvidence) -> str:
    if contradict(held, offered):
        return "two histories: the log signed two trees of one size. This alone convicts it"
    if evidence.hashes is None:
        return "both checkpoints are the log's; ask it for a consistency proof between them"
    first, second = (offered, held) if offered.precedes(held) else (held, offered)
    try:
        check_continues(first, second, evidence.hashes)
    except ProofError:
        return "both checkpoints are the log's, and the proof that came with them does not hold; ask it for another"
    raise ProofError("the proof that is shown as failing holds: this is evidence of nothing")


def _verify_signed(raw: bytes, keys: Keyring | None) -> Account:
    manifest, feed, rest = raw.partition(b"\n")
    try:
        text = manifest.decode("ascii")
    except UnicodeDecodeError as error:
        raise EncodingError("is not a signed message of ours") from error
    typ = jws.read_header(text, what="the message").typ
    if typ == BATCH:
        return _verify_batch(raw, text, _need(keys)) if rest else _verify_manifest(text, _need(keys))
    if feed and rest:
        raise EncodingError("has something after the signed message")
    if typ == RECEIPT:
        return _verify_receipt(text, _need(keys))
    if typ == KEYS_PAGE:
        return _verify_keys_page(text, _need(keys))
    raise EncodingError("is a signed message of a kind that lodge-verify does not know")


def _verify_batch(wire: bytes, signed: str, keys: Keyring) -> Account:
    opened = open_batch(wire, keys.expect(*_signer_of_manifest(signed)))
    faults = [fault for fault in (event.fault() for event in opened.events) if fault is not None]
    facts: Facts = {
        **_facts_of_manifest(signed, opened.manifest),
        "kinds": dict(sorted(Counter(event.header.kind for event in opened.events).items())),
        "bodies": dict(sorted(Counter(body for event in opened.events for body in _bodies(event)).items())),
        "quarantined": faults,
    }
    return Account("batch", facts)


def _verify_manifest(signed: str, keys: Keyring) -> Account:
    manifest = read_manifest(signed, keys.expect(*_signer_of_manifest(signed)))
    return Account("manifest", _facts_of_manifest(signed, manifest))


def _verify_receipt(signed: str, keys: Keyring) -> Account:
    claimed = exact_json.decode(jws.read_unverified_payload(signed, what="a receipt"), Receipt, what="a receipt")
    if not claimed.aud.endswith(f" {keys.tenant}"):
        raise SignatureError("is of another organisation than the keys")
    key = keys.find(KeyUse.RECEIPT, jws.read_header(signed, what="a receipt").kid)
    receipt = open_receipt(signed, key=key, audience=claimed.aud, kiosk=claimed.kiosk, epoch=claimed.epoch)
    facts: Facts = {
        "organisation": str(keys.tenant),
        "kiosk": str(receipt.kiosk),
        "epoch": receipt.epoch,
        "accepted": receipt.accepted,
        "durable": receipt.durable,
        "head": receipt.head,
        "manifest": receipt.manifest,
        "quarantined": [str(event) for event in receipt.quarantined],
        "at_ms": receipt.at_ms,
    }
    if receipt.checkpoint is not None:
        facts["checkpoint"] = open_log_checkpoint(receipt.checkpoint, keys.newest).place
    return Account("receipt", facts)


def _verify_keys_page(signed: str, keys: Keyring) -> Account:
    for text, page in zip(keys.texts, keys.pages, strict=True):
        if text == signed:
            facts: Facts = {"organisation": str(keys.tenant), "version": page.version, "root": keys.roots[-1]}
            return Account("keys page", facts)
    raise SignatureError("is not one of the keys pages given")


def _verify_note(raw: bytes, keys: Keyring | None) -> Account:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EncodingError("is nothing that lodge-verify knows") from error
    if "\n— " not in text:
        raise EncodingError("is nothing that lodge-verify knows")
    known = _need(keys)
    return Account("checkpoint", _facts_of_log(known, open_log_checkpoint(text, known.newest)))


def _need(keys: Keyring | None) -> Keyring:
    if keys is None:
        raise SignatureError("brings no keys along: give --trust an audit export, or a file of lodge-cloud keys pages")
    return keys


def _signer_of_manifest(signed: str) -> tuple[str, str]:
    payload = jws.read_unverified_payload(signed, what="a manifest")
    return jws.read_header(signed, what="a manifest").kid, exact_json.decode(payload, Manifest, what="a manifest").aud


def _facts_of_manifest(signed: str, manifest: Manifest) -> Facts:
    return {
        "for": manifest.aud,
        "kiosk": str(manifest.kiosk),
        "epoch": manifest.epoch,
        "events": f"{manifest.first} to {manifest.last}",
        "head": manifest.head,
        "manifest": manifest_hash(signed),
    }


def _facts_of_log(keys: Keyring, seen: LogCheckpoint) -> Facts:
    return {
        "organisation": str(keys.tenant),
        "root": keys.roots[-1],
        "log": seen.checkpoint.origin,
        "generation": seen.generation,
        "entries": seen.size,
        "root_hash": _root(seen),
    }


def _facts_of_keys(keys: Keyring) -> Facts:
    first, newest = keys.pages[0], keys.newest
    listed = {entry.kid for entry in newest.keys}
    gone = {entry.kid: page.version for page in keys.pages for entry in page.keys if entry.kid not in listed}
    return {
        "organisation": str(keys.tenant),
        "roots": list(keys.roots),
        "pages": f"{first.version} to {newest.version}",
        "log": newest.log,
        "keys": [f"{entry.use} {entry.state} {entry.kid}" for entry in newest.keys],
        "withdrawn": [f"{kid} after page {version}" for kid, version in gone.items()],
        "tls": list(newest.tls),
    }


def _account_of_fork(proof: ForkProof, header: Header) -> Account:
    facts: Facts = {"kiosk": str(header.kiosk), "for": proof.aud, "seq": proof.seq}
    facts["verdict"] = "two histories: this kiosk's key signed both, from this number on"
    return Account("fork proof", facts)


def _bodies(event: Event) -> list[str]:
    return [_ERASED if body is None else "shown" for body in (event.muster, event.full)]


def _content(body: bytes) -> object:
    return msgspec.to_builtins(exact_json.read(body, AdminBody, what="a body"))


def _root(seen: LogCheckpoint) -> str:
    return seen.checkpoint.root.hex()
