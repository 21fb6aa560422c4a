"""Writes the golden vectors of the protocol: ``python -m tests.vectors.make_vectors``.

Everything is made from the fixed keys, ids and randomness of ``sample``; the drift test makes the same values anew
and compares. A stored batch is kept as long as it opens to the sample's events, for zstd's output may differ from
version to version while what it holds does not.
"""

import json
import sys
from collections.abc import Callable, Mapping

from sync.protocol import audit, codes, enrolment, exact_json, jws, keyspage, receipt
from sync.protocol.batch import manifest_hash
from sync.protocol.checkpoint import Checkpoint, key_hash, sign_checkpoint
from sync.protocol.commitments import Part, SealedBody, commitment
from sync.protocol.events import HEADER_DOMAIN, genesis_hash
from sync.protocol.fork_proof import encode_proof
from sync.protocol.identifiers import sha256_hex
from sync.protocol.keys import base64url, public_text, thumbprint
from sync.signable_request import SignableRequest
from sync.signed_requests import sign_request
from tests.vectors import forked, inked, mustered, pages, recorded, rotated, sample, sealed, snapshots, witnessed
from tests.vectors.stored import FOLDER, stored_muster, stored_object, stored_snapshot, stored_wire

Vector = dict[str, object]

BUILD_SERVER_NONCE, BUILD_KIOSK_NONCE = "22" * 32, "11" * 32


def build_all(
    stored_wire: bytes | None,
    stored_object: bytes | None = None,
    stored_muster: bytes | None = None,
    stored_snapshot: tuple[str, ...] = (),
) -> dict[str, Vector]:
    """Every vector by name. ``stored_...``: what holds zstd and is kept from before, if there is."""
    wire = sample.sample_wire(stored_wire)
    makers: dict[str, Callable[[], Vector]] = {
        "keys": _keys,
        "event": _event,
        "chain": _chain,
        "batch": lambda: _batch(wire),
        "receipt": lambda: _receipt(wire),
        "keys-page": _keys_page,
        "feed-page": lambda: _page(pages.feed_page()),
        "feed-changes": pages.feed_changes,
        "configuration-logo": lambda: _page(pages.configuration_logo()),
        "agreed-before": lambda: _page(pages.agreed_before()),
        "command": lambda: _page(pages.command()),
        "matching": pages.matching,
        "audit-entries": _audit_entries,
        "checkpoint": _checkpoint,
        "enrolment": _enrolment,
        "badge-code": _badge_code,
        "request": _request,
        "archive": lambda: _archive(wire),
        "epoch-start": _epoch_start,
        "fork-proof": lambda: {"proof": encode_proof(forked.sample_fork_proof(wire)).decode()},
        "object": lambda: sealed.object_vector(stored_object),
        "log-witness": witnessed.vector,
        "root-move": rotated.move_vector,
        "trust-files": rotated.files_vector,
        "repeated-act": recorded.repeated_act,
        "command-answered": recorded.command_answered,
        "badge-ledger": recorded.badge_ledger,
        "desk-departure": recorded.desk_departure,
        "closed-stay": recorded.closed_stay,
        "invited-and-held": recorded.invited_and_held,
        "reception-called": recorded.reception_called,
        "signed-consent": inked.signed_consent,
        "copied-consent": inked.copied_consent,
        "conditional-types": inked.conditional_types,
        "muster-batch": lambda: mustered.muster_vector(wire, stored_muster),
        "muster-snapshot": lambda: snapshots.snapshot_vector(stored_snapshot),
    }
    return {name: make() for name, make in makers.items()}


def as_text(vector: Mapping[str, object]) -> str:
    """How a vector is stored."""
    return json.dumps(vector, indent=2, ensure_ascii=False) + "\n"


def _sealed(part: Part, body: SealedBody) -> Vector:
    return {
        "domain_hex": part.value.hex(),
        "salt_hex": body.salt,
        "body": body.bytes().decode(),
        "commitment": commitment(part, body),
    }


def _signed(text: str) -> Vector:
    payload = jws.read_unverified_payload(text, what="a vector")
    return {"payload": payload.decode(), "jws": text}


def _keys() -> Vector:
    names = {"kiosk epoch 1": sample.EPOCH_KEY, "kiosk epoch 2": forked.NEXT_KEY, "root": sample.ROOT_KEY}
    names |= {use.value: sample.key_of(use.value) for use in keyspage.KeyUse}
    return {
        name: {
            "seed_hex": key.private_bytes_raw().hex(),
            "public": public_text(key.public_key()),
            "thumbprint": thumbprint(key.public_key()),
        }
        for name, key in names.items()
    }


def _event() -> Vector:
    event = sample.three_events()[0]
    assert event.muster is not None
    assert event.full is not None
    return {
        "header": event.raw_header.decode(),
        "header_domain_hex": HEADER_DOMAIN.hex(),
        "header_hash": event.hash,
        "genesis_hash": genesis_hash(sample.EPOCH),
        "muster": _sealed(Part.MUSTER, event.muster),
        "full": _sealed(Part.FULL, event.full),
    }


def _chain() -> Vector:
    return {
        "events": [
            {"lines": event.line().decode().split("\n"), "header_hash": event.hash} for event in sample.three_events()
        ]
    }


def _batch(wire: bytes) -> Vector:
    signed = sample.manifest_of(wire)
    return {
        "audience": sample.AUDIENCE,
        "manifest": _signed(signed),
        "manifest_hash": manifest_hash(signed),
        "lines_sha256": sha256_hex(wire.partition(b"\n")[2]),
        "wire_hex": wire.hex(),
    }


def sample_receipt(wire: bytes) -> receipt.Receipt:
    """The receipt of the sample's batch."""
    return receipt.Receipt(
        v=1,
        aud=sample.AUDIENCE,
        kiosk=sample.KIOSK,
        epoch=sample.EPOCH,
        accepted=3,
        durable=0,
        head=sample.three_events()[-1].hash,
        manifest=manifest_hash(sample.manifest_of(wire)),
        quarantined=(sample.three_events()[1].header.id,),
        at_ms=sample.NOW_MS + 5000,
        checkpoint=sample_note(),
    )


def _receipt(wire: bytes) -> Vector:
    return _signed(receipt.sign_receipt(sample_receipt(wire), sample.key_of("receipt")))


def _keys_page() -> Vector:
    signed = keyspage.sign_keys_page(sample.sample_keys_page(), sample.ROOT_KEY)
    return {**_signed(signed), "page_hash": keyspage.page_hash(signed)}


def _page(vector: Vector) -> Vector:
    """With the payload beside the signed text."""
    return {**_signed(str(vector["jws"])), **vector}


def _audit_entries() -> Vector:
    raw, body = sample.admin_entry()
    leaves = sample.sample_leaves()
    return {
        "admin_header": raw.decode(),
        "admin_header_hash": audit.admin_header_hash(raw),
        "admin_body": _sealed(Part.ADMIN, body),
        "entries": [
            {
                "type": leaf.type.value,
                "hash": leaf.hash,
                "leaf_hash_hex": audit.entry_leaf(leaf.type, leaf.hash).hex(),
            }
            for leaf in leaves
        ],
        "root_hex": sample.log_root(leaves).hex(),
    }


def sample_note() -> str:
    """The checkpoint of the sample's log."""
    leaves = sample.sample_leaves()
    checkpoint = Checkpoint(sample.LOG, len(leaves), sample.log_root(leaves))
    return sign_checkpoint(checkpoint, sample.key_of("log"))


def _checkpoint() -> Vector:
    key = sample.key_of("log").public_key()
    return {"origin": sample.LOG, "key_hash_hex": key_hash(sample.LOG, key).hex(), "note": sample_note()}


def _enrolment() -> Vector:
    code = enrolment.EnrolmentCode(bytes(range(16)))
    transcript = enrolment.Transcript(
        code=code.id,
        kiosk_nonce=BUILD_KIOSK_NONCE,
        server_nonce=BUILD_SERVER_NONCE,
        key=public_text(sample.EPOCH_KEY.public_key()),
        origin=sample.ORIGIN,
        tenant=sample.TENANT,
        site=sample.SITE,
        kiosk=sample.KIOSK,
        root=public_text(sample.ROOT_KEY.public_key()),
    )
    return {
        "secret_hex": code.secret.hex(),
        "typed": code.typed(),
        "code_id": code.id,
        "verifier_hex": code.verifier.hex(),
        "transcript_hex": transcript.bytes().hex(),
        "server_mac": enrolment.server_mac(code.verifier, transcript),
        "kiosk_mac": enrolment.kiosk_mac(code.verifier, transcript),
        "signature": base64url(enrolment.prove_possession(transcript, sample.EPOCH_KEY)),
    }


def _badge_code() -> Vector:
    expires_s = sample.NOW_MS // 1000 + 43_200
    text = codes.sign_code(
        codes.Purpose.DEPARTURE, sample.STAY, tenant=sample.TENANT, expires_s=expires_s, key=sample.EPOCH_KEY
    )
    code = codes.read_code(text)
    return {
        "stay": str(sample.STAY),
        "expires_s": expires_s,
        "signed_bytes_hex": code.signed_bytes().hex(),
        "signature_hex": code.signature.hex(),
        "text": text,
        "readable": codes.readable_code(sample.STAY),
    }


def _request() -> Vector:
    request = SignableRequest("POST", f"{sample.ORIGIN}/device/v1/events", b"a batch")
    sign_request(
        request,
        key=sample.EPOCH_KEY,
        audience=sample.AUDIENCE,
        nonce="c2VydmVyIG5vbmNl",
        created_s=sample.NOW_MS // 1000,
    )
    headers = {name.lower(): value for name, value in request.headers.items()}
    parameters = headers["signature-input"].partition("=")[2]
    base = (
        '"@method": POST\n"@path": /device/v1/events\n"@query": ?\n'
        f'"lodge-audience": {sample.AUDIENCE}\n'
        f'"content-digest": {headers["content-digest"]}\n'
        f'"@signature-params": {parameters}'
    )
    return {"method": "POST", "url": request.url, "body": "a batch", "headers": headers, "signature_base": base}


def _archive(wire: bytes) -> Vector:
    return {name: data.decode() for name, data in sorted(sample.sample_archive(wire).items())}


def _epoch_start() -> Vector:
    start = forked.sample_epoch_start()
    message = exact_json.encode(start).decode()
    return {"message": message, "certified": _signed(start.certified), "accepted": _signed(start.accepted)}


def main() -> None:
    """Write every vector."""
    FOLDER.mkdir(exist_ok=True)
    for name, vector in build_all(stored_wire(), stored_object(), stored_muster(), stored_snapshot()).items():
        (FOLDER / f"{name}.json").write_text(as_text(vector), encoding="utf-8")
    sys.stdout.write(f"written to {FOLDER}\n")


if __name__ == "__main__":
    main()
