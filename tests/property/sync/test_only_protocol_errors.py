"""Whatever comes from outside, readers answer with a value or a ``ProtocolError``, never with anything else."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sync.archive_file import read_archive
from sync.protocol import base32, base45, enrolment, exact_json, jws
from sync.protocol.archive import verify_archive
from sync.protocol.audit import read_entry
from sync.protocol.checkpoint import open_checkpoint
from sync.protocol.codes import read_code
from sync.protocol.commitments import Part, body_fault
from sync.protocol.enrolment import FinishRequest, StartRequest, StartResponse
from sync.protocol.errors import ProtocolError
from sync.protocol.events import decode_header, read_lines
from sync.protocol.exchange import FeedAnswer, Hello
from sync.protocol.feed import PageKind, SentPage, open_head, require_listing
from sync.protocol.keys import public_key
from sync.protocol.keyspage import open_keys_page
from sync.protocol.kinds import BODIES, body_shape_fault
from sync.protocol.receipt import open_receipt
from sync.signable_request import SignableRequest
from sync.signed_requests import claimed_key, verify_request
from tests.vectors.sample import (
    AUDIENCE,
    EPOCH,
    EPOCH_KEY,
    KIOSK,
    LOG,
    ROOT_KEY,
    SITE,
    TENANT,
    sample_archive,
    sample_keys_page,
    sample_leaves,
    sample_lines,
)

TEXT = st.text(st.characters(), max_size=80)  # half surrogate pairs included
KEY = EPOCH_KEY.public_key()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def answer(reader: Callable[[], object]) -> object:
    """The value or ``None`` for a refusal; any other exception fails the test."""
    try:
        return reader()
    except ProtocolError:
        return None


def damaged(data: st.DataObject, raw: bytes) -> bytes:
    """A text with a few bytes changed, cut out or doubled."""
    text = bytearray(raw)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, max(len(text) - 1, 0)))
        text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    return bytes(text)


@given(TEXT)
@example("..")
@example("A.A.A")
@example("\ud800.\ud800.\ud800")
def test_texts_that_are_anything(text: str) -> None:
    for reader in (
        lambda: jws.verify(text, typ="a", key=KEY, what="it"),
        lambda: jws.read_unverified_payload(text, what="it"),
        lambda: open_receipt(text, key=KEY, audience=AUDIENCE, kiosk=KIOSK, epoch=EPOCH),
        lambda: open_keys_page(text, root=KEY, tenant=TENANT),
        lambda: open_head(text, key=KEY, tenant=TENANT, site=SITE),
        lambda: open_checkpoint(text, origin=LOG, key=KEY),
        lambda: open_checkpoint(f"{LOG}\n1\n{text}\n\n— {LOG} {text}\n", origin=LOG, key=KEY),
        lambda: read_code(text),
        lambda: base45.decode(text),
        lambda: base32.decode(text, 16),
        lambda: enrolment.parse_code(text),
        lambda: public_key(text),
        lambda: claimed_key({"signature-input": text}),
    ):
        answer(reader)


@given(st.binary(max_size=120))
def test_bytes_that_are_anything(data: bytes) -> None:
    for reader in (
        lambda: decode_header(data),
        lambda: read_lines(data, data, data),
        lambda: read_entry(data),
        lambda: exact_json.require_exact_object(data, what="it"),
        lambda: exact_json.read(data, Hello, what="it"),
        lambda: exact_json.read(data, FeedAnswer, what="it"),
        lambda: exact_json.read(data, SentPage, what="it"),
        lambda: require_listing(PageKind.ROSTER, data),
    ):
        answer(reader)


@given(st.data())
def test_headers_lines_and_entries_that_are_nearly_right(data: st.DataObject) -> None:
    """C15."""
    lines = sample_lines()
    header = damaged(data, lines[0])
    read = answer(lambda: decode_header(header))
    assert read is None or exact_json.encode(read) == header
    answer(lambda: read_lines(lines[0], damaged(data, lines[1]), damaged(data, lines[2])))
    for leaf in sample_leaves()[:2]:
        answer(partial(read_entry, damaged(data, leaf.line()[:-1])))


@given(st.data())
def test_bodies_that_are_anything_are_judged_and_never_raise(data: st.DataObject) -> None:
    """C13."""
    body = data.draw(st.binary(max_size=60) | JSON.map(msgspec.json.encode))
    salt = sample_lines()[1][:65]
    event = read_lines(sample_lines()[0], salt + body, b"-")
    assert event.fault() is not None
    assert event.muster is not None
    assert isinstance(body_fault(Part.ADMIN, event.muster, "0" * 64), str)
    for kind in BODIES:
        fault = body_shape_fault(kind, body, body)
        assert fault is None or isinstance(fault, str)


@given(JSON, st.sampled_from([StartRequest, StartResponse, FinishRequest, Hello]))
def test_enrolment_and_hello_messages_that_are_anything(value: object, kind: type[msgspec.Struct]) -> None:
    answer(lambda: exact_json.read(msgspec.json.encode(value), kind, what="it"))


@given(st.dictionaries(st.sampled_from(list(msgspec.structs.asdict(sample_keys_page()))), JSON, max_size=4))
def test_signed_pages_with_any_content(changes: dict[str, object]) -> None:
    """C46: even a root that has gone mad only gets its page refused."""
    value = {**msgspec.to_builtins(sample_keys_page()), **changes}
    signed = jws.sign(msgspec.json.encode(value), typ="lodge-keys+jws", key=ROOT_KEY)
    page = answer(lambda: open_keys_page(signed, root=ROOT_KEY.public_key(), tenant=TENANT))
    assert page is None or exact_json.encode(page) == jws.read_unverified_payload(signed, what="it")


_TAG = ';tag="lodge-device-v1"'
HEADERS = st.dictionaries(
    st.sampled_from(["signature", "signature-input", "content-digest", "lodge-audience", "x"]),
    st.text(st.characters(max_codepoint=255), max_size=60)
    | st.sampled_from(
        [
            AUDIENCE,
            "lodge=:AAAA:",
            f'lodge=("@method" "@path" "@query" "lodge-audience" "content-digest");keyid="{EPOCH}"{_TAG}',
            f'lodge=("@query-param";name="a");created=1;keyid="{EPOCH}"{_TAG}',
            f'lodge=("x";bs;sf;key="a";req);created=1;keyid="{EPOCH}"{_TAG};nonce="n"',
            "sha-256=:AAAA:",
        ]
    ),
    max_size=5,
)


@settings(max_examples=200)
@given(HEADERS, st.sampled_from(["https://a.example/x?a", "http://[::1", "", "é", "https://a/%zz"]), TEXT)
def test_requests_with_any_headers(headers: dict[str, str], url: str, method: str) -> None:
    """C15, C16."""
    headers = {"lodge-audience": AUDIENCE, **headers}
    for verb in ("POST", method):
        request = SignableRequest(verb, url, b"body", headers)
        assert answer(partial(verify_request, request, key=KEY, audience=AUDIENCE)) is None


MEMBERS = sample_archive()


@given(st.dictionaries(st.sampled_from(sorted(MEMBERS)) | st.text(max_size=5), st.binary(max_size=50)))
def test_exports_with_any_members(changes: dict[str, bytes]) -> None:
    members = {**MEMBERS, **changes}
    assert members == MEMBERS or answer(lambda: verify_archive(members)) is None


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_files_that_are_anything(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    answer(lambda: read_archive(path))


@given(st.uuids(), st.uuids())
def test_ids_in_any_other_spelling_do_not_pass_for_the_same_header(tenant: UUID, stay: UUID) -> None:
    raw = sample_lines()[0].replace(str(TENANT).encode(), str(tenant).encode())
    assert decode_header(raw).tenant == tenant
    for spelling in (str(stay).upper(), stay.hex, stay.urn, "{" + str(stay) + "}"):
        other = raw.replace(str(tenant).encode(), spelling.encode())
        assert answer(partial(decode_header, other)) is None or spelling == str(stay)
