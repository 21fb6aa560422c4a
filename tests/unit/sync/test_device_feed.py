"""The feed: newer pages by the right keys, and nothing else; a bad page leaves the others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.device.errors import StorageError
from sync.device.feed_reader import POLL_SECONDS
from sync.device.feed_store import FeedStore
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import Configuration, Host, Hosts, PageKind, Roster, SentPage, Zone, send_whole
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    yield made
    made.close()


def _hosts(*names: str) -> Hosts:
    return Hosts(
        hosts=tuple(Host(id=UUID(int=at, version=4), name=name, department="") for at, name in enumerate(names))
    )


def _configuration(site: str = "Mill Lane") -> Configuration:
    return Configuration(
        organisation="Thistledown Works",
        site=site,
        zones=(Zone(id="lobby", name="Lobby", muster_point="Car park"),),
        languages=("en",),
        badge_hours=12,
        time_zone="Europe/London",
    )


def _names(rig: DeviceRig) -> list[str]:
    hosts = rig.feed.content(PageKind.HOSTS, Hosts)
    return [] if hosts is None else [host.name for host in hosts.hosts]


def _serve(rig: DeviceRig, *pages: SentPage, keys: str | None = None) -> None:
    body = exact_json.encode(FeedAnswer(keys=keys or rig.cloud.keys_pages[-1], pages=pages))
    rig.cloud.faults.mangle_answer = lambda answer: (
        Answer(200, answer.headers, body) if answer.status == 200 else answer
    )


def test_new_pages_are_taken_and_outlive_a_restart(rig: DeviceRig) -> None:
    assert rig.feed.content(PageKind.HOSTS, Hosts) is None
    rig.cloud.publish(_hosts("Grace Sample"))
    rig.cloud.publish(_configuration())
    step = rig.reader.step()
    assert (step.state, step.wait_seconds, rig.reader.fault) == (LinkState.ONLINE, POLL_SECONDS, "")
    again = rig.restart()
    assert _names(again) == ["Grace Sample"]
    held = again.feed.held()
    assert {kind: page.version for kind, page in held.items()} == {PageKind.HOSTS: 1, PageKind.CONFIGURATION: 1}
    again.close()


def test_only_what_is_newer_is_asked_for(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("Grace Sample"))
    rig.reader.step()
    rig.reader.step()
    assert rig.cloud.requests[-1].url.endswith("?wait=25&have=hosts:1,keys:1")
    rig.cloud.publish(_hosts("Grace Sample", "Alan Example"))
    rig.reader.step()
    assert _names(rig) == ["Grace Sample", "Alan Example"]


def test_versions_that_were_missed_do_not_matter(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("One"))
    rig.reader.step()
    for name in ("Two", "Three", "Four"):
        rig.cloud.publish(_hosts(name))
    rig.reader.step()
    assert (_names(rig), rig.reader.refused) == (["Four"], 0)


def test_c23_an_older_page_is_refused(rig: DeviceRig) -> None:
    """C23: a replayed page, properly signed, of a lower version."""
    old = rig.cloud.publish(_hosts("Old"))
    rig.cloud.publish(_hosts("New"))
    rig.reader.step()
    _serve(rig, old)
    rig.reader.step()
    assert (_names(rig), rig.reader.refused) == (["New"], 1)
    assert "older" in rig.reader.fault


def test_c23_a_store_that_looked_at_no_version_would_be_caught(rig: DeviceRig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the store forgets what it held, and the old page comes back."""
    old = rig.cloud.publish(_hosts("Old"))
    rig.cloud.publish(_hosts("New"))
    rig.reader.step()
    with rig.records.database.transaction() as tables:
        tables.execute("delete from feed_page")
    _serve(rig, old)
    rig.reader.step()
    assert _names(rig) == ["Old"]


def test_c23_another_page_of_the_same_version_is_refused(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("First"))
    rig.reader.step()
    _serve(rig, rig.cloud.publish(_hosts("Second"), version=1, previous="0" * 64))
    rig.reader.step()
    assert (_names(rig), rig.reader.refused) == (["First"], 1)


def test_the_same_page_again_is_no_news_and_no_fault(rig: DeviceRig) -> None:
    page = rig.cloud.publish(_hosts("First"))
    rig.reader.step()
    _serve(rig, page)
    rig.reader.step()
    assert (_names(rig), rig.reader.refused, rig.reader.fault) == (["First"], 0, "")


def _by_another_key(cloud: SyncCloud) -> SentPage:
    cloud.feed_key, real = cloud._key(), cloud.feed_key
    page = cloud.publish(_hosts("Bad"))
    cloud.feed_key = real
    return page


BAD_PAGES: dict[str, Callable[[SyncCloud], SentPage]] = {
    "another predecessor": lambda cloud: cloud.publish(_hosts("Bad"), version=2, previous="1" * 64),
    "another site": lambda cloud: cloud.publish(_hosts("Bad"), site=UUID(int=1, version=4)),
    "another organisation": lambda cloud: cloud.publish(_hosts("Bad"), tenant=UUID(int=1, version=4)),
    "a first page with a predecessor": lambda cloud: cloud.publish(_hosts("Bad"), version=1, previous="1" * 64),
    "another key": _by_another_key,
    "a content of no shape": lambda cloud: cloud.publish(_hosts("Bad"), raw=b'{"hosts":[{"id":"a","name":5}]}'),
    "a content that is no exact JSON": lambda cloud: cloud.publish(_hosts("Bad"), raw=b'{"hosts":[] }'),
    "another content than was signed": lambda cloud: send_whole(cloud.publish(_hosts("Bad")).head, b'{"hosts":[]}'),
    "a smaller size than it has": lambda cloud: cloud.publish(_hosts("Bad"), size=5),
    "entries out of order": lambda cloud: cloud.publish(Hosts(hosts=_hosts("Bad", "Worse").hosts[::-1])),
    "an entry twice": lambda cloud: cloud.publish(Hosts(hosts=_hosts("Bad").hosts * 2)),
    "not a page": lambda cloud: send_whole("a.b.c", b"{}"),
    "nothing": lambda cloud: send_whole("", b"{}"),
    "no content": lambda cloud: send_whole(cloud.publish(_hosts("Bad")).head, b"null"),
}


@pytest.mark.parametrize("case", BAD_PAGES)
def test_c16_a_bad_page_leaves_the_old_one_and_the_others(rig: DeviceRig, case: str) -> None:
    rig.cloud.publish(_hosts("Good"))
    rig.reader.step()
    bad = BAD_PAGES[case](rig.cloud)
    _serve(rig, bad, rig.cloud.publish(_configuration()), rig.cloud.publish(Roster(kiosks=())))
    step = rig.reader.step()
    assert (step.state, rig.reader.refused) == (LinkState.ONLINE, 1)
    assert rig.reader.fault.startswith("a page was refused")
    assert _names(rig) == ["Good"]
    assert set(rig.feed.held()) == {PageKind.HOSTS, PageKind.CONFIGURATION, PageKind.ROSTER}


def test_any_flipped_byte_of_a_page_is_refused(rig: DeviceRig) -> None:
    keys = rig.settings.keys_page()
    assert keys is not None
    page = rig.cloud.publish(_hosts("Good"))
    generator = random.Random(4)
    head = page.head
    for at in range(0, len(head), 3):
        damaged = head[:at] + chr(generator.choice([ord(head[at]) ^ 1, ord(head[at]) ^ 64, 0xE9])) + head[at + 1 :]
        _serve(rig, send_whole(damaged, page.whole or b""))
        rig.reader.step()
        assert _names(rig) == []
    assert rig.reader.refused == len(range(0, len(head), 3))


def test_c23_expired_pages_are_named_and_go_on_working(rig: DeviceRig) -> None:
    """C23: a feed that is frozen keeps its pages, and the kiosk can say which are stale."""
    rig.cloud.publish(_hosts("Grace Sample"), lifetime_ms=1000)
    rig.cloud.publish(_configuration(), lifetime_ms=5000)
    rig.reader.step()
    now = rig.cloud.now_ms
    assert rig.feed.stale(now + 999) == ()
    assert [page.kind for page in rig.feed.stale(now + 1000)] == [PageKind.HOSTS]
    assert [page.kind for page in rig.feed.stale(now + 9000)] == [PageKind.CONFIGURATION, PageKind.HOSTS]
    assert _names(rig) == ["Grace Sample"]


def test_a_newer_keys_page_is_taken_and_used_at_once(rig: DeviceRig) -> None:
    rig.cloud.feed_key = rig.cloud._key()
    rig.cloud.publish_keys()
    rig.cloud.publish(_hosts("By the new key"))
    rig.reader.step()
    assert _names(rig) == ["By the new key"]
    page = rig.settings.keys_page()
    assert page is not None
    assert page[1].version == 2


def _by_another_root(cloud: SyncCloud) -> str:
    cloud.root, real = cloud._key(), cloud.root
    page = cloud.publish_keys()
    cloud.root = real
    return page


BAD_KEYS: dict[str, Callable[[SyncCloud], str]] = {
    "older": lambda cloud: cloud.keys_pages[0],
    "of the same version": lambda cloud: cloud.publish_keys(version=2, previous="2" * 64),
    "with another predecessor": lambda cloud: cloud.publish_keys(version=3, previous="2" * 64),
    "by another root": _by_another_root,
    "not a page": lambda cloud: "x",
    "not ascii": lambda cloud: "é.é.é",
}


@pytest.mark.parametrize("case", BAD_KEYS)
def test_a_keys_page_that_cannot_be_believed_brings_nothing_with_it(rig: DeviceRig, case: str) -> None:
    rig.cloud.publish_keys()
    rig.reader.step()
    known = rig.settings.keys_page()
    page = rig.cloud.publish(_hosts("Bad company"))
    _serve(rig, page, keys=BAD_KEYS[case](rig.cloud))
    assert rig.reader.step().state is LinkState.REFUSED
    assert rig.settings.keys_page() == known
    assert (_names(rig), rig.reader.refused) == ([], 1)
    assert "cannot be believed" in rig.reader.fault


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"keys":1,"pages":[]}', b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_feed_changes_nothing(rig: DeviceRig, body: bytes) -> None:
    rig.cloud.publish(_hosts("Good"))
    rig.reader.step()
    rig.cloud.faults.answers = [Answer(200, {}, body)]
    assert rig.reader.step().state is LinkState.REFUSED
    assert _names(rig) == ["Good"]


def test_the_states_of_the_link_are_told_apart(rig: DeviceRig) -> None:
    rig.cloud.faults.unreachable = 1
    assert rig.reader.step().state is LinkState.OFFLINE
    rig.cloud.faults.answers = [Answer(503, {"retry-after": "60"}, b""), Answer(500, {}, b"")]
    assert rig.reader.step().wait_seconds >= 60
    assert rig.reader.step().state is LinkState.OFFLINE
    rig.cloud.device.revoked = True
    assert rig.reader.step().state is LinkState.REVOKED
    rig.cloud.device.revoked = False
    assert (rig.reader.step().state, rig.reader.fault) == (LinkState.ONLINE, "")


def test_a_full_disk_keeps_the_old_page_and_the_next_step_takes_the_new_one(rig: DeviceRig) -> None:
    rig.cloud.publish(_hosts("Old"))
    rig.reader.step()
    rig.cloud.publish(_hosts("New"))
    with failing(rig.records.database, "commit"):
        rig.reader.step()
        assert "disk" in rig.reader.fault
    assert _names(rig) == ["Old"]
    with failing(rig.records.database, "select"), pytest.raises(StorageError):
        FeedStore(rig.records.database, rig.enrolment).held()
    rig.reader.step()
    assert _names(rig) == ["New"]
