"""C05: SIGKILL at every step of a salvage leaves the old database or the new one, and a second run ends it."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from sync.device.salvage.files import share_database
from tests.fakes.forked_command import run_forked
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import arrived, flip, page_of_event, salvage_folder
from tests.fakes.sync_kiosk import enrol_rig, open_rig
from tests.fakes.sync_records import arrival

ROOT = Path(__file__).resolve().parents[3]
VISITS, IN_WAL = 6, 2


def _salvage(folder: Path, number: int) -> subprocess.CompletedProcess[bytes]:
    return run_forked(
        "tests.integration.sync.salvaging_kiosk", str(folder), str(number), needs=("tests.fakes.sync_damage",)
    )


def _damaged_card(folder: Path) -> dict[str, bytes]:
    """A damaged page in the file, and the newest visits in the WAL alone."""
    folder.mkdir()
    rig = enrol_rig(folder, SyncCloud())
    for _ in range(VISITS):
        rig.log.append(arrival())
    rig.log.settle()
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    for _ in range(IN_WAL):
        rig.log.append(arrival())
    files = {name: (folder / name).read_bytes() for name in ("lodge.db", "lodge.db-wal", "witness")}
    rig.close()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    flip(folder / "lodge.db", page_of_event(folder / "lodge.db", 5))
    return files | {"lodge.db": (folder / "lodge.db").read_bytes()}


@pytest.mark.timeout(300)
def test_c05_a_salvage_that_is_killed_at_any_step_leaves_the_old_or_the_new_and_can_be_run_again(
    tmp_path: Path,
) -> None:
    """C05: whoever opens the kiosk afterwards finds one of the two, whole, with the WAL that belongs to it."""
    files = _damaged_card(tmp_path / "card")
    shutil.copytree(tmp_path / "card", tmp_path / "whole")
    steps, outcome = _salvage(tmp_path / "whole", 0).stdout.decode().split()
    assert outcome == "Salvaged"
    found = set[str]()
    for number in range(1, int(steps) + 1):
        folder = tmp_path / f"killed-{number}"
        shutil.copytree(tmp_path / "card", folder)
        assert _salvage(folder, number).returncode == -signal.SIGKILL
        found.add(_judge(folder, files))
        shutil.rmtree(folder)
    assert found == {"old", "new"}


def _judge(folder: Path, files: dict[str, bytes]) -> str:
    with share_database(folder / "lodge.db"):
        there = {name: (folder / name).read_bytes() for name in files if (folder / name).exists()}
    state = "old" if there == files else "new"
    if state == "old":
        salvage_folder(folder, stamp="again")
    kept = {(path / name).read_bytes() for path in folder.glob("damaged-*") for name in files}
    assert kept == set(files.values()), "the evidence is whole, and there once"
    assert len(list(folder.glob("damaged-*"))) == 1
    rig = open_rig(folder, SyncCloud())
    assert len(arrived(rig.log)) == VISITS + IN_WAL - 1
    assert rig.log.incomplete is not None
    rig.close()
    salvage_folder(folder, stamp="last")
    assert not list(folder.glob(".*")), "nothing is left over"
    return state
