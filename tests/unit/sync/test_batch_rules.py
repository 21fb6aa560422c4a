"""What a batch must be, rule by rule, against a kiosk that signs whatever it likes."""

from collections.abc import Sequence

import pytest

from sync.protocol import exact_json, jws
from sync.protocol.batch import (
    MAX_EVENTS,
    MAX_WIRE_BYTES,
    TYP,
    Expectation,
    audience,
    open_batch,
    seal_batch,
)
from sync.protocol.chain import Act, Head, Identity
from sync.protocol.errors import ChainError, EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.events import Event
from sync.protocol.keys import base64url, from_base64url, thumbprint
from sync.protocol.kinds import Kind
from tests.vectors.sample import (
    ARRIVAL,
    AUDIENCE,
    DEPARTURE,
    EPOCH,
    EPOCH_KEY,
    EXPECTED,
    KIOSK,
    ORIGIN,
    OTHER_TENANT,
    SITE,
    TENANT,
    key_of,
    make_chain,
    sample_lines,
    sample_wire,
    sign_lines,
    three_events,
)

OTHER_KEY = key_of("another kiosk")


def seal(events: Sequence[Event]) -> bytes:
    return seal_batch(events, key=EPOCH_KEY, audience=AUDIENCE, hlc=events[-1].header.hlc)


def lines_with(position: int, line: bytes) -> bytes:
    """The nine lines of the sample with one exchanged."""
    lines = sample_lines()
    lines[position] = line
    return b"".join(item + b"\n" for item in lines)


def test_an_opened_batch_holds_the_events_that_were_sealed() -> None:
    opened = open_batch(sample_wire(), EXPECTED)
    assert opened.events == three_events()
    assert opened.heads[-1] == Head(EPOCH, 3, three_events()[-1].hash)
    assert [event.fault() for event in opened.events] == [None, None, None]


@pytest.mark.parametrize(
    "expected",
    [
        Expectation(TENANT, SITE, KIOSK, EPOCH_KEY.public_key(), audience(ORIGIN, OTHER_TENANT)),
        Expectation(TENANT, SITE, KIOSK, EPOCH_KEY.public_key(), audience("https://b.example", TENANT)),
        Expectation(TENANT, SITE, SITE, EPOCH_KEY.public_key(), AUDIENCE),
        Expectation(TENANT, KIOSK, KIOSK, EPOCH_KEY.public_key(), AUDIENCE),
        Expectation(TENANT, SITE, KIOSK, OTHER_KEY.public_key(), AUDIENCE),
    ],
    ids=["tenant", "origin", "kiosk", "site", "key"],
)
def test_c14_c16_a_batch_for_another_tenant_origin_kiosk_site_or_key_is_refused(expected: Expectation) -> None:
    """C14, C16."""
    with pytest.raises(SignatureError):
        open_batch(sample_wire(), expected)


def test_headers_of_another_tenant_inside_a_rightly_addressed_batch_are_refused() -> None:
    """C14: what the manifest says of itself does not vouch for the headers."""
    with pytest.raises(ChainError, match="another kiosk"):
        open_batch(sample_wire(), Expectation(OTHER_TENANT, SITE, KIOSK, EPOCH_KEY.public_key(), AUDIENCE))


@pytest.mark.parametrize("alg", ["none", "EdDSA", "HS256", "Ed448", "ed25519", ""])
def test_c16_another_algorithm_is_refused_whatever_the_signature_says(alg: str) -> None:
    """C16."""
    signed, _, packed = sample_wire().partition(b"\n")
    header, payload, signature = signed.decode().split(".")
    forged = from_base64url(header, what="header").replace(b'"Ed25519"', f'"{alg}"'.encode())
    message = f"{base64url(forged)}.{payload}"
    resigned = base64url(EPOCH_KEY.sign(message.encode()))
    for last in (signature, resigned, ""):
        with pytest.raises(ProtocolError):
            open_batch(f"{message}.{last}".encode() + b"\n" + packed, EXPECTED)


@pytest.mark.parametrize(
    "typ", ["lodge-receipt+jws", "lodge-feed+jws", "JWT", "Lodge-batch+jws", "application/lodge-batch+jws"]
)
def test_a_message_of_another_type_by_the_same_key_is_no_batch(typ: str) -> None:
    """C16: what a key signs for one purpose means nothing for another."""
    signed, _, packed = sample_wire().partition(b"\n")
    payload = jws.read_unverified_payload(signed.decode(), what="manifest")
    other = jws.sign(payload, typ=typ, key=EPOCH_KEY)
    with pytest.raises(SignatureError, match="type"):
        open_batch(other.encode() + b"\n" + packed, EXPECTED)


def test_c16_the_key_id_of_another_key_is_refused_even_with_a_good_signature() -> None:
    """C16."""
    header = {"alg": "Ed25519", "typ": TYP, "kid": thumbprint(OTHER_KEY.public_key())}
    signed, _, packed = sample_wire().partition(b"\n")
    payload = signed.decode().split(".")[1]
    message = f"{base64url(exact_json.encode(header))}.{payload}"
    forged = f"{message}.{base64url(EPOCH_KEY.sign(message.encode()))}"
    with pytest.raises(SignatureError, match="another key"):
        open_batch(forged.encode() + b"\n" + packed, EXPECTED)


@pytest.mark.parametrize(
    "extra", [{"jwk": {}}, {"crit": ["b64"], "b64": False}, {"x5u": "https://example.org"}, {"cty": ""}]
)
def test_a_protected_header_with_more_members_is_refused(extra: dict[str, object]) -> None:
    """C16: a message carries neither keys nor instructions on how to verify it."""
    header = {"alg": "Ed25519", "typ": TYP, "kid": EPOCH, **extra}
    signed, _, packed = sample_wire().partition(b"\n")
    message = f"{base64url(exact_json.encode(header))}.{signed.decode().split('.')[1]}"
    forged = f"{message}.{base64url(EPOCH_KEY.sign(message.encode()))}"
    with pytest.raises(EncodingError):
        open_batch(forged.encode() + b"\n" + packed, EXPECTED)


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 2},
        {"last": 2},
        {"first": 2},
        {"first": 2, "last": 4},
        {"first": 0, "last": 2},
        {"head": "0" * 64},
        {"size": 5},
        {"hlc": "0" * 15},
        {"v": 2},
        {"v": True},
        {"count": 3.0},
        {"more": 1},
        {"epoch": thumbprint(OTHER_KEY.public_key())},
        {"first": 2**53, "last": 2**53 + 2},
    ],
)
def test_a_manifest_that_contradicts_its_lines_or_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        open_batch(sign_lines(lines_with(0, sample_lines()[0]), **changes), EXPECTED)


def test_the_signed_sample_lines_open_so_the_refusals_above_have_their_own_reasons() -> None:
    assert len(open_batch(sign_lines(lines_with(0, sample_lines()[0])), EXPECTED).events) == 3


def test_a_first_event_that_does_not_begin_its_epoch_is_refused() -> None:
    """A chain that starts in the middle of nowhere has lost events before it."""
    events = make_chain(ARRIVAL, head=Head(EPOCH, 0, "ab" * 32))
    with pytest.raises(ChainError, match="beginning"):
        open_batch(seal(events), EXPECTED)


def test_events_out_of_order_doubled_or_left_out_are_refused() -> None:
    """C11, C12 within one batch."""
    first, second, third = three_events()
    for events in ((second, first, third), (first, first, third), (first, third), (first, second, second)):
        with pytest.raises(ProtocolError):
            open_batch(seal(events), EXPECTED)


def test_a_later_batch_opens_and_names_the_head_it_continues() -> None:
    second, third = three_events()[1:]
    opened = open_batch(seal((second, third)), EXPECTED)
    assert opened.events[0].header.prev == three_events()[0].hash


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"",
        b"null",
        b"[1]",
        b'{"name":}',
        b'{"name":"\\ud800"}',
        b'{"name":"\xff\xfe"}',
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{ "name":"A"}',
        b'{"name":"A","name":"B"}',
        b'{"n":1.5}',
        b'{"n":1e3}',
        b'{"n":' + b"9" * 5000 + b"}",
        b"\x00\x01\x02",
        b'{"name":"' + b"x" * 70_000 + b'"}',
    ],
)
def test_a_poison_body_is_quarantined_and_its_header_and_neighbours_stand(body: bytes) -> None:
    """C13: no content of a body, however broken, keeps the batch from being read."""
    salt = sample_lines()[1][:65]
    opened = open_batch(sign_lines(lines_with(1, salt + body)), EXPECTED)
    assert [event.fault() is not None for event in opened.events] == [True, False, False]
    assert [event.raw_header for event in opened.events] == [item.raw_header for item in three_events()]
    assert opened.events[0].muster is not None
    assert opened.events[0].muster.bytes() == body


def test_bodies_that_match_their_commitment_but_not_their_kind_are_quarantined() -> None:
    """C13: the shape of a body is judged for the kinds that are known."""
    bad = make_chain(Act(Kind.VISITOR_DEPARTED, None, full={"method": "automatic"}))[0]
    assert "visitor.departed" in (bad.fault() or "")
    good = make_chain(Act(Kind.DEPARTURE_ASSUMED, None, full={"method": "automatic"}))[0]
    assert good.fault() is None


def test_unknown_kinds_are_opaque_and_taken() -> None:
    """A newer kiosk's events pass through an older server."""
    event = make_chain(Act("parcel.sorted_twice", None, muster={"a": 1}, full={"b": [{"c": None}]}))[0]
    opened = open_batch(seal((event,)), EXPECTED)
    assert opened.events[0].fault() is None


def test_an_event_whose_bodies_were_erased_before_sending_is_taken() -> None:
    event = make_chain(ARRIVAL)[0]
    erased = Event(event.raw_header, event.header, None, None)
    opened = open_batch(seal((erased,)), EXPECTED)
    assert (opened.events[0].muster, opened.events[0].full) == (None, None)
    assert opened.events[0].hash == event.hash


@pytest.mark.parametrize("line", [b"", b"--", b"{}", b"-\r", b"00 {}", b"G" * 64 + b" {}", b"A" * 64 + b" {}"])
def test_a_body_line_without_salt_and_space_is_refused(line: bytes) -> None:
    with pytest.raises(EncodingError):
        open_batch(sign_lines(lines_with(1, line)), EXPECTED)


def test_the_number_and_size_of_events_are_bounded() -> None:
    """C25."""
    acts = [Act("noise.made", None)] * (MAX_EVENTS + 1)
    with pytest.raises(LimitError):
        seal(make_chain(*acts))
    with pytest.raises(LimitError):
        seal_batch((), key=EPOCH_KEY, audience=AUDIENCE, hlc="0" * 16)
    big = Act("noise.made", None, full={"x": "y" * 60_000})
    with pytest.raises(LimitError):
        seal(make_chain(*[big] * 20))
    with pytest.raises(LimitError):
        open_batch(b"x" * (MAX_WIRE_BYTES + 1), EXPECTED)


def test_256_events_are_taken_at_once() -> None:
    events = make_chain(*[Act("noise.made", None)] * MAX_EVENTS)
    assert len(open_batch(seal(events), EXPECTED).events) == MAX_EVENTS


def test_a_departure_alone_is_taken() -> None:
    assert open_batch(seal(make_chain(DEPARTURE)), EXPECTED).manifest.count == 1


def test_headers_that_name_another_epoch_than_the_signing_key_are_refused() -> None:
    """A kiosk's new key cannot speak for its old epoch, nor the other way round."""
    elsewhere = Identity(TENANT, SITE, KIOSK, thumbprint(OTHER_KEY.public_key()))
    other = make_chain(ARRIVAL, ARRIVAL, identity=elsewhere)
    second = make_chain(ARRIVAL, identity=elsewhere, head=Head(elsewhere.epoch, 1, three_events()[0].hash))
    for events in (other, (other[1],), (three_events()[0], *second)):
        with pytest.raises(ChainError):
            open_batch(seal(events), EXPECTED)
