"""What screens leave behind is let go of, and the first screen waits for nothing that it does not show."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pytest

from kiosk.heap import bound_heap, trim_heap
from kiosk.tidying import LOADED_SECONDS, TIDY_SECONDS, TRIM_SECONDS, Tidying, rest_while_loading

ROOT = Path(__file__).resolve().parents[3]
HEAVY = (
    "PIL", "babel", "cv2", "http_message_signatures", "joserfc", "numpy", "printers.families", "printers.layout",
    "qrcode", "reportlab", "requests", "rich", "sqlite_utils", "zxingcpp",
)  # fmt: skip


class _Part:
    """Knows its parent, which knows it: only the collector finds the two."""

    def __init__(self) -> None:
        self.parent = [self]


@dataclass
class _Rig:
    """A drawing thread's clock by hand."""

    due: dict[int, tuple[float, Callable[[], None]]] = field(default_factory=dict)
    busy: bool = False
    alone: bool = True
    made: int = 0
    put_away: int = 0

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        self.made += 1
        number = self.made
        self.due[number] = (seconds, act)

        def call_off() -> None:
            self.due.pop(number, None)

        return call_off

    def pass_time(self) -> list[float]:
        """Do what is due; after how many seconds each was to come."""
        due, self.due = self.due, {}
        for _, act in due.values():
            act()
        return [seconds for seconds, _ in due.values()]

    def tidying(self) -> Tidying:
        return Tidying(
            self.later, is_busy=lambda: self.busy, nobody_there=lambda: self.alone, put_away=self._note_put_away
        )

    def _note_put_away(self) -> None:
        self.put_away += 1


@pytest.fixture
def rig() -> Iterator[_Rig]:
    gc.disable()
    try:
        yield _Rig()
    finally:
        gc.enable()


def test_c44_a_screen_that_is_gone_is_gone_from_memory_soon_after(rig: _Rig) -> None:
    """C44: once for several changes in a row, and the heap is trimmed after the frames that free its textures."""
    tidying, part = rig.tidying(), _Part()
    gone = weakref.ref(part)
    del part
    for _ in range(3):
        tidying.screen_changed()
    assert gone() is not None
    assert rig.pass_time() == [TIDY_SECONDS]
    assert gone() is None
    assert rig.put_away == 1
    assert rig.pass_time() == [TRIM_SECONDS]
    assert not rig.due


def test_it_waits_while_a_finger_is_down_and_ends_when_stopped(rig: _Rig) -> None:
    tidying, part = rig.tidying(), _Part()
    gone = weakref.ref(part)
    del part
    rig.busy = True
    tidying.screen_changed()
    rig.pass_time()
    assert gone() is not None
    rig.busy = False
    rig.pass_time()
    assert gone() is None
    rig.busy = True
    assert [rig.pass_time(), rig.pass_time()] == [[TRIM_SECONDS], [TRIM_SECONDS]]
    tidying.stop()
    assert not rig.due


def test_after_the_start_it_waits_for_what_is_loaded_behind_the_first_screen_or_for_a_visitor(rig: _Rig) -> None:
    tidying = rig.tidying()
    tidying.opened()
    assert rig.pass_time() == [LOADED_SECONDS]
    tidying.opened()
    tidying.screen_changed()
    assert rig.pass_time() == [TRIM_SECONDS, TIDY_SECONDS]


def test_only_what_is_there_without_a_visitor_is_never_looked_through_again(rig: _Rig) -> None:
    gc.unfreeze()  # a kiosk that ran in this process before may have put things aside, and some of them go now
    tidying = rig.tidying()
    rig.alone = False
    tidying.screen_changed()
    rig.pass_time()
    assert gc.get_freeze_count() == 0
    rig.alone = True
    tidying.screen_changed()
    rig.pass_time()
    assert gc.get_freeze_count() > 0
    gc.unfreeze()


def test_the_heap_can_be_bounded_and_trimmed_on_any_library() -> None:
    bound_heap()
    trim_heap()


def test_while_the_program_is_loaded_nobody_looks_for_what_could_go(rig: _Rig) -> None:
    gc.enable()
    rest_while_loading()
    assert not gc.isenabled()
    rig.tidying().screen_changed()
    assert not gc.isenabled()
    rig.pass_time()
    assert gc.isenabled()


def _told(code: str, *arguments: str, **environment: str) -> list[str]:
    """The words that a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_the_first_screen_waits_for_nothing_that_it_does_not_show() -> None:
    code = (
        "import sys; from click import Context; from kiosk.cli import main; main.get_command(Context(main), 'run');"
        "import kiosk.composition.commanded; print(*[name for name in sys.argv[1:] if name in sys.modules])"
    )
    assert _told(code, *HEAVY) == []


def test_requests_brings_nothing_that_guesses_letters_or_reads_versions_and_leaves_it_to_others() -> None:
    code = (
        "import sys, warnings; warnings.simplefilter('error'); import sync.device.https_transport as https;"
        "names = 'requests', 'charset_normalizer', 'chardet', 'importlib.metadata', 'idna';"
        "print(*[name in sys.modules for name in names]);"
        "import charset_normalizer, importlib.metadata;"
        "print(https.requests.Response().apparent_encoding, importlib.metadata.version('urllib3'));"
        "print(https.urllib3.http2.version('urllib3'));"
        "print(https.requests.Request('GET', 'https://b\u00fccher.example.org').prepare().url)"
    )
    loaded, number, url = "True False False False False", version("urllib3"), "https://xn--bcher-kva.example.org/"
    assert _told(code) == [*loaded.split(), "utf-8", number, number, url]


def test_who_meets_a_module_that_is_not_loaded_yet_gets_the_real_one() -> None:
    """Another thread may ask for it while requests loads."""
    code = (
        "import sys; import sync.device.lean_requests as lean;"
        "sys.modules['importlib.metadata'] = lean._Later('importlib.metadata');"
        "from importlib.metadata import PackageNotFoundError, version; import importlib.metadata;"
        "print(PackageNotFoundError.__module__, version('urllib3'), importlib.metadata.version('urllib3'))"
    )
    assert _told(code) == ["importlib.metadata", version("urllib3"), version("urllib3")]


def test_the_clock_of_the_screen_runs_without_asyncio_and_leaves_it_to_others(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kiosk.views.environment import WindowOptions, prepare_environment;"
        "prepare_environment(Path(sys.argv[1]), WindowOptions());"
        "from kivy.clock import Clock; done = []; Clock.schedule_once(done.append, -1); Clock.tick();"
        "print(len(done), 'asyncio' in sys.modules);"
        "import asyncio; print(asyncio.run(asyncio.sleep(0, 'runs')))"
    )
    assert _told(code, str(tmp_path), HOME=str(tmp_path)) == ["1", "False", "runs"]
