"""One value, one text: JSON, hashes, clocks and identifiers in their only form."""

import json

import pytest

from sync.protocol import exact_json
from sync.protocol.chain import Act, Head, follow, link
from sync.protocol.commitments import Part, body_fault, commitment, matches, seal_body
from sync.protocol.errors import ChainError, EncodingError, LimitError
from sync.protocol.events import MAX_HEADER_BYTES, Header, decode_header, encode_header, header_hash
from sync.protocol.hlc import Hlc
from sync.protocol.identifiers import event_id, is_sha256_hex, is_thumbprint, stay_id
from tests.vectors.sample import (
    ARRIVAL,
    EPOCH,
    IDENTITY,
    NOW_MS,
    entropy_of,
    make_chain,
    stamp,
    three_events,
)

RAW = three_events()[0].raw_header


def changed(**members: object) -> bytes:
    """The sample header with members changed, encoded as JSON without spaces, in the same order."""
    return json.dumps({**json.loads(RAW), **members}, separators=(",", ":")).encode()


def test_the_sample_header_survives_a_foreign_encoder_so_the_changes_below_are_the_only_fault() -> None:
    assert changed() == RAW


@pytest.mark.parametrize(
    "raw",
    [
        RAW + b" ",
        b" " + RAW,
        RAW + b"\n",
        RAW.replace(b":1,", b": 1,", 1),
        RAW.replace(b'"seq":1', b'"seq":1.0'),
        RAW.replace(b'"seq":1', b'"seq":1e0'),
        RAW.replace(b'"seq":1', b'"seq":01'),
        RAW.replace(b'"mono":60000', b'"mono":-0'),
        RAW.replace(b'"kind":"visitor', b'"kind":"\\u0076isitor'),
        RAW.replace(b'{"v":1,', b'{"v":1,"v":1,'),
        RAW.replace(b'{"v":1,', b'{"v":2,"v":1,'),
        RAW.replace(b'{"v":1,', b'{"x":0,"v":1,'),
        b'{"seq":1,' + RAW[1:].replace(b'"seq":1,', b""),
        RAW[:-1] + b',"note":"a name"}',
        b"\xef\xbb\xbf" + RAW,
        b"",
        b"null",
        b"[" * 1000,
        RAW.replace(b'"stay":"e8b1f0a2', b'"stay":"E8B1F0A2'),
        RAW.replace(b"e8b1f0a2-4c3d-4f5e", b"e8b1f0a24c3d4f5e"),
    ],
)
def test_a_header_in_any_other_form_is_refused(raw: bytes) -> None:
    """C15: duplicates, order, space, number tricks, escapes and unknown members."""
    assert raw != RAW
    with pytest.raises(EncodingError):
        decode_header(raw)


@pytest.mark.parametrize(
    "members",
    [
        {"v": 2},
        {"v": True},
        {"seq": 0},
        {"seq": -1},
        {"seq": 2**53},
        {"seq": "1"},
        {"mono": 2**64},
        {"clock": 3},
        {"clock": -1},
        {"hlc": "01a3185c5000000"},
        {"hlc": "01A3185C50000000"},
        {"hlc": "01a3185c50000000\n"},
        {"kind": "visitor.arrived\n"},
        {"kind": "visitor"},
        {"kind": "Visitor.arrived"},
        {"kind": "visitor.needed-help"},
        {"prev": "0" * 63},
        {"prev": "0" * 64 + "\n"},
        {"prev": "g" * 64},
        {"full": None},
        {"epoch": EPOCH + "\n"},
        {"epoch": EPOCH[:-1] + "B"},
        {"stay": ""},
        {"tenant": None},
    ],
)
def test_a_header_with_a_value_out_of_its_bounds_is_refused(members: dict[str, object]) -> None:
    with pytest.raises(EncodingError):
        decode_header(changed(**members))


def test_a_header_may_be_without_a_stay_and_at_its_greatest_values() -> None:
    raw = changed(stay=None, seq=2**53 - 1, mono=2**53 - 1, kind="a" * 20 + "." + "b" * 20)
    assert encode_header(decode_header(raw)) == raw
    assert len(raw) <= MAX_HEADER_BYTES


def test_an_overlong_header_is_refused_before_it_is_read() -> None:
    with pytest.raises(LimitError):
        decode_header(b" " * (MAX_HEADER_BYTES + 1))


def test_a_header_holds_no_member_for_anything_personal() -> None:
    """R33: everything in a header is an id, a number, a hash or one of a few coarse kinds."""
    assert Header.__struct_fields__ == (
        "v", "tenant", "site", "kiosk", "epoch", "seq", "prev", "id", "kind", "stay", "muster", "full", "hlc",
        "clock", "boot", "mono",
    )  # fmt: skip


def test_the_header_hash_has_a_domain_of_its_own() -> None:
    assert header_hash(RAW) != exact_json.encode(RAW.decode()).hex()
    assert header_hash(RAW) == three_events()[1].header.prev


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1E2}',
        b'{"a":-0}',
        b'{"a": 1}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"a":NaN}',
        b"[]",
        b'"a"',
        b"1",
        b"",
        b"{",
        b'{"a":"\x01"}',
        b'{"a":"\xff"}',
        b'{"a":"\\ud83d"}',
        b'{"a":' + b"9" * 10_000 + b"}",
    ],
)
def test_a_body_in_any_other_form_than_the_exact_one_is_refused(body: bytes) -> None:
    with pytest.raises(EncodingError):
        exact_json.require_exact_object(body, what="a body")


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"b":1,"a":2}', '{"é":"\u2028😀\x7f/<>&"}'.encode(), b'{"a":"\\u0000\\b\\t\\n\\f\\r\\"\\\\\\u001f"}'],
)
def test_the_exact_form_of_strings_and_order_is_as_specified(body: bytes) -> None:
    """docs/protocol.md, Exact JSON: order as written, short escapes, lower-case hex, the rest as UTF-8."""
    exact_json.require_exact_object(body, what="a body")
    assert exact_json.encode(json.loads(body)) == body


def test_nesting_is_bounded_alike_for_every_reader() -> None:
    """C25: not by how deep the reader's own stack happens to be."""
    exact_json.require_exact_object(b'{"a":' + b"[" * 31 + b"]" * 31 + b"}", what="a body")
    for depth in (32, 900, 100_000):
        with pytest.raises((EncodingError, LimitError)):
            exact_json.require_exact_object(b'{"a":' + b"[" * depth + b"]" * depth + b"}", what="a body")


def test_what_json_has_no_form_for_is_refused_when_written() -> None:
    for value in ("\ud800", object()):
        with pytest.raises(EncodingError):
            seal_body({"name": value}, entropy_of("body"))
    with pytest.raises(LimitError):
        seal_body({"name": "x" * 65_536}, entropy_of("body"))


def test_c13_a_commitment_binds_part_salt_and_body() -> None:
    sealed = seal_body({"a": 1}, entropy_of("one"))
    again = seal_body({"a": 1}, entropy_of("two"))
    other = seal_body({"a": 2}, entropy_of("one"))
    texts = {commitment(part, item) for part in Part for item in (sealed, again, other)}
    assert len(texts) == 9
    assert matches(Part.FULL, sealed, commitment(Part.FULL, sealed))
    assert body_fault(Part.FULL, other, commitment(Part.FULL, sealed)) is not None


def test_a_chain_goes_on_only_from_its_own_head() -> None:
    events = make_chain(ARRIVAL, ARRIVAL, ARRIVAL)
    head = follow(
        follow(Head.genesis(EPOCH), events[0]),
        events[1],
    )
    for wrong in (events[0], events[1]):
        with pytest.raises(ChainError):
            follow(head, wrong)
    assert follow(head, events[2]).seq == 3


@pytest.mark.parametrize("kind", ["visitor", "visitor.arrived\n", "", "a.b", "visitor.ARRIVED", "x" * 41])
def test_an_act_that_no_reader_would_take_is_refused_before_it_is_recorded(kind: str) -> None:
    """A bad kind in the log would block everything behind it."""
    with pytest.raises(EncodingError):
        link(Act(kind, None), identity=IDENTITY, head=Head.genesis(EPOCH), stamp=stamp(0), entropy=entropy_of("kind"))


def test_event_ids_are_version_7_and_stay_ids_version_4() -> None:
    made = event_id(NOW_MS, entropy_of("ids"))
    assert (made.version, made.variant, made.int >> 80) == (7, "specified in RFC 4122", NOW_MS)
    stay = stay_id(entropy_of("ids"))
    assert (stay.version, stay.variant) == (4, "specified in RFC 4122")


def test_written_hashes_thumbprints_and_stamps_have_one_form() -> None:
    assert is_sha256_hex("0" * 64)
    assert not is_sha256_hex("0" * 64 + "\n")
    assert is_thumbprint(EPOCH)
    assert not is_thumbprint(EPOCH + "\n")
    assert str(Hlc.parse("0123456789abcdef")) == "0123456789abcdef"
    for text in ("0123456789abcdeF", "0123456789abcdef\n", "", "0" * 17):
        with pytest.raises(EncodingError):
            Hlc.parse(text)
