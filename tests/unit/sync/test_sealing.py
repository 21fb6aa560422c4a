"""Sealed objects open for the organisation alone, whole and in their place; and only true receipts are believed."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol import exact_json
from sync.protocol.errors import EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.events import Event
from sync.protocol.keys import public_text
from sync.protocol.keyspage import SEALING, KeyEntry, KeyState, sealing_entry
from sync.protocol.kinds import ArrivedFull, ObjectReference
from sync.protocol.objects import (
    MAX_OBJECT_RECEIPT_BYTES,
    ObjectReceipt,
    ObjectStanding,
    open_object_receipt,
    sign_object_receipt,
)
from sync.protocol.sealing import (
    HEADER_BYTES,
    MAX_CONTENT_BYTES,
    MAX_OBJECT_BYTES,
    ObjectName,
    SealingKey,
    open_content,
    open_object_key,
    read_object,
    read_sealing_key,
    seal_object,
    sealing_kid,
    sealing_text,
)
from tests.vectors import sample, sealed

OTHER = UUID(int=5, version=4)


def opened(data: bytes, *, name: ObjectName = sealed.NAME, key: X25519PrivateKey | None = None) -> bytes:
    parts = read_object(data)
    own = open_object_key(parts, name=name, key=key or sealed.sealing_private())
    return open_content(parts.ciphertext, name=name, own=own)


@settings(max_examples=30, deadline=None)
@given(content=st.binary(min_size=1, max_size=2000))
def test_what_was_sealed_opens_and_is_nowhere_in_the_seal(content: bytes) -> None:
    data = seal_object(content, name=sealed.NAME, key=sealed.sealing_public(), entropy=secrets.token_bytes)
    assert opened(data) == content
    assert len(data) == HEADER_BYTES + len(content) + 16
    # The first bytes of every object are text that stands for its form.
    assert len(content) < 12 or content not in data[16:]


def test_the_same_content_is_sealed_differently_each_time() -> None:
    first, second = (
        seal_object(b"one face", name=sealed.NAME, key=sealed.sealing_public(), entropy=secrets.token_bytes)
        for _ in range(2)
    )
    assert first[:48] == second[:48]
    assert first[48:80] != second[48:80]
    assert first[HEADER_BYTES:] != second[HEADER_BYTES:]


def test_every_changed_byte_and_every_cut_is_refused() -> None:
    data = sealed.sample_sealed()
    for position in range(len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 0x01
        with pytest.raises(ProtocolError):
            opened(bytes(damaged))
    for cut in range(len(data)):
        with pytest.raises(ProtocolError):
            opened(data[:cut])
    with pytest.raises(ProtocolError):
        opened(data + b"x")


def test_a_seal_opens_for_no_other_key_organisation_or_id() -> None:
    data = sealed.sample_sealed()
    with pytest.raises(SignatureError, match="another key"):
        opened(data, key=X25519PrivateKey.generate())
    for name in (ObjectName(OTHER, sealed.OBJECT_ID), ObjectName(sample.TENANT, OTHER)):
        with pytest.raises(SignatureError):
            opened(data, name=name)


def test_content_that_is_moved_under_another_seal_does_not_open() -> None:
    """The server keeps content and key apart: neither opens with the other's of another object."""
    name = ObjectName(sample.TENANT, OTHER)
    other = seal_object(b"another face", name=name, key=sealed.sealing_public(), entropy=secrets.token_bytes)
    own = open_object_key(read_object(other), name=name, key=sealed.sealing_private())
    with pytest.raises(SignatureError):
        open_content(read_object(sealed.sample_sealed()).ciphertext, name=sealed.NAME, own=own)
    with pytest.raises(SignatureError):
        open_content(read_object(other).ciphertext, name=sealed.NAME, own=own)


@pytest.mark.parametrize("size", [0, MAX_CONTENT_BYTES + 1])
def test_c25_what_is_empty_or_too_large_is_not_sealed(size: int) -> None:
    """C25."""
    with pytest.raises(LimitError):
        seal_object(bytes(size), name=sealed.NAME, key=sealed.sealing_public(), entropy=secrets.token_bytes)


def test_c25_the_largest_object_is_read_and_one_byte_more_is_not() -> None:
    """C25."""
    largest = seal_object(
        bytes(MAX_CONTENT_BYTES), name=sealed.NAME, key=sealed.sealing_public(), entropy=secrets.token_bytes
    )
    assert len(largest) == MAX_OBJECT_BYTES
    assert opened(largest) == bytes(MAX_CONTENT_BYTES)
    with pytest.raises(LimitError):
        read_object(largest + b"x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A" * 43,
        "A" * 42,
        "A" * 44,
        "!" * 43,
        "B" * 1600,
        "AQ" + "A" * 41,
        "7P///////////////////////////////////////38",
    ],
    ids=["none", "zero", "short", "long", "no base64url", "a later form", "one", "minus one"],
)
def test_keys_that_keep_nothing_secret_or_have_another_form_are_refused(text: str) -> None:
    with pytest.raises(EncodingError):
        read_sealing_key(text)


def page_of(*entries: KeyEntry) -> SealingKey | None:
    return msgspec.structs.replace(sample.sample_keys_page(), keys=entries).sealing_key()


def test_a_kiosk_seals_to_the_current_key_of_a_form_that_it_knows() -> None:
    """C46: rotation; and a page with keys of a later form leaves the kiosk without photos, not without a page."""
    old, new = X25519PrivateKey.generate().public_key(), X25519PrivateKey.generate().public_key()
    found = page_of(sealing_entry(old, KeyState.RETIRED), sealing_entry(new))
    assert found is not None
    assert found.kid == sealing_kid(new)
    assert page_of() is None
    assert page_of(sealing_entry(old, KeyState.NEXT)) is None
    assert page_of(KeyEntry(use=SEALING, state=KeyState.CURRENT, kid=sealing_kid(old), public="B" * 1600)) is None
    assert (
        page_of(KeyEntry(use=SEALING, state=KeyState.CURRENT, kid=sealing_kid(old), public=sealing_text(new))) is None
    )


def receipt(**changes: object) -> str:
    reference = exact_json.read(
        str(sealed.object_vector(sealed.sample_sealed())["reference"]).encode(), ObjectReference, what="it"
    )
    made = msgspec.structs.replace(sealed.sample_object_receipt(reference), **changes)
    return sign_object_receipt(made, sample.key_of("receipt"))


def open_it(signed: str) -> ObjectReceipt:
    key = sample.key_of("receipt").public_key()
    return open_object_receipt(signed, key=key, audience=sample.AUDIENCE, kiosk=sample.KIOSK)


def test_a_receipt_is_read_back_as_it_was_signed() -> None:
    assert open_it(receipt()).standing == ObjectStanding.DURABLE
    erased = open_it(receipt(standing="erased", sha256=None))
    assert erased.sha256 is None
    assert open_it(receipt(standing="a_later_one")).standing == "a_later_one"


@pytest.mark.parametrize(
    "changes",
    [{"aud": "https://other.example.org x"}, {"kiosk": OTHER}, {"sha256": None}, {"standing": "Durable"}, {"v": 2}],
    ids=str,
)
def test_a_receipt_for_somebody_else_or_about_nothing_is_refused(changes: dict[str, object]) -> None:
    """C14."""
    with pytest.raises(ProtocolError):
        open_it(receipt(**changes))


def test_c16_a_receipt_by_another_key_or_changed_anywhere_is_refused() -> None:
    """C16."""
    signed = receipt()
    other = sample.key_of("feed")
    with pytest.raises(SignatureError):
        open_object_receipt(signed, key=other.public_key(), audience=sample.AUDIENCE, kiosk=sample.KIOSK)
    assert public_text(other.public_key()) != public_text(sample.key_of("receipt").public_key())
    for position in range(len(signed)):
        swapped = "A" if signed[position] != "A" else "B"
        with pytest.raises(ProtocolError):
            open_it(signed[:position] + swapped + signed[position + 1 :])
    with pytest.raises(LimitError):
        open_it("A" * (MAX_OBJECT_RECEIPT_BYTES + 1))


def arrival_event(full: dict[str, object]) -> Event:
    from tests.vectors.sample import ARRIVAL, make_chain  # noqa: PLC0415 -- beside its only use

    (event,) = make_chain(type(ARRIVAL)(ARRIVAL.kind, ARRIVAL.stay, ARRIVAL.muster, full))
    return event


PLAIN: dict[str, object] = {
    "type": "visitor",
    "language": "en",
    "host_id": None,
    "email": "",
    "phone": "",
    "answers": {},
}


def test_an_arrival_without_objects_is_the_bytes_that_it_always_was() -> None:
    body = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
    assert exact_json.encode(body) == exact_json.encode(PLAIN)


@pytest.mark.parametrize(
    ("objects", "sound"),
    [
        ([], True),
        (
            [{"id": str(OTHER), "kind": "hologram", "sha256": "0" * 64, "size": 10**12, "media": "x/y", "later": 1}],
            True,
        ),
        ([{"id": str(OTHER), "kind": "photo", "sha256": "0" * 64, "size": 0, "media": ""}], False),
        ([{"id": "x", "kind": "photo", "sha256": "0" * 64, "size": 1, "media": ""}], False),
        ([{"id": str(uuid4()), "kind": "photo", "sha256": "0" * 64, "size": 1, "media": ""}] * 9, False),
    ],
    ids=["none", "a later kind", "no size", "no id", "nine"],
)
def test_references_are_read_tolerantly_and_faulty_ones_are_a_body_fault(objects: object, *, sound: bool) -> None:
    """C13: what a later version names must not put an arrival into quarantine."""
    assert (arrival_event({**PLAIN, "objects": objects}).fault() is None) is sound
