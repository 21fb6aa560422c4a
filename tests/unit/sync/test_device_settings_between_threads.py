"""Keys and enrolment, which the thread of the uploads and that of the feed both read and write."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.device.database import DeviceDatabase
from sync.device.settings import Enrolment, Settings
from sync.protocol.keys import public_key, public_text
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig

LATER_EPOCH = "A" * 43


class _Interrupted(Settings):
    """Between two reads another thread does something, if it is let in."""

    def __init__(self, database: DeviceDatabase, act: Callable[[], None]) -> None:
        super().__init__(database)
        self._lock, self._act = database.lock, act
        self.let_in = 0

    def enrolment(self) -> Enrolment | None:
        found = super().enrolment()
        self._interrupt()
        return found

    def _value(self, name: str) -> bytes | None:
        found = super()._value(name)
        if name == "keys":
            self._interrupt()
        return found

    def _interrupt(self) -> None:
        other = threading.Thread(target=self._try)
        other.start()
        other.join()

    def _try(self) -> None:
        if not self.let_in and self._lock.acquire(blocking=False):
            try:
                self.let_in += 1
                self._act()
            finally:
                self._lock.release()


@pytest.fixture
def rig(tmp_path: Path) -> DeviceRig:
    made = enrol_rig(tmp_path, SyncCloud())
    made.cloud.move_root()
    return made


def _move_root(rig: DeviceRig, settings: Settings) -> None:
    root = public_key(public_text(rig.cloud.root.public_key()))
    settings.replace_keys(rig.cloud.keys_pages[-1], root=root, moves=tuple(rig.cloud.moves))


def test_an_epoch_that_begins_while_the_root_moves_is_not_forgotten(rig: DeviceRig) -> None:
    def begin_epoch() -> None:
        with rig.records.database.transaction() as tables:
            rig.settings.move_to_epoch(tables, LATER_EPOCH)

    settings = _Interrupted(rig.records.database, begin_epoch)
    _move_root(rig, settings)
    if not settings.let_in:
        begin_epoch()
    found = rig.settings.enrolment()
    assert found is not None
    assert (found.epoch, found.root) == (LATER_EPOCH, public_text(rig.cloud.root.public_key()))
    rig.close()


def test_whoever_reads_the_keys_page_while_the_root_moves_reads_both_of_before_or_both_of_after(rig: DeviceRig) -> None:
    settings = _Interrupted(rig.records.database, lambda: _move_root(rig, rig.settings))
    keys = settings.keys_page()
    assert keys is not None
    assert keys[0] in rig.cloud.keys_pages
    rig.close()
