"""Codes that people type or hold before a camera, and the proofs exchanged at enrolment (C24, C33)."""

from dataclasses import asdict, fields, replace
from uuid import UUID

import msgspec
import pytest

from sync.protocol import base45, enrolment, exact_json
from sync.protocol.codes import MAX_SIGNS, Purpose, check_code, read_code, readable_code, sign_code
from sync.protocol.enrolment import EnrolmentCode, StartRequest, Transcript, parse_code
from sync.protocol.errors import CodeError, ProtocolError, SignatureError
from sync.protocol.keys import public_text
from tests.vectors.sample import (
    EPOCH_KEY,
    KIOSK,
    NOW_MS,
    ORIGIN,
    OTHER_TENANT,
    ROOT_KEY,
    SITE,
    STAY,
    TENANT,
    key_of,
)

CODE = EnrolmentCode(bytes(range(16)))
EXPIRES_S = NOW_MS // 1000 + 3600
BADGE = sign_code(Purpose.DEPARTURE, STAY, tenant=TENANT, expires_s=EXPIRES_S, key=EPOCH_KEY)
TRANSCRIPT = Transcript(
    code=CODE.id,
    kiosk_nonce="01" * 32,
    server_nonce="02" * 32,
    key=public_text(EPOCH_KEY.public_key()),
    origin=ORIGIN,
    tenant=TENANT,
    site=SITE,
    kiosk=KIOSK,
    root=public_text(ROOT_KEY.public_key()),
)


def test_a_typed_code_is_read_however_people_write_it() -> None:
    typed = CODE.typed()
    assert len(typed.replace("-", "")) == 27
    for text in (typed, typed.lower(), typed.replace("-", " "), typed.replace("-", ""), f"  {typed}\t"):
        assert parse_code(text).secret == CODE.secret
    assert parse_code(typed.replace("0", "O").replace("1", "l")).secret == CODE.secret


def test_every_single_misread_sign_and_every_swap_of_neighbours_is_noticed() -> None:
    """C24: Crockford's check symbol catches both."""
    typed = CODE.typed().replace("-", "")
    wrong = [
        typed[:at] + other + typed[at + 1 :]
        for at in range(len(typed))
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
        if other != typed[at]
    ]
    swapped = [typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(len(typed) - 1)]
    for text in wrong + [item for item in swapped if item != typed]:
        with pytest.raises(CodeError):
            parse_code(text)


@pytest.mark.parametrize("text", ["", "A", "Z" * 27, "0" * 28, "é" * 27, "\ud800" * 27, "0" * 26 + "\x00", "٣" * 27])
def test_what_is_no_enrolment_code_is_refused(text: str) -> None:
    with pytest.raises(CodeError):
        parse_code(text)


def test_neither_the_id_nor_the_printed_object_tells_the_secret() -> None:
    assert CODE.secret.hex() not in CODE.id
    assert "secret" not in repr(CODE)
    assert str(CODE.secret) not in repr(CODE)


def test_each_side_proves_itself_and_neither_proof_serves_for_the_other() -> None:
    """A man in the middle cannot hand the kiosk its own proof back."""
    server = enrolment.server_mac(CODE.verifier, TRANSCRIPT)
    kiosk = enrolment.kiosk_mac(CODE.verifier, TRANSCRIPT)
    assert server != kiosk
    assert enrolment.same_mac(server, enrolment.server_mac(CODE.verifier, TRANSCRIPT))
    assert not enrolment.same_mac(server, kiosk)
    assert not enrolment.same_mac("é\ud800", kiosk)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": EnrolmentCode(bytes(16)).id},
        {"kiosk_nonce": "03" * 32},
        {"server_nonce": "01" * 32},
        {"key": public_text(key_of("attacker").public_key())},
        {"root": public_text(key_of("attacker").public_key())},
        {"origin": "https://lodge.example.net"},
        {"tenant": OTHER_TENANT},
        {"site": KIOSK},
        {"kiosk": SITE},
        {"kiosk_nonce": "02" * 32, "server_nonce": "01" * 32},
    ],
)
def test_whatever_differs_between_the_two_sides_spoils_every_proof(changes: dict[str, str | UUID]) -> None:
    """Substituting the kiosk's key or the organisation's root is noticed by both."""
    other = Transcript(**{**asdict(TRANSCRIPT), **changes})
    for prove in (enrolment.server_mac, enrolment.kiosk_mac):
        assert prove(CODE.verifier, other) != prove(CODE.verifier, TRANSCRIPT)
    if other.key == TRANSCRIPT.key:
        with pytest.raises(SignatureError):
            enrolment.check_possession(other, enrolment.prove_possession(TRANSCRIPT, EPOCH_KEY))


def test_another_secret_gives_another_proof() -> None:
    guessed = EnrolmentCode(bytes(15) + b"\x01")
    assert enrolment.kiosk_mac(guessed.verifier, TRANSCRIPT) != enrolment.kiosk_mac(CODE.verifier, TRANSCRIPT)


def test_no_field_can_run_into_the_next_one_in_the_transcript() -> None:
    moved = replace(TRANSCRIPT, origin=TRANSCRIPT.origin + "x")
    assert len(moved.bytes()) == len(TRANSCRIPT.bytes()) + 1
    assert len(TRANSCRIPT.bytes()) == 9 * 4 + 8 + 32 + 32 + 32 + len(ORIGIN) + 3 * 16 + 32
    assert len(fields(TRANSCRIPT)) == 9


def test_possession_is_proved_by_the_key_in_the_transcript_alone() -> None:
    enrolment.check_possession(TRANSCRIPT, enrolment.prove_possession(TRANSCRIPT, EPOCH_KEY))
    for signature in (enrolment.prove_possession(TRANSCRIPT, key_of("attacker")), b"", bytes(64)):
        with pytest.raises(SignatureError):
            enrolment.check_possession(TRANSCRIPT, signature)
    with pytest.raises(ProtocolError):
        enrolment.check_possession(replace(TRANSCRIPT, key="A" * 43), bytes(64))


@pytest.mark.parametrize(
    "changes", [{"code": "0" * 16 + "\n"}, {"nonce": "0" * 63}, {"key": "A" * 44}, {"v": 2}, {"nonce": "0" * 64 + "\n"}]
)
def test_a_start_message_out_of_its_bounds_is_refused(changes: dict[str, object]) -> None:
    start = StartRequest(v=1, code=CODE.id, nonce="01" * 32, key=TRANSCRIPT.key)
    assert exact_json.read(exact_json.encode(start), StartRequest, what="start") == start
    bad = msgspec.structs.replace(start, **changes)
    with pytest.raises(ProtocolError):
        exact_json.read(exact_json.encode(bad), StartRequest, what="start")


def test_a_badge_code_is_read_and_checked_for_its_organisation() -> None:
    code = read_code(BADGE)
    check_code(code, key=EPOCH_KEY.public_key(), tenant=TENANT)
    assert (code.purpose, code.subject, code.expires_s) == (Purpose.DEPARTURE, STAY, EXPIRES_S)
    assert len(BADGE) == 141 <= MAX_SIGNS


def test_c33_a_badge_code_of_another_organisation_or_key_is_refused() -> None:
    """C33."""
    code = read_code(BADGE)
    with pytest.raises(CodeError):
        check_code(code, key=EPOCH_KEY.public_key(), tenant=OTHER_TENANT)
    with pytest.raises(CodeError):
        check_code(code, key=key_of("another kiosk").public_key(), tenant=TENANT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.org/",
        "HTTPS://EXAMPLE.ORG/",
        "\x00\x1b[2J",
        "A" * 161,
        "A" * 1_000_000,
        BADGE[:-1],
        BADGE + "0",
        BADGE + "00",
        BADGE.lower(),
        BADGE + "\n",
        base45.encode(b"\x02" + base45.decode(BADGE)[1:]),
        base45.encode(b"\x01\x03" + base45.decode(BADGE)[2:]),
        base45.encode(base45.decode(BADGE)[:-1]),
        "\u202eABC",
        "😀",
    ],
)
def test_c33_a_scanned_text_that_is_no_code_of_ours_is_refused_kindly(text: str) -> None:
    """C33: the message is fit for a visitor and repeats nothing of what was scanned."""
    with pytest.raises(CodeError) as refusal:
        read_code(text)
    assert "code" in str(refusal.value)
    assert not text or text not in str(refusal.value)


def test_every_flipped_bit_of_a_badge_code_is_refused() -> None:
    """C33."""
    data = base45.decode(BADGE)
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CodeError):
            check_code(read_code(base45.encode(bytes(changed))), key=EPOCH_KEY.public_key(), tenant=TENANT)


def test_the_readable_code_is_eight_signs_that_depend_on_the_stay() -> None:
    assert len(readable_code(STAY)) == 8
    assert readable_code(STAY) != readable_code(KIOSK)


def test_a_badge_code_that_names_another_key_than_signed_it_is_refused() -> None:
    """C33: a reader that looked the key up and one that knows it agree."""
    message = base45.decode(BADGE)[:2] + bytes(8) + base45.decode(BADGE)[10:30]
    signature = EPOCH_KEY.sign(b"lodge-code-v1\x00" + TENANT.bytes + message)
    with pytest.raises(CodeError):
        check_code(read_code(base45.encode(message + signature)), key=EPOCH_KEY.public_key(), tenant=TENANT)
