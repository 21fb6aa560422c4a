"""C05: the files of a salvage: evidence, room, who keeps away, and what a kill at any moment leaves."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sync.device.errors import StorageError
from sync.device.salvage.files import keep_away, share_database
from sync.device.salvage.salvage import Finished, NoRoomError, NothingWrong, Place, Salvaged, set_aside
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import arrived, flip, page_of_event, salvage_folder, salvaged
from tests.fakes.sync_kiosk import enrol_rig, open_rig
from tests.fakes.sync_records import arrival


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kiosk with a damaged database."""
    made = tmp_path / "kiosk"
    made.mkdir()
    rig = enrol_rig(made, SyncCloud())
    for _ in range(6):
        rig.log.append(arrival())
    rig.log.settle()
    rig.close()
    flip(made / "lodge.db", page_of_event(made / "lodge.db", 9))
    return made


def test_c05_the_damaged_files_are_kept_whole_for_nobody_but_the_kiosks_user(folder: Path) -> None:
    """C05."""
    (folder / "lodge.db-wal").write_bytes(b"not a wal")
    before = {name: (folder / name).read_bytes() for name in ("lodge.db", "lodge.db-wal", "lodge.db-salt", "witness")}
    kept = salvaged(folder).evidence
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept / "witness").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "lodge.db").stat().st_mode) == 0o600
    left = {path.name for path in folder.iterdir()}
    assert left == {"lodge.db", "lodge.db-salt", "witness", "salvage.lock", kept.name}, "no draft and no old WAL"


def test_c05_a_second_damage_gets_a_folder_of_its_own(folder: Path) -> None:
    """C05: evidence is never written over."""
    first = salvaged(folder).evidence
    content = (first / "lodge.db").read_bytes()
    flip(folder / "lodge.db", 1)
    second = salvaged(folder).evidence
    assert (first.name, second.name) == ("damaged-now", "damaged-now.2")
    assert (first / "lodge.db").read_bytes() == content


def test_c05_too_little_room_is_told_and_nothing_is_changed(folder: Path) -> None:
    """C05, C03."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(NoRoomError) as refused:
        salvage_folder(folder, free_bytes=1_000_000)
    assert refused.value.needed > refused.value.free == 1_000_000
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "salvage.lock"} == before


def test_c05_whoever_has_the_database_open_keeps_a_salvage_away_and_the_other_way_round(folder: Path) -> None:
    """C05: an old connection would write an old log beside the new database."""
    with share_database(folder / "lodge.db"), pytest.raises(StorageError, match="Another program"):
        salvage_folder(folder)
    with keep_away(folder), pytest.raises(StorageError, match="being salvaged"), share_database(folder / "lodge.db"):
        pass
    assert isinstance(salvage_folder(folder), Salvaged)


@pytest.mark.parametrize("finisher", ["a salvage", "whoever opens it"])
def test_c05_a_salvage_that_was_cut_short_after_it_had_decided_is_finished(folder: Path, finisher: str) -> None:
    """C05: the old WAL must never be folded into the new database."""
    damaged = (folder / "lodge.db").read_bytes()
    salvaged(folder)
    new = (folder / "lodge.db").read_bytes()
    (folder / "lodge.db").rename(folder / "lodge.db.salvaged")
    (folder / "lodge.db").write_bytes(damaged)
    (folder / "lodge.db-wal").write_bytes(b"an old one")
    if finisher == "a salvage":
        assert isinstance(salvage_folder(folder), Finished)
    else:
        with share_database(folder / "lodge.db"):
            assert not (folder / "lodge.db-wal").exists()
    assert (folder / "lodge.db").read_bytes() == new
    assert not (folder / "lodge.db.salvaged").exists()
    assert isinstance(salvage_folder(folder), NothingWrong)


def test_c05_what_cannot_be_salvaged_is_set_aside_and_the_next_log_knows_that_it_is_not_the_first(folder: Path) -> None:
    """C05: enrolled anew, the kiosk says that people may be missing."""
    damaged = (folder / "lodge.db").read_bytes()
    kept = set_aside(Place(folder, "lodge.db", "witness"), "now")
    assert (kept / "lodge.db").read_bytes() == damaged
    assert not (folder / "lodge.db").exists()
    rig = enrol_rig(folder, SyncCloud(seed=2))
    assert rig.log.incomplete is not None
    assert arrived(rig.log) == set()
    rig.close()
    open_rig(folder, rig.cloud).close()
