from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from kiosk.navigation import Screen
from kiosk.views.environment import EnvironmentTooLateError, WindowOptions, prepare_environment
from tests.functional.kiosk_face.conftest import LANDSCAPE, Opener, OpenKiosk
from workbench.touch_server import TouchClient, TouchRefusedError, TouchServer


def drive(kiosk: OpenKiosk, path: Path, journey: object) -> object:
    """Run ``journey`` with a client on another thread while this one draws."""
    server = TouchServer(path)
    server.open()
    done = threading.Event()

    def client() -> object:
        try:
            with TouchClient(path) as finger:
                return journey(finger)  # type: ignore[operator]  # any callable of a client
        finally:
            done.set()

    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(client)
        while not done.is_set():
            kiosk.finger.pass_frames(1)
    server.close()
    return result.result()


def test_another_process_lays_its_finger_on_the_kiosk(open_kiosk: Opener, tmp_path: Path) -> None:
    kiosk = open_kiosk(LANDSCAPE)

    def journey(finger: TouchClient) -> list[str]:
        finger.tap("welcome.visit")
        finger.wait_for(Screen.DETAILS)
        finger.type_text("details.name", "Pim Hazelgrove")
        finger.wait_for_words("Pim Hazelgrove")
        finger.picture(tmp_path / "kiosk.png")
        finger.hold("keyboard.e")
        finger.tap("keyboard.accent.é")
        return finger.words

    words = drive(kiosk, tmp_path / "kiosk.sock", journey)
    assert isinstance(words, list)
    assert "Pim Hazelgroveé" in words
    with Image.open(tmp_path / "kiosk.png") as picture:
        assert picture.size == LANDSCAPE


def test_what_cannot_be_done_is_said_and_the_door_stays_open(open_kiosk: Opener, tmp_path: Path) -> None:
    kiosk = open_kiosk()

    def journey(finger: TouchClient) -> Screen:
        with pytest.raises(TouchRefusedError, match=r"Nothing on screen welcome is called nothing\.here"):
            finger.tap("nothing.here")
        with pytest.raises(TouchRefusedError, match="KeyError"):
            finger.ask("dance")
        return finger.screen

    assert drive(kiosk, tmp_path / "kiosk.sock", journey) is Screen.WELCOME


def test_the_socket_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    server = TouchServer(tmp_path / "kiosk.sock")
    assert (tmp_path / "kiosk.sock").stat().st_mode & 0o077 == 0
    server.close()
    assert not (tmp_path / "kiosk.sock").exists()


def test_kivys_environment_cannot_be_set_too_late(kivy_ready: None, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentTooLateError):
        prepare_environment(tmp_path, WindowOptions())


def test_the_real_scheduler_works_off_the_drawing_thread_and_answers_on_it(open_kiosk: Opener) -> None:
    from kiosk.views.window import KivyScheduler  # noqa: PLC0415 - Kivy's environment is set by the fixture

    kiosk = open_kiosk()
    threads: list[threading.Thread] = []
    with ThreadPoolExecutor(1) as pool:
        scheduler = KivyScheduler(pool.submit)
        scheduler.run(threading.current_thread, threads.append)
        scheduler.run(threading.current_thread, lambda _: threads.append(threading.current_thread()))
        kiosk.finger.wait_until(lambda: len(threads) == 2, "both answers")
    assert threads[0] is not threading.current_thread()
    assert threads[1] is threading.current_thread()


def test_a_cancelled_act_never_happens(open_kiosk: Opener) -> None:
    from kiosk.views.window import KivyScheduler  # noqa: PLC0415 - as above

    kiosk = open_kiosk()
    happened: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        scheduler = KivyScheduler(pool.submit)
        cancel = scheduler.later(0.01, lambda: happened.append("cancelled"))
        scheduler.later(0.02, lambda: happened.append("kept"))
        cancel()
        kiosk.finger.wait_until(lambda: bool(happened), "the act that was kept")
    assert happened == ["kept"]


def test_a_real_keyboard_types_and_deletes_and_other_keys_lead_nowhere(open_kiosk: Opener) -> None:
    """C45, first part: keys that type nothing are swallowed."""
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.visit")
    window = kiosk.window
    window._text(None, "Pimm")
    assert window._key(None, 8) is True
    assert kiosk.lobby.details.view().fields[0].entry.text == "Pim"
    for key in (27, 282, 293):
        assert window._key(None, key) is True
    assert kiosk.lobby.screen is Screen.DETAILS
    window._key(None, 13)
    kiosk.finger.wait_until(lambda: not window._keys._held, "the end of what may be a scanner's")
    assert kiosk.lobby.details.view().fields[1].focused


def test_another_window_size_is_laid_out_anew_and_loses_nothing(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(LANDSCAPE)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.type_text("details.name", "Pim")
    kiosk.window._resized(None, (800, 480))
    assert tuple(kiosk.window.stage.size) == (800, 480)
    assert "Pim" in kiosk.text


def test_a_window_that_was_asked_to_close_before_it_ran_does_not_run(
    open_kiosk: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request to end may come while the program is still starting; the loop of this process goes on."""
    runs: list[str] = []
    window = open_kiosk().window
    monkeypatch.setattr("kiosk.views.window.stopTouchApp", lambda: None)
    monkeypatch.setattr("kiosk.views.window.runTouchApp", lambda: runs.append("drawn"))
    window.close()
    window.run()
    assert window.stage.parent is None
    assert runs == []
