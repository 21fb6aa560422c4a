"""The bytes of version 1 do not drift: made anew, they equal the stored vectors; stored, they still open."""

import hashlib
import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sync.protocol import codes, exact_json, jws
from sync.protocol.archive import verify_archive
from sync.protocol.audit import read_entry
from sync.protocol.batch import TYP, Manifest, open_batch, seal_batch
from sync.protocol.checkpoint import open_checkpoint
from sync.protocol.errors import EncodingError
from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import (
    MOST_PICTURE_BYTES,
    Configuration,
    Hosts,
    Invitations,
    PageKind,
    apply_changes,
    open_head,
    page_hash,
    read_content,
    require_content,
)
from sync.protocol.feed.orders import open_command
from sync.protocol.keys import private_key
from sync.protocol.keyspage import open_keys_page
from sync.protocol.matching import match_tokens
from sync.protocol.muster import open_muster_batch
from sync.protocol.muster_exchange import MusterAnswer, MusterQuestion
from sync.protocol.receipt import open_receipt
from sync.signable_request import SignableRequest
from sync.signed_requests import verify_request
from tests.vectors import mustered, sample
from tests.vectors.make_vectors import as_text, build_all
from tests.vectors.stored import FOLDER, stored_wire

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


def stored(name: str) -> dict[str, Any]:
    """A vector as it was frozen."""
    value: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_bytes())
    return value


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, object]]:
    """All vectors made anew, around the stored batch."""
    return build_all(
        bytes.fromhex(stored("batch")["wire_hex"]),
        bytes.fromhex(stored("object")["sealed_hex"]),
        bytes.fromhex(stored("muster-batch")["wire_hex"]),
        tuple(stored("muster-snapshot")["codes"]),
    )


def test_there_is_a_stored_vector_for_each_format(made: dict[str, dict[str, object]]) -> None:
    assert sorted(made) == NAMES
    assert len(NAMES) == 36


@pytest.mark.parametrize("name", NAMES)
def test_what_is_made_today_equals_what_was_frozen(name: str, made: dict[str, dict[str, object]]) -> None:
    assert as_text(made[name]) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_the_frozen_batch_opens_to_the_frozen_chain() -> None:
    """Whatever zstd made it: old batches stay readable."""
    wire = bytes.fromhex(stored("batch")["wire_hex"])
    assert stored_wire() == wire
    opened = open_batch(wire, sample.EXPECTED)
    assert [event.line().decode().split("\n") for event in opened.events] == [
        event["lines"] for event in stored("chain")["events"]
    ]
    assert [head.hash for head in opened.heads] == [event["header_hash"] for event in stored("chain")["events"]]


def test_a_batch_sealed_today_differs_from_the_frozen_one_in_its_compression_at_most() -> None:
    frozen = exact_json.decode(stored("batch")["manifest"]["payload"].encode(), Manifest, what="a manifest")
    wire = seal_batch(
        sample.three_events(), key=sample.EPOCH_KEY, audience=sample.AUDIENCE, hlc=sample.three_events()[-1].header.hlc
    )
    manifest = open_batch(wire, sample.EXPECTED).manifest
    assert msgspec.structs.replace(manifest, lines=frozen.lines) == frozen


def test_the_frozen_manifest_is_what_its_payload_signs_to() -> None:
    manifest = stored("batch")["manifest"]
    assert jws.sign(manifest["payload"].encode(), typ=TYP, key=sample.EPOCH_KEY) == manifest["jws"]


def test_frozen_pages_and_receipts_open() -> None:
    page = open_keys_page(stored("keys-page")["jws"], root=sample.ROOT_KEY.public_key(), tenant=sample.TENANT)
    assert len(page.keys) == 5
    head = open_head(
        stored("feed-page")["jws"],
        key=sample.key_of("feed").public_key(),
        tenant=sample.TENANT,
        site=sample.SITE,
    )
    raw = stored("feed-page")["content"].encode()
    require_content(head, raw)
    assert sample.HOST in [host.id for host in read_content(PageKind.HOSTS, raw, Hosts).hosts]
    receipt = open_receipt(
        stored("receipt")["jws"],
        key=sample.key_of("receipt").public_key(),
        audience=sample.AUDIENCE,
        kiosk=sample.KIOSK,
        epoch=sample.EPOCH,
    )
    assert receipt.checkpoint == stored("checkpoint")["note"]


def test_the_frozen_checkpoint_entries_and_archive_verify() -> None:
    note = open_checkpoint(stored("checkpoint")["note"], origin=sample.LOG, key=sample.key_of("log").public_key())
    assert note.root.hex() == stored("audit-entries")["root_hex"]
    members = {name: text.encode() for name, text in stored("archive").items()}
    assert verify_archive(members).root_hash == note.root.hex()
    hashes = [read_entry(line).hash for line in members["entries.jsonl"].splitlines()]
    assert hashes == [entry["hash"] for entry in stored("audit-entries")["entries"]]


def test_the_frozen_badge_code_is_checked() -> None:
    code = codes.read_code(stored("badge-code")["text"])
    codes.check_code(code, key=sample.EPOCH_KEY.public_key(), tenant=sample.TENANT)


def test_the_frozen_request_verifies_and_signs_the_frozen_base() -> None:
    """RFC 9421 section 2.5, checked with nothing but the signature base as text."""
    vector = stored("request")
    request = SignableRequest(vector["method"], vector["url"], vector["body"].encode(), vector["headers"])
    verify_request(request, key=sample.EPOCH_KEY.public_key(), audience=sample.AUDIENCE)
    signature = b64decode(vector["headers"]["signature"].removeprefix("lodge=:").removesuffix(":"))
    sample.EPOCH_KEY.public_key().verify(signature, vector["signature_base"].encode())


# From here on with the standard library alone: what docs/protocol.md says is enough to get these values.


def test_hashes_follow_from_the_specification_alone() -> None:
    event, chain = stored("event"), stored("chain")["events"]
    header = event["header"].encode()
    assert hashlib.sha256(b"lodge-header-v1\x00" + header).hexdigest() == event["header_hash"]
    epoch = json.loads(header)["epoch"].encode()
    assert hashlib.sha256(b"lodge-genesis-v1\x00" + epoch).hexdigest() == json.loads(header)["prev"]
    for before, after in pairwise(chain):
        assert json.loads(after["lines"][0])["prev"] == before["header_hash"]
    for part, domain in (("muster", b"lodge-body-muster-v1\x00"), ("full", b"lodge-body-full-v1\x00")):
        salt, body = bytes.fromhex(event[part]["salt_hex"]), event[part]["body"].encode()
        data = domain + (32).to_bytes(8, "big") + salt + len(body).to_bytes(8, "big") + body
        assert hashlib.sha256(data).hexdigest() == json.loads(header)[part]


def test_enrolment_proofs_follow_from_the_specification_alone() -> None:
    """HKDF (RFC 5869) with an empty salt, one block, then HMAC over label and transcript."""
    vector = stored("enrolment")
    secret, transcript = bytes.fromhex(vector["secret_hex"]), bytes.fromhex(vector["transcript_hex"])
    extracted = hmac.new(bytes(32), secret, "sha256").digest()
    verifier = hmac.new(extracted, b"lodge-enrolment-v1\x01", "sha256").digest()
    assert verifier.hex() == vector["verifier_hex"]
    assert hashlib.sha256(b"lodge-enrolment-id-v1\x00" + secret).hexdigest()[:16] == vector["code_id"]
    for side in ("server", "kiosk"):
        label = f"lodge-enrolment-{side}-v1\x00".encode()
        assert hmac.new(verifier, label + transcript, "sha256").hexdigest() == vector[f"{side}_mac"]


def test_leaves_and_root_follow_from_the_specification_alone() -> None:
    entries = stored("audit-entries")
    leaves = []
    for entry in entries["entries"]:
        data = f"lodge-leaf-{entry['type']}-v1\x00".encode() + bytes.fromhex(entry["hash"])
        leaves.append(hashlib.sha256(b"\x00" + data).digest())
        assert leaves[-1].hex() == entry["leaf_hash_hex"]
    left, right = (hashlib.sha256(b"\x01" + leaves[at] + leaves[at + 1]).digest() for at in (0, 2))
    assert hashlib.sha256(b"\x01" + left + right).hexdigest() == entries["root_hex"]
    assert (
        hashlib.sha256(b"lodge-admin-header-v1\x00" + entries["admin_header"].encode()).hexdigest()
        == (entries["admin_header_hash"])
    )


def test_frozen_changes_lead_to_the_content_that_was_signed() -> None:
    first, second = stored("feed-page"), stored("feed-changes")
    answer = exact_json.decode(second["answer"].encode(), FeedAnswer, what="an answer")
    (sent,) = answer.pages
    key = sample.key_of("feed").public_key()
    head = open_head(sent.head, key=key, tenant=sample.TENANT, site=sample.SITE)
    assert sent.changes is not None
    raw = apply_changes(PageKind.HOSTS, first["content"].encode(), sent.changes)
    require_content(head, raw)
    assert raw.decode() == second["content"]
    assert head.previous == page_hash(first["jws"])
    assert hashlib.sha256(raw).hexdigest() == head.sha256


def test_a_frozen_page_with_a_logo_is_the_page_without_it_and_one_member_more() -> None:
    """ADR 91: who has no logo has the bytes that there were before, and readers of before leave it out."""
    vector = stored("configuration-logo")
    raw, key = vector["content"].encode(), sample.key_of("feed").public_key()
    require_content(open_head(vector["jws"], key=key, tenant=sample.TENANT, site=sample.SITE), raw)
    png = urlsafe_b64encode(bytes.fromhex(vector["png_hex"])).decode().rstrip("=")
    assert vector["content"] == f'{vector["without"][:-1]},"logo":"{png}"}}'
    assert read_content(PageKind.CONFIGURATION, raw, Configuration).logo == png
    assert read_content(PageKind.CONFIGURATION, vector["without"].encode(), Configuration).logo is msgspec.UNSET
    longest = vector["content"].replace(png, "A" * 65_536).encode()
    assert read_content(PageKind.CONFIGURATION, longest, Configuration).logo == "A" * (MOST_PICTURE_BYTES * 4 // 3)
    with pytest.raises(EncodingError):
        read_content(PageKind.CONFIGURATION, longest.replace(b"AA", b"AAA", 1), Configuration)


def test_a_frozen_invitation_of_somebody_who_agreed_before_is_that_without_and_one_member_more() -> None:
    """ADR 98: who has agreed to nothing has the bytes that there were before, and readers of before leave it out."""
    vector = stored("agreed-before")
    raw, key = vector["content"].encode(), sample.key_of("feed").public_key()
    require_content(open_head(vector["jws"], key=key, tenant=sample.TENANT, site=sample.SITE), raw)
    digest = stored("feed-page")["document"]["sha256"]
    agreed = f'[{{"document":"site-rules","sha256":"{digest}","at_ms":{sample.NOW_MS},"signed":true,"right":2}}]'
    assert vector["content"] == f'{vector["without"][:-3]},"agreed":{agreed}}}]}}'
    (later,), (before,) = (
        read_content(PageKind.INVITATIONS, text.encode(), Invitations).invitations
        for text in (vector["content"], vector["without"])
    )
    assert (before.agreed, msgspec.structs.replace(later, agreed=msgspec.UNSET)) == (msgspec.UNSET, before)


def test_a_frozen_command_opens_under_the_command_key_alone() -> None:
    key = sample.key_of("command").public_key()
    command = open_command(stored("command")["jws"], key=key, tenant=sample.TENANT, site=sample.SITE)
    assert (command.order, command.kiosk) == ("wipe", sample.KIOSK)


def test_frozen_tokens_follow_from_the_specification_alone() -> None:
    for case in stored("matching")["cases"]:
        key = bytes.fromhex(stored("matching")["key_hex"])
        by_hand = sorted(
            hmac.new(key, b"lodge-match-v1\0" + f"{case['field']}\0{word}".encode(), "sha256").hexdigest()[:32]
            for word in set(case["words"])
        )
        assert list(match_tokens(key, case["field"], case["text"])) == by_hand == case["tokens"]


def test_jws_and_thumbprints_follow_from_the_specification_alone() -> None:
    for name, signer in (("receipt", "receipt"), ("keys-page", "root"), ("feed-page", "feed"), ("command", "command")):
        message, _, signature = stored(name)["jws"].rpartition(".")
        key = stored("keys")[signer]
        header = json.loads(b64decode(message.partition(".")[0] + "==", altchars=b"-_"))
        assert header["kid"] == key["thumbprint"]
        jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{key["public"]}"}}'.encode()
        assert hashlib.sha256(jwk).digest() == b64decode(key["thumbprint"] + "=", altchars=b"-_")
        private_key(bytes.fromhex(key["seed_hex"])).public_key().verify(
            b64decode(signature + "==", altchars=b"-_"), message.encode()
        )


def test_the_drift_test_can_fail(tmp_path: Path, made: dict[str, dict[str, object]]) -> None:
    changed = {**made["event"], "header_hash": "0" * 64}
    path = tmp_path / "event.json"
    path.write_text(as_text(changed), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != (FOLDER / "event.json").read_text(encoding="utf-8")


def test_the_frozen_muster_batch_opens_to_its_lines_and_its_messages_read_back() -> None:
    """Whatever zstd made it: what one kiosk keeps of another stays readable."""
    vector = stored("muster-batch")
    opened = open_muster_batch(bytes.fromhex(vector["wire_hex"]), mustered.SOURCE)
    assert [line for event in opened.events for line in event.line().decode().split("\n")[:2]] == vector["lines"]
    question, answer = (vector[name].encode() for name in ("question", "answer"))
    assert exact_json.encode(exact_json.decode(question, MusterQuestion, what="question")) == question
    told = exact_json.decode(answer, MusterAnswer, what="answer")
    assert told.batches[0].wire == bytes.fromhex(vector["wire_hex"])
    assert (told.batches[0].quarantined, told.batches[0].flagged) == ((2,), (3,))
    digest = hashlib.sha256(b"lodge-present-v1\0" + b"".join(sorted(UUID(stay).bytes for stay in vector["stays"])))
    assert vector["present_digest"] == digest.hexdigest()
