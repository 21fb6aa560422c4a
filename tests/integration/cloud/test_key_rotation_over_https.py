"""Keys of a real server rotated, withdrawn, moved and lost while a real kiosk is offline (C46)."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.device.stepping import LinkState
from sync.protocol.jws import read_header
from sync.protocol.keys import thumbprint
from tests.fakes.cloud_site import Site
from tests.fakes.commands import lodge_kiosk
from tests.fakes.kiosk_on_site import KioskFolder, KioskOnSite, new_kiosk

pytestmark = pytest.mark.timeout(900)  # real processes, and each command opens the database anew


@pytest.fixture(scope="module")
def served(own_site: Site) -> Iterator[Site]:
    with own_site.process("serve"), own_site.process("worker"):
        own_site.wait_until_ready()
        yield own_site


def key(site: Site) -> str:
    return str(site.folder / "root.key")


def current(site: Site, use: str) -> str:
    return next(str(item["id"]) for item in site.facts("keys", "status")["keys"] if _is(item, use, "current"))


def _is(item: dict[str, Any], use: str, state: str) -> bool:
    return (item["use"], item["state"]) == (use, state)


def receipt_kid(kiosk: KioskOnSite) -> str:
    rows = kiosk.station.database.read("select signed from receipt", ())
    return read_header(rows[0]["signed"], what="a receipt").kid


def page_kids(kiosk: KioskOnSite) -> set[str]:
    rows = kiosk.station.database.read("select signed from feed_page", ())
    return {read_header(row["signed"], what="a page").kid for row in rows}


def test_c46_receipt_keys_rotate_once_and_twice_while_a_kiosk_is_offline(served: Site, tmp_path: Path) -> None:
    """C46."""
    folder, _ = new_kiosk(served, tmp_path, "Receipts")
    served.facts("keys", "rotate", "receipt", "--root-key", key(served))
    with folder.open() as kiosk:
        kiosk.visit()
        kiosk.drain()  # by the page that it has, on which this key was the next one
        assert receipt_kid(kiosk) == current(served, "receipt")
        for _ in range(2):
            served.facts("keys", "rotate", "receipt", "--root-key", key(served))
        kiosk.visit("Cleo Sample")
        assert kiosk.lines.uploader.step().state is LinkState.REFUSED
        assert kiosk.lines.feed.step().state is LinkState.ONLINE
        kiosk.drain()
        assert receipt_kid(kiosk) == current(served, "receipt")


def test_c46_a_receipt_key_that_leaked_is_withdrawn_and_old_answers_are_signed_anew(
    served: Site, tmp_path: Path
) -> None:
    """C46, C10: the answer to this batch was lost; the stored one is by the key that leaked meanwhile."""
    folder, _ = new_kiosk(served, tmp_path, "Leaked")
    with folder.open() as kiosk:
        kiosk.lines.feed.step()
        kiosk.visit()
        batch = kiosk.station.outbox.next_batch()
        assert batch is not None
        kiosk.lines.uploader.step()
        kiosk.station.outbox.resend_from(1)
        with kiosk.station.database.transaction() as tables:
            tables.table("batch").insert(
                {
                    "epoch": batch.epoch,
                    "first": batch.first,
                    "last": batch.last,
                    "manifest": batch.manifest,
                    "wire": batch.wire,
                }
            )
        leaked = current(served, "receipt")
        served.facts("keys", "withdraw", leaked, "--root-key", key(served), "--reason", "leaked")
        kiosk.lines.feed.step()
        kiosk.drain()
        assert receipt_kid(kiosk) == current(served, "receipt") != leaked
        keys = kiosk.station.settings.keys_page()
        assert keys is not None
        assert leaked not in {entry.kid for entry in keys[1].keys}
    again = served.run("keys", "withdraw", leaked, "--root-key", key(served), "--reason", "leaked", code=1)
    assert "withdrawn before" in again.stderr


def test_c46_feed_keys_rotate_and_a_leaked_ones_pages_are_replaced(served: Site, tmp_path: Path) -> None:
    """C46."""
    folder, _ = new_kiosk(served, tmp_path, "Feed")
    with folder.open() as kiosk:
        kiosk.lines.feed.step()
        first = current(served, "feed")
        assert page_kids(kiosk) == {first}
        served.facts("keys", "rotate", "feed", "--root-key", key(served))
        served.run("org", "apply", str(served.folder / "organisation.json"))
        assert kiosk.lines.feed.step().state is LinkState.ONLINE
        served.facts("keys", "withdraw", first, "--root-key", key(served), "--reason", "leaked")
        wanted = {current(served, "feed")}
        kiosk.lines.feed.step()
        if page_kids(kiosk) != wanted:  # else this would be held until something is new
            kiosk.lines.feed.step()
        assert page_kids(kiosk) == wanted
        assert kiosk.lines.feed.fault == ""


def test_c46_a_log_key_that_leaked_is_followed_by_another_in_one_history(served: Site, tmp_path: Path) -> None:
    """C46, C40."""
    folder, _ = new_kiosk(served, tmp_path, "Log")
    with folder.open() as kiosk:
        kiosk.visit_until_shown(lambda: kiosk.station.outbox.memory.held() is not None)
        held = kiosk.held()
        served.facts("keys", "withdraw", current(served, "log"), "--root-key", key(served), "--reason", "leaked")
        kiosk.lines.feed.step()
        kiosk.visit_until_shown(lambda: kiosk.held() != held)
        assert kiosk.alarm() is None


def test_c46_every_kiosk_follows_two_moves_of_the_root(served: Site, tmp_path: Path) -> None:
    """C46: the old root signs nothing any more."""
    folder, _ = new_kiosk(served, tmp_path, "Root")
    old = key(served)
    for number in (2, 3):
        new = str(served.folder / f"root-{number}.key")
        moved = served.facts("keys", "move-root", "--root-key", old, "--new-root-key", new)
        refused = served.run("keys", "page", "--root-key", old, code=1)
        assert "not the organisation's root key" in refused.stderr
        old = new
    Path(old).replace(served.folder / "root.key")
    with folder.open() as kiosk:
        assert kiosk.lines.feed.step().state is LinkState.ONLINE
        assert _root(folder) == moved["root"]
    assert served.facts("keys", "status")["root_moves"] == 2
    later, _ = new_kiosk(served, tmp_path, "Later")
    assert _root(later) == moved["root"]


def test_c46_a_lost_root_is_enrolled_again_by_the_command_with_the_queue_intact(served: Site, tmp_path: Path) -> None:
    """C46."""
    folder, kiosk_id = new_kiosk(served, tmp_path, "Lost root")
    with folder.open() as kiosk:
        kiosk.visit()
        kiosk.drain()
        kiosk.visit("Cleo Sample")
        waiting = kiosk.station.outbox.waiting
    Path(key(served)).unlink()
    hesitant = served.run("keys", "replace-root", "--reason", "lost", "--new-root-key", key(served), code=1)
    assert "--lost" in hesitant.stderr
    replaced = served.facts("keys", "replace-root", "--reason", "lost", "--new-root-key", key(served), "--lost")
    with folder.open() as kiosk:
        assert kiosk.lines.feed.step().state is LinkState.REFUSED
        assert kiosk.station.outbox.waiting == waiting > 0
    code = served.facts("kiosk", "code", str(kiosk_id), "--qr", str(tmp_path / "again.png"))["code"]
    done = enrol_again(folder, code)
    assert (done.returncode, done.stderr) == (0, "")
    assert replaced["root"] in done.stdout
    with folder.open() as kiosk:
        assert page_kids(kiosk) == {current(served, "feed")}
        kiosk.visit("Dora Sample")
        kiosk.drain()
        assert kiosk.station.log.incomplete is None
        kiosk.lines.uploader.step()
        assert kiosk.lines.uploader.fault == ""
    (seen,) = [item for item in served.facts("kiosk", "list") if item["id"] == str(kiosk_id)]
    assert seen["state"] == "enrolled"


def enrol_again(folder: KioskFolder, code: str) -> "subprocess.CompletedProcess[str]":
    server = f"https://localhost:{folder.site.port}"
    return lodge_kiosk("enrol", code, "--server", server, "--again", "--data", str(folder.folder))


def _root(folder: KioskFolder) -> str:
    with folder.open() as kiosk:
        enrolment = kiosk.station.settings.enrolment()
        assert enrolment is not None
        return thumbprint(enrolment.root_key)
