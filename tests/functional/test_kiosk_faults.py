"""Printer, power and disk fail under the real kiosk process; a finger and the tray see what a visitor sees."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import pytest

from kiosk.composition.station import open_station
from kiosk.configuration import KioskConfiguration
from kiosk.navigation import Screen
from sync.protocol.kinds import Kind
from tests.fakes.faulty_lobby import FaultyLobby
from workbench.lone_kiosk import make_lone_kiosk
from workbench.touch_server import TouchClient

ROOT = Path(__file__).resolve().parents[2]
SIZE = "540x960"
NAME = "Quill"
RETRIED_SECONDS = 4.0
"""More than the 3 s after which the badge queue looks at the printer again."""


def _await(what: str, test: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.05)


@pytest.fixture
def lobby(tmp_path: Path) -> Iterator[FaultyLobby]:
    made = FaultyLobby(tmp_path)
    try:
        yield made
    finally:
        made.processes.stop_all()


@pytest.fixture
def running(lobby: FaultyLobby) -> FaultyLobby:
    make_lone_kiosk(lobby.kiosk.data)
    lobby.start()
    return lobby


def _walk_to_the_last_button(finger: TouchClient, name: str = NAME) -> None:
    finger.wait_for(Screen.WELCOME)
    finger.tap("welcome.visit")
    finger.wait_for(Screen.TYPE)
    finger.tap("type.visitor")
    finger.wait_for(Screen.DETAILS)
    finger.type_text("", name)
    for _ in range(3):
        finger.tap("keyboard.next")
    finger.wait_for(Screen.HOST)
    finger.type_text("", "cald")
    finger.wait_for_words("Ines")
    finger.tap(next(touch_id for touch_id in finger.targets if touch_id.startswith("host.row.")))
    finger.wait_for(Screen.PHOTO)


def _arrive(finger: TouchClient, name: str = NAME) -> None:
    _walk_to_the_last_button(finger, name)
    finger.tap("photo.decline")
    finger.wait_for(Screen.DONE)


def _require_a_clean_screen(lobby: FaultyLobby) -> None:
    """C01, C44: a restart shows the welcome, and nothing of who was there before."""
    with lobby.kiosk.finger() as finger:
        assert finger.screen is Screen.WELCOME
        assert NAME not in " ".join(finger.words)
        finger.tap("welcome.visit")
        finger.wait_for(Screen.TYPE)
        finger.tap("type.visitor")
        finger.wait_for(Screen.DETAILS)
        assert NAME not in " ".join(finger.words)


def test_c41_without_paper_the_done_screen_says_so_and_the_badge_comes_out_once_when_it_is_back(
    running: FaultyLobby,
) -> None:
    """C41: the visitor is checked in all the same."""
    running.printer(fault="no-media")
    with running.kiosk.finger() as finger:
        _arrive(finger)
        finger.wait_for_words("The printer needs paper. You are checked in.", 3)
    assert running.badges() == 0
    running.printer(fault=None)
    _await("the badge", lambda: running.badges() == 1)
    time.sleep(RETRIED_SECONDS)
    assert (running.badges(), running.kiosk.roster()) == (1, [NAME])
    assert running.ledger() == [
        (Kind.BADGE_REQUESTED, "", False),
        (Kind.BADGE_FAILED, "no-media", False),
        (Kind.BADGE_PRINTED, "", False),
    ]
    assert running.ask_again("lost").startswith("Asked for. The lobby prints it within seconds")
    _await("the badge again", lambda: running.badges() == 2)


@pytest.mark.parametrize(
    ("moment", "outcomes"),
    [
        ({"after_bytes": 5000}, [(Kind.BADGE_FAILED, False), (Kind.BADGE_PRINTED, False)]),
        ({"when": "printing"}, [(Kind.BADGE_FAILED, True)]),
    ],
    ids=["while-the-page-is-sent", "with-the-paper-half-out"],
)
def test_c41_a_printer_unplugged_under_way_never_gives_two_badges(
    running: FaultyLobby, moment: dict[str, object], outcomes: list[tuple[str, bool]]
) -> None:
    """C41: what certainly did not come out is printed later; what may have come out is left to reception."""
    running.printer(fault="unplug", **moment)
    with running.kiosk.finger() as finger:
        _arrive(finger)
        finger.wait_for_words("The printer does not answer. You are checked in.")
    running.printer(fault=None)
    _await("the badge", lambda: running.badges() == 1)
    time.sleep(RETRIED_SECONDS)
    assert running.badges() == 1
    assert [(kind, unsure) for kind, _, unsure in running.ledger()[1:]] == outcomes


def test_c01_a_power_cut_between_done_and_the_badge_loses_neither(running: FaultyLobby) -> None:
    """C01: the arrival is listed exactly once, and its badge comes out exactly once."""
    running.printer(fault="no-media")
    with running.kiosk.finger() as finger:
        _arrive(finger)
    running.restart_after_a_power_cut()
    _await("the badge", lambda: running.badges() == 1)
    _require_a_clean_screen(running)
    time.sleep(RETRIED_SECONDS)
    assert (running.badges(), running.kiosk.roster()) == (1, [NAME])


def test_c01_a_power_cut_while_the_badge_is_printing_gives_no_second_one(running: FaultyLobby) -> None:
    """C01, C41: the page is out, its outcome is not recorded; reception is asked to look."""
    running.printer(fault="mute", when="printing")
    with running.kiosk.finger() as finger:
        _arrive(finger)
    _await("the badge", lambda: running.badges() == 1)
    running.restart_after_a_power_cut()
    time.sleep(RETRIED_SECONDS)
    assert (running.badges(), running.kiosk.roster()) == (1, [NAME])
    assert running.ledger()[1:] == [(Kind.BADGE_FAILED, "interrupted", True)]


def test_c01_a_power_cut_in_the_middle_of_typing_leaves_nothing_behind(running: FaultyLobby) -> None:
    """C01: neither on the list nor on the screen nor on the disk."""
    with running.kiosk.finger() as finger:
        _walk_to_the_last_button(finger)
    running.restart_after_a_power_cut()
    _require_a_clean_screen(running)
    assert running.kiosk.roster() == []
    kept = [path for path in running.kiosk.data.rglob("*") if path.is_file()]
    assert [path for path in kept if NAME.encode() in path.read_bytes()] == []


class Disk(Protocol):
    """A disk that can be made full, and emptied again."""

    def fill(self) -> None: ...

    def make_room(self) -> None: ...


class SmallDisk:
    """A file system of a few megabytes in memory, filled up with a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        with open_station(KioskConfiguration(data_folder=self._folder)) as station:
            # The journal's file is used again from its beginning: what it has already would take the next visit.
            station.database.read("PRAGMA wal_checkpoint(TRUNCATE)")
        with self._ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 4096)
        assert os.statvfs(self._folder).f_bavail == 0

    def make_room(self) -> None:
        self._ballast.unlink()


class CappedProcess:
    """Where nothing can be mounted: the process may make no file longer, as on a full disk."""

    def __init__(self, process: int) -> None:
        self._process = process

    def fill(self) -> None:
        _, hard = resource.prlimit(self._process, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process, resource.RLIMIT_FSIZE, (0, hard))

    def make_room(self) -> None:
        _, hard = resource.prlimit(self._process, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk there; False where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_c03_a_full_disk_refuses_visibly_and_the_retry_records_once(lobby: FaultyLobby) -> None:
    """C03."""
    with _small_disk(lobby.kiosk.data) as mounted:
        make_lone_kiosk(lobby.kiosk.data)
        lobby.start()
        disk: Disk = SmallDisk(lobby.kiosk.data) if mounted else CappedProcess(lobby.kiosk.process_id)
        with lobby.kiosk.finger() as finger:
            _walk_to_the_last_button(finger)
            disk.fill()
            finger.tap("photo.decline")
            finger.wait_for(Screen.REFUSED)
            assert "This kiosk has no room left, so nothing was kept." in " ".join(finger.words)
            assert lobby.kiosk.roster() == []
            disk.make_room()
            finger.tap("refused.retry")
            finger.wait_for(Screen.DONE)
        _await("the badge", lambda: lobby.badges() == 1)
        time.sleep(RETRIED_SECONDS)
        assert (lobby.badges(), lobby.kiosk.roster()) == (1, [NAME])
        assert lobby.kiosk.stop() == 0


def test_c03_a_kiosk_that_was_switched_off_in_order_opens_on_a_disk_without_a_byte_left(lobby: FaultyLobby) -> None:
    """C03: its database was closed, so that SQLite must make files anew before anything can be read."""
    with _small_disk(lobby.kiosk.data) as mounted:
        make_lone_kiosk(lobby.kiosk.data)
        lobby.start()
        with lobby.kiosk.finger() as finger:
            _arrive(finger)
        lobby.kiosk.kill()
        assert lobby.ledger()  # opened once more and closed in order
        if mounted:
            SmallDisk(lobby.kiosk.data).fill()
        lobby.start()
        _require_a_clean_screen(lobby)
        assert lobby.kiosk.roster() == [NAME]


def test_c03_a_kiosk_restarted_on_a_full_disk_still_opens_and_still_lists_everybody(lobby: FaultyLobby) -> None:
    """C03: the list matters most when other things go wrong; a badge owed then waits for room."""
    with _small_disk(lobby.kiosk.data) as mounted:
        make_lone_kiosk(lobby.kiosk.data)
        lobby.start()
        lobby.printer(fault="no-media")
        with lobby.kiosk.finger() as finger:
            _arrive(finger)
        if mounted:
            SmallDisk(lobby.kiosk.data).fill()
        lobby.restart_after_a_power_cut()
        _require_a_clean_screen(lobby)
        assert lobby.kiosk.roster() == [NAME]
