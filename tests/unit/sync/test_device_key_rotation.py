"""Keys of the server that were rotated, leaked or lost while a kiosk was offline (C46)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.database import DeviceDatabase
from sync.device.enroller import enrol
from sync.device.errors import EnrolmentError
from sync.device.settings import Settings
from sync.device.stepping import LinkState
from sync.protocol.errors import SignatureError
from sync.protocol.feed import Host, Hosts, PageKind
from sync.protocol.keys import public_text, thumbprint
from sync.protocol.keyspage import KeyState, KeyUse, key_entry
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig, open_rig
from tests.fakes.sync_records import DATABASE_KEY, NOON_MS, Bytes, arrival

HOST = UUID(int=7, version=4)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    made = enrol_rig(tmp_path, SyncCloud())
    yield made
    made.close()


def fresh(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def hosts(name: str) -> Hosts:
    return Hosts(hosts=(Host(id=HOST, name=name, department=""),))


def host_name(rig: DeviceRig) -> str:
    found = rig.feed.content(PageKind.HOSTS, Hosts)
    return "" if found is None else found.hosts[0].name


# Receipt keys.


def test_c46_a_receipt_key_rotated_once_while_a_kiosk_was_offline_is_believed_at_once(rig: DeviceRig) -> None:
    """C46: the next key stands on the page that the kiosk has."""
    cloud, following = rig.cloud, fresh("receipt 2")
    cloud.other_keys = (key_entry(KeyUse.RECEIPT, following.public_key(), KeyState.NEXT),)
    cloud.publish_keys()
    rig.reader.step()
    rig.log.append(arrival())
    cloud.other_keys = (key_entry(KeyUse.RECEIPT, cloud.receipt_key.public_key(), KeyState.RETIRED),)
    cloud.receipt_key = following
    cloud.publish_keys()
    rig.drain()
    assert rig.recorded() == rig.held()


def test_c46_a_receipt_key_rotated_twice_or_lost_is_followed_by_the_newest_page(rig: DeviceRig) -> None:
    """C46: until the page has come, the receipt is no answer and the batch stays."""
    cloud = rig.cloud
    rig.log.append(arrival())
    cloud.other_keys = (key_entry(KeyUse.RECEIPT, cloud.receipt_key.public_key(), KeyState.RETIRED),)
    cloud.receipt_key = fresh("receipt 3")
    cloud.publish_keys()
    assert rig.uploader.step().state is LinkState.REFUSED
    assert rig.outbox.waiting > 0
    assert rig.reader.step().state is LinkState.ONLINE
    rig.drain()
    assert rig.recorded() == rig.held()


def test_c46_what_a_thief_signs_with_a_leaked_receipt_key_is_not_believed_once_the_page_is_here(
    rig: DeviceRig,
) -> None:
    """C46: and what he had receipted before goes up again, because the two ends are compared."""
    cloud, stolen = rig.cloud, rig.cloud.receipt_key
    rig.log.append(arrival())
    batch = rig.outbox.next_batch()
    assert batch is not None
    rig.uploader.step()
    device = cloud.device
    lost, device.events[:] = len(device.events), []
    device.receipts.clear()
    assert (lost > 0, rig.outbox.waiting) == (True, 0)
    cloud.receipt_key = fresh("receipt 2")
    cloud.publish_keys()
    rig.reader.step()
    rig.uploader.greet()
    rig.uploader.step()
    rig.drain()
    assert rig.recorded() == rig.held()
    rig.log.append(arrival())
    cloud.receipt_key = stolen
    assert rig.uploader.step().state is LinkState.REFUSED
    assert "cannot be believed" in rig.uploader.fault


# Feed keys.


@pytest.mark.parametrize("state", [KeyState.NEXT, KeyState.RETIRED])
def test_c46_pages_by_the_feed_key_before_and_after_are_taken(rig: DeviceRig, state: KeyState) -> None:
    """C46: rotated while the kiosk was offline."""
    cloud, now = rig.cloud, rig.cloud.feed_key
    other = fresh("feed other")
    cloud.other_keys = (key_entry(KeyUse.FEED, other.public_key(), state),)
    cloud.publish_keys()
    cloud.feed_key = other
    cloud.publish(hosts("Grace Example"))
    rig.reader.step()
    assert host_name(rig) == "Grace Example"
    cloud.feed_key = now


def test_c46_a_leaked_feed_keys_pages_are_replaced_whatever_version_they_claim(rig: DeviceRig) -> None:
    """C46: a thief could else freeze a kiosk for ever by a page of the highest version."""
    cloud = rig.cloud
    cloud.publish(hosts("Mallory"), version=2**40)
    rig.reader.step()
    assert host_name(rig) == "Mallory"
    cloud.pages.clear()
    cloud.feed_key = fresh("feed 2")
    cloud.publish_keys()
    cloud.publish(hosts("Grace Example"))
    step = rig.reader.step()
    assert (step.state, step.wait_seconds) == (LinkState.ONLINE, 1.0)
    assert [page.kind for page in rig.feed.stale(cloud.now_ms)] == [PageKind.HOSTS]
    rig.reader.step()
    assert host_name(rig) == "Grace Example"
    assert rig.feed.stale(cloud.now_ms) == ()
    rig.reader.step()
    assert rig.reader.fault == ""


def test_c46_a_page_by_a_withdrawn_feed_key_is_refused(rig: DeviceRig) -> None:
    cloud, stolen = rig.cloud, rig.cloud.feed_key
    cloud.publish(hosts("Grace Example"))
    rig.reader.step()
    cloud.feed_key = fresh("feed 2")
    cloud.publish_keys()
    cloud.publish(hosts("Grace Example"))
    rig.reader.step()
    rig.reader.step()
    cloud.feed_key = stolen
    cloud.publish(hosts("Mallory"))
    rig.reader.step()
    assert (host_name(rig), rig.reader.refused) == ("Grace Example", 1)


# Token and log keys.


@pytest.mark.parametrize("use", [KeyUse.TOKEN, KeyUse.LOG, KeyUse.COMMAND])
def test_c46_other_keys_verify_while_listed_and_no_more_once_withdrawn(rig: DeviceRig, use: KeyUse) -> None:
    """C46: invitations, checkpoints and commands are looked up on the newest page."""
    key = fresh(f"{use} old")
    kid = thumbprint(key.public_key())
    for state in (KeyState.NEXT, KeyState.RETIRED):
        rig.cloud.other_keys = (key_entry(use, key.public_key(), state),)
        rig.cloud.publish_keys()
        rig.reader.step()
        keys = rig.settings.keys_page()
        assert keys is not None
        assert public_text(keys[1].find(use, kid)) == public_text(key.public_key())
    rig.cloud.other_keys = ()
    rig.cloud.publish_keys()
    rig.reader.step()
    keys = rig.settings.keys_page()
    assert keys is not None
    with pytest.raises(SignatureError):
        keys[1].find(use, kid)


def test_c46_the_log_goes_on_under_another_key(rig: DeviceRig) -> None:
    """C46, C40: what is held was signed by a key that leaked since; the next checkpoint still must continue it."""
    cloud = rig.cloud
    for key in (cloud.log.key, fresh("log 2"), fresh("log 3")):
        cloud.log.key = key
        cloud.publish_keys()
        rig.reader.step()
        cloud.checkpoint = cloud.log.grow(3)
        rig.log.append(arrival())
        rig.drain()
        rig.witness.step()
    assert (rig.outbox.memory.held(), rig.outbox.memory.alarm()) == (cloud.log.note(), None)


# The root.


@pytest.mark.parametrize("moves", [1, 3])
def test_c46_a_kiosk_follows_the_root_however_often_it_moved_while_it_was_offline(rig: DeviceRig, moves: int) -> None:
    """C46: root N+1 is signed by N and N+1."""
    rig.reader.step()
    for _ in range(moves):
        rig.cloud.move_root()
    rig.cloud.publish(hosts("Grace Example"))
    assert rig.reader.step().state is LinkState.ONLINE
    assert host_name(rig) == "Grace Example"
    again = rig.restart()
    enrolment = again.settings.enrolment()
    assert enrolment is not None
    assert enrolment.root == public_text(rig.cloud.root.public_key())
    assert again.settings.root_moves() == rig.cloud.moves
    rig.cloud.move_root()
    assert again.reader.step().state is LinkState.ONLINE
    assert len(again.settings.root_moves()) == moves + 1


def test_c46_a_root_that_the_pinned_one_did_not_sign_is_refused_and_uploads_go_on(rig: DeviceRig) -> None:
    """C46: a thief of the network, or a root that was lost and replaced."""
    rig.reader.step()
    rig.cloud.lose_root()
    rig.cloud.publish(hosts("Mallory"))
    assert rig.reader.step().state is LinkState.REFUSED
    assert host_name(rig) == ""
    rig.log.append(arrival())
    rig.drain()
    assert rig.recorded() == rig.held()


def test_c46_a_chain_of_moves_with_a_missing_link_is_refused(rig: DeviceRig) -> None:
    for _ in range(3):
        rig.cloud.move_root()
    del rig.cloud.moves[1]
    assert rig.reader.step().state is LinkState.REFUSED
    enrolment = rig.settings.enrolment()
    assert enrolment is not None
    assert enrolment.root == rig.enrolment.root


def test_c46_a_lost_root_is_enrolled_again_on_site_with_the_queue_intact(rig: DeviceRig) -> None:
    """C46: nothing that was recorded before is lost or signed anew."""
    rig.log.append(arrival())
    rig.drain()
    rig.log.append(arrival("Cleo Sample"))
    before, head = rig.recorded(), rig.log.head
    rig.cloud.lose_root()
    code = rig.cloud.make_code(rig.enrolment.kiosk)
    enrol(
        code,
        server=rig.cloud.origin,
        transport=rig.cloud,
        settings=rig.settings,
        entropy=Bytes(9),
        now_ms=NOON_MS,
        again=True,
    )
    rig.close()
    again = open_rig(rig.records.folder, rig.cloud)
    assert again.log.head.epoch != head.epoch
    assert again.log.incomplete is None
    assert again.log.doubt.standing() is None
    assert again.outbox.waiting == head.seq - 4
    again.log.append(arrival("Dora Sample"))
    again.drain()
    old, new = (rig.cloud.devices[epoch] for epoch in (head.epoch, again.log.head.epoch))
    assert [event.hash for event in old.events] == before
    assert [event.hash for event in new.events] == again.recorded()
    again.cloud.publish(hosts("Grace Example"))
    assert again.reader.step().state is LinkState.ONLINE
    again.close()


def test_c46_a_code_of_another_kiosk_does_not_take_this_ones_records(rig: DeviceRig) -> None:
    rig.log.append(arrival())
    kept = rig.settings.enrolment()
    with pytest.raises(EnrolmentError, match="another kiosk"):
        enrol(
            rig.cloud.make_code(),
            server=rig.cloud.origin,
            transport=rig.cloud,
            settings=rig.settings,
            entropy=Bytes(9),
            now_ms=NOON_MS,
            again=True,
        )
    assert rig.settings.enrolment() == kept


def test_a_kiosk_that_was_never_enrolled_is_not_enrolled_again(tmp_path: Path) -> None:
    cloud, database = SyncCloud(), DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    with pytest.raises(EnrolmentError, match="leave --again out"):
        enrol(
            cloud.make_code(),
            server=cloud.origin,
            transport=cloud,
            settings=Settings(database),
            entropy=Bytes(9),
            now_ms=NOON_MS,
            again=True,
        )
    database.close()
