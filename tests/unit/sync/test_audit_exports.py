"""Audit exports: what verifies, what does not, and that the damage is named in one line (R28)."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

import msgspec
import pytest

from sync.protocol import archive, exact_json, jws
from sync.protocol.archive import ArchiveError, EpochKey, EpochKeys, RootStatement, sign_archive, verify_archive
from sync.protocol.audit import AdminBody, EntryType, admin_header_hash, make_admin_entry, read_entry
from sync.protocol.batch import TYP, Manifest, audience, seal_batch
from sync.protocol.chain import Act, Head
from sync.protocol.checkpoint import Checkpoint, sign_checkpoint
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event
from sync.protocol.keys import public_text, thumbprint
from tests.vectors.sample import (
    AUDIENCE,
    EPOCH_KEY,
    KIOSK,
    LOG,
    NOW_MS,
    ORIGIN,
    OTHER_TENANT,
    ROOT_KEY,
    SITE,
    STAY,
    TENANT,
    Leaf,
    device_leaf,
    entropy_of,
    key_of,
    log_root,
    make_archive,
    make_chain,
    manifest_of,
    sample_archive,
    sample_leaves,
    sample_wire,
)

ROOT_KID = thumbprint(ROOT_KEY.public_key())


def manifest(events: tuple[Event, ...]) -> str:
    """The signed manifest of these events."""
    wire = seal_batch(events, key=EPOCH_KEY, audience=AUDIENCE, hlc=events[-1].header.hlc)
    return manifest_of(wire)


EVENTS = make_chain(*[Act("noise.made", STAY)] * 9)
MANIFESTS = (manifest(EVENTS[:3]), manifest(EVENTS[3:6]), manifest(EVENTS[6:]))


def export(
    shrunk: AbstractSet[int], *, without: AbstractSet[int] = frozenset(), manifests: tuple[str, ...] = MANIFESTS
) -> dict[str, bytes]:
    """Nine events in three batches; some shrunk to their hash, some left out altogether."""
    leaves = tuple(
        device_leaf(event, shrunk=event.header.seq in shrunk) for event in EVENTS if event.header.seq not in without
    )
    return make_archive(leaves, manifests)


def damage(members: dict[str, bytes], **options: str) -> ArchiveError:
    with pytest.raises(ArchiveError) as found:
        verify_archive(members, **options)
    assert "\n" not in str(found.value)
    return found.value


def test_a_sound_export_verifies_and_accounts_for_all_of_it() -> None:
    verified = verify_archive(sample_archive(), pinned_root=ROOT_KID)
    assert (verified.entries, verified.device_events, verified.admin_entries) == (4, 3, 1)
    assert (verified.batches, verified.kiosks, verified.bodies_shown, verified.shrunk_headers) == (1, 1, 1, 0)
    assert verified.root_hash == log_root(sample_leaves()).hex()


def test_an_empty_log_verifies() -> None:
    assert verify_archive(make_archive((), ())).entries == 0


def test_another_root_than_the_pinned_one_is_refused() -> None:
    assert damage(sample_archive(), pinned_root=thumbprint(key_of("x").public_key())).member == "root.json"


@pytest.mark.parametrize("name", [archive.MANIFEST, *archive.SIGNED_MEMBERS])
def test_a_missing_member_is_named(name: str) -> None:
    """R28."""
    members = sample_archive()
    del members[name]
    assert damage(members).member == name


@pytest.mark.parametrize("name", ["extra.txt", "/etc/passwd", "../x", "", "a\nb", "\x1b[2J", "é\ud800", "n" * 60_000])
def test_a_member_that_does_not_belong_is_named_on_one_plain_line(name: str) -> None:
    """C37: whoever made the file does not write on the auditor's terminal."""
    found = damage({**sample_archive(), name: b"x"})
    assert found.member == name
    assert str(found).isascii()
    assert str(found).isprintable()
    assert len(str(found)) < 1000


@pytest.mark.parametrize("name", archive.SIGNED_MEMBERS)
@pytest.mark.parametrize("change", [lambda data: data + b"\n", lambda data: data[:-1], lambda data: b""])
def test_a_member_made_longer_shorter_or_empty_is_named(name: str, change: Callable[[bytes], bytes]) -> None:
    members = sample_archive()
    members[name] = change(members[name])
    assert damage(members).member == name


# The ones below are signed anew with the log key: the operator of the server is the liar.


def test_an_entry_left_out_doubled_or_moved_does_not_lead_to_the_checkpoint() -> None:
    """R26."""
    lines = sample_archive()[archive.ENTRIES].splitlines(keepends=True)
    for entries in (lines[:-1], lines + lines[-1:], [lines[1], lines[0], *lines[2:]], lines[::-1], []):
        members = resigned(sample_archive(), {archive.ENTRIES: b"".join(entries)})
        assert damage(members).member == archive.ENTRIES


def resigned(members: dict[str, bytes], changes: dict[str, bytes]) -> dict[str, bytes]:
    kept = {name: data for name, data in {**members, **changes}.items() if name != archive.MANIFEST}
    return {**kept, archive.MANIFEST: sign_archive(kept, tenant=TENANT, created_ms=NOW_MS, key=key_of("log"))}


def checkpoint_of(leaves: tuple[Leaf, ...]) -> bytes:
    return sign_checkpoint(Checkpoint(LOG, len(leaves), log_root(leaves)), key_of("log")).encode()


@pytest.mark.parametrize("line_end", [b"", b"\r\n", b"\n\n"])
def test_lines_have_one_form(line_end: bytes) -> None:
    members = sample_archive()
    for name in (archive.ENTRIES, archive.BATCHES):
        changed = members[name][:-1] + line_end
        assert damage(resigned(members, {name: changed})).member == name


def test_an_entry_of_another_organisation_is_refused() -> None:
    """C14."""
    body = AdminBody(actor="a", address="", reason="", detail={})
    raw, sealed = make_admin_entry("kiosk.created", body, tenant=OTHER_TENANT, at_ms=1, entropy=entropy_of("o"))
    leaf = Leaf(EntryType.ADMIN, raw, admin_header_hash(raw), sealed)
    assert damage(make_archive((leaf,), ())).member == archive.ENTRIES


def test_an_event_of_no_known_kiosk_or_of_another_site_is_refused() -> None:
    nobody = exact_json.encode(EpochKeys(v=1, epochs=()))
    assert damage(make_archive(sample_leaves(), (), {archive.EPOCHS: nobody})).member == archive.ENTRIES
    elsewhere = epochs(site=KIOSK)
    assert damage(make_archive(sample_leaves(), (), {archive.EPOCHS: elsewhere})).member == archive.ENTRIES


def epochs(*, times: int = 1, **changes: object) -> bytes:
    key = EpochKey(kiosk=KIOSK, site=SITE, aud=AUDIENCE, public=public_text(EPOCH_KEY.public_key()))
    return exact_json.encode(EpochKeys(v=1, epochs=(msgspec.structs.replace(key, **changes),) * times))


@pytest.mark.parametrize(
    "raw",
    [epochs(times=2), epochs(aud=audience(ORIGIN, OTHER_TENANT)), epochs(public="A" * 43)],
    ids=["twice", "audience", "weak"],
)
def test_a_list_of_kiosk_keys_that_contradicts_itself_is_refused(raw: bytes) -> None:
    assert damage(make_archive(sample_leaves(), (), {archive.EPOCHS: raw})).member == archive.EPOCHS


def test_events_that_no_kiosk_signed_are_refused() -> None:
    """R26: the server cannot add events of its own."""
    found = damage(make_archive(sample_leaves(), ()))
    assert (found.member, found.reason) == (archive.BATCHES, "3 events are signed by no kiosk")


def test_a_manifest_by_a_stranger_or_for_another_head_is_refused() -> None:
    forged = seal_batch(EVENTS[:3], key=key_of("x"), audience=AUDIENCE, hlc="0" * 16)
    for signed in (manifest_of(forged), manifest(EVENTS[:3]), "nonsense", "a.b.c"):
        members = make_archive(sample_leaves(), (manifest_of(sample_wire()), signed))
        assert damage(members).member == archive.BATCHES


def test_a_manifest_of_events_that_the_log_has_not_taken_yet_is_left_out() -> None:
    leaves = tuple(device_leaf(event) for event in EVENTS[:6])
    assert verify_archive(make_archive(leaves, MANIFESTS)).batches == 2


@pytest.mark.parametrize("name", [archive.KEYS, archive.CHECKPOINT])
def test_pages_and_checkpoints_of_another_key_are_refused_however_the_export_is_signed(name: str) -> None:
    """C40, C46."""
    other = {
        archive.KEYS: b"a.b.c",
        archive.CHECKPOINT: sign_checkpoint(Checkpoint(LOG, 4, log_root(sample_leaves())), key_of("feed")).encode(),
    }
    assert damage(resigned(sample_archive(), {name: other[name]})).member == name


def test_a_checkpoint_of_another_size_or_root_is_refused() -> None:
    for leaves in (sample_leaves()[:-1], sample_leaves()[::-1]):
        members = resigned(sample_archive(), {archive.CHECKPOINT: checkpoint_of(leaves)})
        assert damage(members).member == archive.ENTRIES


def test_a_root_statement_of_another_organisation_is_refused() -> None:
    statement = RootStatement(v=1, tenant=OTHER_TENANT, root=public_text(ROOT_KEY.public_key()))
    members = resigned(sample_archive(), {archive.ROOT: exact_json.encode(statement)})
    assert damage(members).member == archive.KEYS


@pytest.mark.parametrize(
    "shrunk", [set(), {1}, {5}, {9}, {1, 2, 3}, {2, 4, 6, 8}, {7, 8, 9}, {4, 5}, set(range(1, 10))]
)
def test_headers_may_shrink_to_their_hash_anywhere(shrunk: set[int]) -> None:
    """Retention of headers: the log, the links that are left and the manifests still verify."""
    verified = verify_archive(export(shrunk))
    assert (verified.device_events, verified.shrunk_headers, verified.batches) == (9, len(shrunk), 3)


@pytest.mark.parametrize("gone", range(1, 10))
@pytest.mark.parametrize("shrunk", [set(), {4, 5, 6}, set(range(1, 10))])
def test_an_event_left_out_is_noticed_beside_shrunk_ones(gone: int, shrunk: set[int]) -> None:
    """R26: a hidden event leaves a gap in a chain, or one entry too few for what the kiosks signed."""
    assert damage(export(shrunk, without={gone})).member in (archive.ENTRIES, archive.BATCHES)


def test_a_shrunk_entry_that_is_nobodys_event_is_noticed() -> None:
    fake = Leaf(EntryType.DEVICE, None, "ab" * 32)
    leaves = (*(device_leaf(event) for event in EVENTS), fake)
    assert "another number" in damage(make_archive(leaves, MANIFESTS)).reason


def test_a_shrunk_entry_serves_for_one_event_only() -> None:
    """Leaving out an event by letting another's hash stand for it."""
    leaves = (*(device_leaf(event, shrunk=event.header.seq == 3) for event in EVENTS),)
    twice = (*leaves, Leaf(EntryType.DEVICE, None, EVENTS[2].hash))
    assert damage(make_archive(twice, MANIFESTS)).member == archive.ENTRIES


def test_a_header_after_shrunk_ones_must_name_one_of_them() -> None:
    fake = Leaf(EntryType.DEVICE, None, "ab" * 32)
    leaves = [device_leaf(event) for event in EVENTS]
    leaves[4] = fake
    assert "broken at number 6" in damage(make_archive(tuple(leaves), MANIFESTS)).reason


def test_a_manifest_whose_head_has_vanished_among_shrunk_entries_is_noticed() -> None:
    leaves = [device_leaf(event, shrunk=event.header.seq in {5, 6, 7}) for event in EVENTS]
    leaves[5] = Leaf(EntryType.DEVICE, None, "ab" * 32)
    assert damage(make_archive(tuple(leaves), MANIFESTS)).member == archive.BATCHES


@pytest.mark.parametrize("kind", ["body without header", "body of an event", "swapped body", "spaces", "wrong hash"])
def test_an_entry_whose_parts_do_not_belong_together_is_refused(kind: str) -> None:
    admin, device = sample_leaves()[:2]
    line = admin.line()[:-1]
    broken = {
        "body without header": line.replace(line[line.index(b'{"v"') : line.index(b',"body":{"salt"')], b"null"),
        "body of an event": device.line()[:-1].replace(b'"body":null', line[line.index(b'"body":{"salt"') : -1]),
        "swapped body": line.replace(b"Front door", b"Back door!"),
        "spaces": line.replace(b",", b", ", 1),
        "wrong hash": line.replace(admin.hash.encode(), device.hash.encode()),
    }[kind]
    assert read_entry(line).hash == admin.hash
    with pytest.raises(ProtocolError):
        read_entry(broken)


def test_one_shrunk_hash_cannot_be_the_head_of_two_manifests() -> None:
    """A kiosk and an operator who collude cannot let one hash and some noise stand for more events."""
    noise = tuple(Leaf(EntryType.DEVICE, None, f"{at:064x}") for at in range(3))
    leaves = (*(device_leaf(event, shrunk=event.header.seq == 3) for event in EVENTS[:3]), *noise)
    payload = exact_json.decode(jws.read_unverified_payload(MANIFESTS[1], what="it"), Manifest, what="a manifest")
    forged = msgspec.structs.replace(payload, head=EVENTS[2].hash)
    second = jws.sign(exact_json.encode(forged), typ=TYP, key=EPOCH_KEY)
    assert damage(make_archive(leaves, (MANIFESTS[0], second))).member == archive.BATCHES


def test_a_second_history_beside_the_first_is_noticed() -> None:
    """C07: a fork that names a shrunk entry as its predecessor, too."""
    fork = make_chain(Act("noise.made", STAY), head=Head(EVENTS[0].header.epoch, 1, EVENTS[0].hash), name="fork")
    leaves = (*(device_leaf(event, shrunk=event.header.seq == 1) for event in EVENTS), device_leaf(fork[0]))
    assert "broken at number 2" in damage(make_archive(leaves, MANIFESTS)).reason


def test_a_checkpoint_with_the_right_root_and_a_wrong_size_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(LOG, 5, log_root(sample_leaves())), key_of("log")).encode()
    assert damage(resigned(sample_archive(), {archive.CHECKPOINT: note})).member == archive.ENTRIES


def test_a_manifest_made_for_another_organisation_is_refused() -> None:
    """C14."""
    members = sample_archive()
    del members[archive.MANIFEST]
    signed = sign_archive(members, tenant=OTHER_TENANT, created_ms=NOW_MS, key=key_of("log"))
    assert damage({**members, archive.MANIFEST: signed}).member == archive.MANIFEST
