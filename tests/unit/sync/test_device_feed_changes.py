"""Pages as changes, pages that came later, and how soon the kiosk asks again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest

from sync.device.feed_reader import POLL_SECONDS
from sync.device.feed_store import FeedStore
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import (
    Host,
    Hosts,
    PageKind,
    SentPage,
    VisitorType,
    VisitorTypes,
    changes_between,
    read_head,
    send_changes,
    send_whole,
    sign_head,
)
from sync.protocol.identifiers import sha256_hex
from sync.protocol.jws import read_unverified_payload
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_feed import newest_page
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    made.cloud.by_changes = True
    yield made
    made.close()


def _hosts(*names: str) -> Hosts:
    """Hosts whose ids follow from their names."""
    listed = [Host(id=UUID(sha256_hex(name.encode())[:32], version=4), name=name, department="") for name in names]
    return Hosts(hosts=tuple(sorted(listed, key=lambda host: str(host.id))))


def _names(rig: DeviceRig) -> set[str]:
    hosts = rig.feed.content(PageKind.HOSTS, Hosts)
    return set() if hosts is None else {host.name for host in hosts.hosts}


def _asked(rig: DeviceRig) -> dict[str, str]:
    have = parse_qs(urlsplit(rig.cloud.requests[-1].url).query).get("have", [""])[0]
    return dict(item.split(":") for item in have.split(",") if item)


def _answered(rig: DeviceRig) -> tuple[SentPage, ...]:
    """What the cloud last had to say to what was last asked."""
    held = {kind: int(version) for kind, version in _asked(rig).items()}
    chain = rig.cloud.pages[PageKind.HOSTS]
    return (newest_page(PageKind.HOSTS, chain, held.get("hosts", 0), by_changes=True),)


def _serve(rig: DeviceRig, *pages: SentPage, **changes: object) -> None:
    answer = FeedAnswer(keys=rig.cloud.keys_pages[-1], pages=pages)
    body = exact_json.encode(msgspec.structs.replace(answer, **changes))
    rig.cloud.faults.mangle_answer = lambda given: Answer(200, given.headers, body) if given.status == 200 else given


def test_changes_lead_to_the_page_that_was_signed_and_outlive_a_restart(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("Ada", "Grace", "Noel"))
    rig.reader.step()
    rig.cloud.publish(_hosts("Ada", "Noel", "Odalys"))
    rig.reader.step()
    assert _answered(rig)[0].changes is not None
    assert (_names(rig), rig.reader.refused) == ({"Ada", "Noel", "Odalys"}, 0)
    again = rig.restart()
    assert _names(again) == {"Ada", "Noel", "Odalys"}
    again.close()


def test_a_page_signed_anew_without_change_costs_no_content(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("Ada"))
    rig.reader.step()
    rig.cloud.now_ms += 86_400_000
    rig.cloud.publish(_hosts("Ada"))
    rig.reader.step()
    (sent,) = _answered(rig)
    assert sent.changes is not None
    assert (sent.changes.put, sent.changes.remove) == ((), ())
    assert rig.feed.held()[PageKind.HOSTS].version == 2
    assert rig.feed.stale(rig.cloud.now_ms) == ()


def test_members_of_entries_that_came_later_are_kept_as_they_were_written(rig: DeviceRig) -> None:
    """A newer cloud: else the kiosk would come to other bytes than were signed."""
    before = b'{"later":[1],"hosts":[{"id":"%s","name":"Ada","department":"","pronouns":{"en":"she"}}]}' % (
        str(UUID(int=1, version=4)).encode()
    )
    rig.cloud.publish(_hosts(), raw=before)
    rig.reader.step()
    after = before.replace(b'"later":[1]', b'"later":[2]')
    rig.cloud.publish(_hosts(), raw=after)
    rig.reader.step()
    assert (_names(rig), rig.reader.refused, rig.feed.held()[PageKind.HOSTS].version) == ({"Ada"}, 0, 2)


def test_a_page_of_an_older_cloud_gets_the_defaults_of_what_came_since(rig: DeviceRig) -> None:
    types = VisitorTypes(types=(VisitorType(id="visitor", words={"en": "Visitor"}, badge="visitor"),))
    rig.cloud.publish(types, raw=b'{"types":[{"id":"visitor","words":{"en":"Visitor"},"badge":"visitor"}]}')
    rig.reader.step()
    assert rig.feed.content(PageKind.VISITOR_TYPES, VisitorTypes) == types


def test_words_that_came_later_do_not_keep_a_page_from_being_read(rig: DeviceRig) -> None:
    later = VisitorType(id="visitor", words={}, badge="hologram", steps=("details", "retina"))
    rig.cloud.publish(VisitorTypes(types=(later,)))
    rig.reader.step()
    assert rig.feed.content(PageKind.VISITOR_TYPES, VisitorTypes) == VisitorTypes(types=(later,))


def _tampered(rig: DeviceRig, sent: SentPage, case: str) -> SentPage:
    assert sent.changes is not None
    changes = sent.changes
    match case:
        case "an entry more":
            entry = exact_json.encode(_hosts("Mallory").hosts[0])
            changes = msgspec.structs.replace(changes, put=(*changes.put, msgspec.Raw(entry)))
        case "an entry less":
            changes = msgspec.structs.replace(changes, put=())
        case "nobody removed":
            changes = msgspec.structs.replace(changes, remove=())
        case "somebody else removed":
            changes = msgspec.structs.replace(changes, remove=("nobody",))
        case "since another version":
            changes = msgspec.structs.replace(changes, since=7)
        case _:
            changes = msgspec.structs.replace(changes, members={"hosts": msgspec.Raw(b"[]")})
    return send_changes(sent.head, changes)


@pytest.mark.parametrize(
    "case",
    [
        "an entry more",
        "an entry less",
        "nobody removed",
        "somebody else removed",
        "since another version",
        "a list beside",
    ],
)
def test_c15_changes_that_do_not_lead_there_change_nothing_and_the_whole_page_is_asked_for(
    rig: DeviceRig, case: str
) -> None:
    rig.cloud.publish(_hosts("Ada", "Grace"))
    rig.reader.step()
    rig.cloud.publish(_hosts("Ada", "Noel"))
    _serve(rig, _tampered(rig, newest_page(PageKind.HOSTS, rig.cloud.pages[PageKind.HOSTS], 1, by_changes=True), case))
    step = rig.reader.step()
    assert (_names(rig), rig.reader.refused) == ({"Ada", "Grace"}, 1)
    assert (step.state, step.wait_seconds) == (LinkState.ONLINE, POLL_SECONDS)
    rig.cloud.faults.mangle_answer = None
    rig.reader.step()
    assert "hosts" not in _asked(rig)
    assert (_names(rig), rig.reader.fault) == ({"Ada", "Noel"}, "")
    rig.reader.step()
    assert _asked(rig)["hosts"] == "2"


def test_c23_changes_back_to_an_older_version_are_refused(rig: DeviceRig) -> None:
    """C23: properly signed, and right in themselves."""
    first = rig.cloud.publish(_hosts("Ada"))
    rig.cloud.publish(_hosts("Ada", "Grace"))
    rig.reader.step()
    now, then = rig.cloud.pages[PageKind.HOSTS][1].whole, first.whole
    assert now is not None
    assert then is not None
    _serve(rig, send_changes(first.head, changes_between(PageKind.HOSTS, now, then, since=2)))
    rig.reader.step()
    assert _names(rig) == {"Ada", "Grace"}
    assert "older" in rig.reader.fault


def test_c23_a_frozen_feed_is_stale_and_is_used(rig: DeviceRig) -> None:
    """C23: whoever holds back what is new cannot make the kiosk believe that it is up to date."""
    rig.cloud.publish(_hosts("Ada"), lifetime_ms=1000)
    rig.reader.step()
    _serve(rig, rig.cloud.pages[PageKind.HOSTS][0])
    rig.reader.step()
    expired = rig.cloud.now_ms + 1000
    assert rig.feed.stale_since_ms(expired - 1) is None
    assert rig.feed.stale_since_ms(expired + 5) == expired
    assert _names(rig) == {"Ada"}


def _foreign(rig: DeviceRig, version: int) -> SentPage:
    """A page of a kind that nobody knows, by the right key."""
    raw = b'{"surprises":[%d]}' % version
    known = read_head(read_unverified_payload(rig.cloud.publish(_hosts()).head, what="a page"))
    rig.cloud.pages.clear()
    head = msgspec.structs.replace(
        known, page="surprises", version=version, previous="ab" * 32, sha256=sha256_hex(raw), size=len(raw)
    )
    return send_whole(sign_head(head, rig.cloud.feed_key), raw)


def test_a_page_that_came_later_is_passed_over_and_not_asked_for_again(rig: DeviceRig) -> None:
    """An older kiosk and a newer cloud: no fault, and no request after request for what it cannot read."""
    _serve(rig, _foreign(rig, 7), rig.cloud.publish(_hosts("Ada")))
    step = rig.reader.step()
    assert (rig.reader.refused, rig.reader.fault, _names(rig)) == (0, "", {"Ada"})
    assert step.state is LinkState.ONLINE
    rig.reader.step()
    assert _asked(rig) == {"hosts": "1", "keys": "1", "surprises": "7"}


def test_a_page_that_came_later_by_another_key_is_a_fault(rig: DeviceRig) -> None:
    """C16."""
    rig.cloud.feed_key, real = rig.cloud._key(), rig.cloud.feed_key
    page = _foreign(rig, 7)
    rig.cloud.feed_key = real
    _serve(rig, page)
    rig.reader.step()
    assert rig.reader.refused == 1
    rig.reader.step()
    assert _asked(rig) == {"keys": "1"}


@pytest.mark.parametrize(
    ("again", "more", "seconds"), [(0, False, 1.0), (20, False, 20.0), (20, True, 1.0), (10**9, False, 300.0)]
)
def test_the_cloud_says_when_to_ask_again_within_bounds(rig: DeviceRig, again: int, more: bool, seconds: float) -> None:
    _serve(rig, again_seconds=again, more=more)
    assert rig.reader.step().wait_seconds == seconds


def test_where_something_was_refused_the_kiosk_does_not_ask_again_at_once(rig: DeviceRig) -> None:
    """Else a page that it cannot take would be fetched once a second for ever."""
    _serve(rig, send_whole("a.b.c", b"{}"), again_seconds=0, more=True)
    assert rig.reader.step().wait_seconds == POLL_SECONDS


def test_an_older_cloud_that_holds_nothing_is_asked_every_twenty_seconds(rig: DeviceRig) -> None:
    body = b'{"keys":"%s","pages":[]}' % rig.cloud.keys_pages[-1].encode()
    rig.cloud.faults.mangle_answer = lambda given: Answer(200, given.headers, body) if given.status == 200 else given
    assert rig.reader.step().wait_seconds == 20.0


def _waits(rig: DeviceRig, steps: int) -> list[str]:
    """For how long each of these requests may be held; longer than 10 seconds is cut off on the way."""
    found = []
    for _ in range(steps):
        before = len(rig.cloud.requests)
        rig.cloud.faults.unreachable = int(rig.reader._holding.seconds > 10)
        rig.reader.step()
        cut = len(rig.cloud.requests) == before
        found.append("cut" if cut else parse_qs(urlsplit(rig.cloud.requests[-1].url).query)["wait"][0])
    return found


def test_where_long_requests_are_cut_off_shorter_ones_are_asked_for_and_longer_ones_seldom(rig: DeviceRig) -> None:
    """Polling behind the long poll: some proxies end whatever is silent for a while."""
    assert _waits(rig, 6) == ["cut", "0", "cut", "0", "6", "6"]
    assert _waits(rig, 47) == ["6"] * 47
    assert _waits(rig, 3) == ["cut", "0", "6"]


def test_an_outage_does_not_shorten_what_is_asked_for(rig: DeviceRig) -> None:
    rig.cloud.faults.unreachable = 3
    for _ in range(4):
        rig.reader.step()
    rig.reader.step()
    assert "wait=25" in rig.cloud.requests[-1].url


def test_another_program_reads_what_the_kiosk_holds(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("Ada"))
    rig.reader.step()
    beside = FeedStore(rig.records.database, rig.enrolment)
    assert beside.held() == rig.feed.held()
    assert beside.content(PageKind.HOSTS, Hosts) == rig.feed.content(PageKind.HOSTS, Hosts)
