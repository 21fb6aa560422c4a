"""Changes to a page lead to exactly the page that was signed, whatever it holds, for every kind of page."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError, SignatureError
from sync.protocol.feed import (
    LISTINGS,
    Changes,
    PageHead,
    PageKind,
    apply_changes,
    changes_between,
    require_content,
    require_listing,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from tests.vectors import sample

by_kind = pytest.mark.parametrize("kind", list(PageKind))
few_of_each = settings(max_examples=40)  # all kinds go the same way
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=5
)
MEMBERS = st.dictionaries(TEXTS, VALUES, max_size=3)


@st.composite
def contents(draw: st.DrawFn, kind: PageKind) -> bytes:
    """Any content of this kind of page in its exact form, with members that nobody knows yet."""
    members = draw(MEMBERS)
    listing = LISTINGS.get(kind)
    if listing is None:
        return exact_json.encode(members)
    members.pop(listing.member, None)
    few = st.sampled_from(["a", "b", "ab", "ä", "𝔞", "z", ""])
    entries = draw(st.dictionaries(few | TEXTS, MEMBERS, max_size=6))
    listed = [{**entries[name], listing.key: name} for name in sorted(entries)]
    return exact_json.encode({**members, listing.member: listed})


def head_for(kind: PageKind, raw: bytes) -> PageHead:
    return PageHead(
        v=1,
        tenant=sample.TENANT,
        site=sample.SITE,
        page=kind,
        version=2,
        previous=ZERO_SHA256,
        issued_ms=0,
        expires_ms=1,
        sha256=sha256_hex(raw),
        size=len(raw),
    )


@by_kind
@few_of_each
@given(st.data())
def test_the_changes_between_two_contents_lead_from_one_to_the_other(kind: PageKind, data: st.DataObject) -> None:
    before, after = data.draw(contents(kind)), data.draw(contents(kind))
    require_listing(kind, after)
    sent = exact_json.encode(changes_between(kind, before, after, since=1))
    changes = exact_json.decode(sent, Changes, what="changes")
    made = apply_changes(kind, before, changes)
    assert made == after
    require_content(head_for(kind, after), made)


@by_kind
@few_of_each
@given(st.data())
def test_what_did_not_change_is_not_sent(kind: PageKind, data: st.DataObject) -> None:
    content = data.draw(contents(kind))
    changes = changes_between(kind, content, content, since=1)
    assert (changes.put, changes.remove) == ((), ())


@by_kind
@few_of_each
@given(st.data())
def test_c15_changes_that_somebody_touched_lead_to_nothing_that_is_believed(
    kind: PageKind, data: st.DataObject
) -> None:
    """C15: they are not signed; the hash of what they lead to is."""
    before, after, other = (data.draw(contents(kind)) for _ in range(3))
    true, false = (changes_between(kind, before, content, since=1) for content in (after, other))
    mixed = msgspec.structs.replace(true, put=data.draw(st.sampled_from([true.put, false.put, true.put[1:]])))
    mixed = msgspec.structs.replace(mixed, remove=data.draw(st.sampled_from([true.remove, false.remove])))
    try:
        made = apply_changes(kind, before, mixed)
    except ProtocolError:
        return
    if made != after:
        with pytest.raises(SignatureError):
            require_content(head_for(kind, after), made)


@given(st.binary(max_size=60) | st.sampled_from([b"[]", b'{"id":1}', b'{"id":"a","id":"b"}', b'{"kiosk":"a"}']))
def test_entries_that_are_anything_are_refused_by_an_error_of_the_protocol(raw: bytes) -> None:
    changes = Changes(since=1, members={}, put=(msgspec.Raw(raw),), remove=())
    try:
        made = apply_changes(PageKind.HOSTS, b'{"hosts":[]}', changes)
        require_listing(PageKind.HOSTS, made)
    except ProtocolError:
        return
    assert made.startswith(b'{"hosts":[')


@pytest.mark.parametrize(
    "changes",
    [
        Changes(since=1, members={}, put=(), remove=("b",)),
        Changes(since=1, members={}, put=(), remove=("a", "a")),
        Changes(since=1, members={"hosts": msgspec.Raw(b"[]")}, put=(), remove=()),
    ],
)
def test_changes_that_do_not_fit_are_refused(changes: Changes) -> None:
    with pytest.raises(ProtocolError):
        apply_changes(PageKind.HOSTS, b'{"hosts":[{"id":"a"}]}', changes)


def test_an_applier_that_believed_changes_would_be_caught() -> None:
    """The planted fault: the content's hash is not asked for."""
    before = b'{"hosts":[{"id":"a"}]}'
    forged = Changes(since=1, members={}, put=(msgspec.Raw(b'{"id":"mallory"}'),), remove=())
    made = apply_changes(PageKind.HOSTS, before, forged)
    assert b"mallory" in made
    with pytest.raises(SignatureError):
        require_content(head_for(PageKind.HOSTS, before), made)
