"""Round trips of everything that is written as text, and clocks that only go forward."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import base32, base45, exact_json
from sync.protocol.chain import Act
from sync.protocol.codes import MAX_SIGNS, Purpose, check_code, read_code, sign_code
from sync.protocol.enrolment import EnrolmentCode, parse_code
from sync.protocol.errors import CodeError
from sync.protocol.events import decode_header, encode_header, read_lines
from sync.protocol.hlc import MAX_AHEAD_MS, Hlc, HybridClock
from sync.protocol.keys import base64url, from_base64url
from tests.vectors.sample import EPOCH_KEY, TENANT, make_chain

_WALL = st.integers(-1000, 2**50)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BODY = st.dictionaries(
    st.text(max_size=8),
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(max_size=20)
    | st.lists(st.text(max_size=5), max_size=3),
    max_size=5,
)


@given(st.binary(max_size=80))
def test_base45_base64url_and_base32_round_trip(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data
    assert set(base45.encode(data)) <= set(_ALPHABET)
    assert from_base64url(base64url(data), what="it") == data
    assert base32.decode(base32.encode(data), len(data)) == data


@given(st.text(_ALPHABET, max_size=30))
def test_base45_has_one_text_for_every_value(text: str) -> None:
    try:
        data = base45.decode(text)
    except CodeError:
        return
    assert base45.encode(data) == text


@given(st.binary(min_size=16, max_size=16))
def test_enrolment_codes_round_trip_through_people(secret: bytes) -> None:
    typed = EnrolmentCode(secret).typed()
    assert parse_code(typed.lower().replace("-", " ")).secret == secret


@given(st.sampled_from(Purpose), st.uuids(), st.integers(0, 2**32 - 1))
def test_badge_codes_round_trip_through_a_qr_code(purpose: Purpose, subject: UUID, expires_s: int) -> None:
    """C33: at most 160 signs of the alphanumeric mode."""
    text = sign_code(purpose, subject, tenant=TENANT, expires_s=expires_s, key=EPOCH_KEY)
    assert len(text) <= MAX_SIGNS
    assert set(text) <= set(_ALPHABET)
    code = read_code(text)
    check_code(code, key=EPOCH_KEY.public_key(), tenant=TENANT)
    assert (code.purpose, code.subject, code.expires_s) == (purpose, subject, expires_s)


@given(_BODY, _BODY, st.from_regex(r"\A[a-z]{2,20}\.[a-z_]{2,20}\Z"), st.none() | st.uuids())
def test_every_event_that_is_recorded_is_read_back_alike(
    muster: dict[str, object], full: dict[str, object], kind: str, stay: UUID | None
) -> None:
    event = make_chain(Act(kind, stay, muster=muster, full=full))[0]
    read = read_lines(*event.line().split(b"\n"))
    assert read == event
    assert encode_header(decode_header(event.raw_header)) == event.raw_header
    assert (event.fault() is None) or event.fault() == read.fault()


@given(_BODY)
def test_bodies_written_here_are_in_exact_form(body: dict[str, object]) -> None:
    raw = exact_json.encode(body)
    exact_json.require_exact_object(raw, what="a body")
    assert exact_json.read_untyped(raw, what="a body") == body


@given(st.integers(0, 2**47), st.lists(st.tuples(st.booleans(), _WALL, st.integers(0, 2**48 - 1)), max_size=30))
def test_stamps_only_go_forward_and_peers_move_us_ten_minutes_at_most(
    floor: int, steps: list[tuple[bool, int, int]]
) -> None:
    """C06, C22: whatever our wall clock and our peers say."""
    clock = HybridClock(Hlc(floor, 0))
    own = floor
    last = clock.last
    for heard, wall, stamp in steps:
        own = max(own, min(wall, 2**48 - 1))
        if heard:
            believed = clock.hear(Hlc(stamp, 0), wall)
            assert believed == (stamp <= own + MAX_AHEAD_MS)
        else:
            assert clock.tick(wall) > last
        assert clock.last >= last
        assert clock.last.wall_ms <= own + MAX_AHEAD_MS
        assert Hlc.parse(str(clock.last)) == clock.last
        last = clock.last


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**16 - 1), st.integers(0, 2**48 - 1), st.integers(0, 2**16 - 1))
def test_stamps_compare_as_texts_as_they_do_as_numbers(a: int, b: int, c: int, d: int) -> None:
    first, second = Hlc(a, b), Hlc(c, d)
    assert (first < second) == (str(first) < str(second))
