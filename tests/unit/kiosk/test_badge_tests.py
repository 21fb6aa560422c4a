"""A test badge takes the way of every badge, says what became of it, and is nobody's."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from PIL import Image

from kiosk.cli import main
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.data_folder import hold_data_folder
from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.flows.printing.badge_sample import as_test, sample_job
from kiosk.flows.printing.badge_tests import PATIENCE_SECONDS
from kiosk.ports import BadgeTest, BadgeTestState, BadgeTrouble, DepartureProblem, DepartureRefused
from kiosk.words.catalogue import languages
from printers.bitmap import BadgeBitmap
from printers.driver import Printed, SentUnconfirmed
from printers.driver import PrinterState as Seen
from printers.media import medium
from tests.fakes.badge_room import Ticking, arrive, artist, make_queue, printed_stays, printer, run, two_printers
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed
from workbench.lone_kiosk import LoneKiosk

PAPER = medium("62x100")


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LoneKiosk, Station]]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as opened:
        yield opened


@pytest.fixture
def station(kiosk: tuple[LoneKiosk, Station]) -> Station:
    return kiosk[1]


def told_by(queue: BadgeQueue) -> list[BadgeTest | None]:
    return [one.test for one in queue.printers()]


def test_f12_test_badge_takes_every_printer_and_comes_after_the_badges_that_are_waited_for(station: Station) -> None:
    lobby, desk = ScriptedPrinter(), ScriptedPrinter(outcomes=[SentUnconfirmed("as the test says")])
    queue = two_printers(station, lobby, desk)
    stay = arrive(station, queue)
    before = station.outbox.waiting
    queue.print_tests()
    assert told_by(queue) == [BadgeTest(name, BadgeTestState.WAITING) for name in ("Lobby", "Desk")]
    run(queue)
    assert printed_stays(lobby.badges[:1]) == [stay]
    assert (lobby.badges[1].width, lobby.badges[1].height) == (696, 1109)
    assert desk.badges == lobby.badges[1:], "the fallback too, though it has no turn, and one each"
    assert told_by(queue) == [
        BadgeTest("Lobby", BadgeTestState.PRINTED),
        BadgeTest("Desk", BadgeTestState.SENT, sentence="as the test says"),
    ]
    assert station.outbox.waiting == before + 1, "the badge alone left a record"
    assert [person.id for person in station.roll.on_site()] == [stay]


def test_f12_test_badge_fails_where_every_badge_fails_and_says_why(station: Station) -> None:
    """What people curse is a test label that comes out when no badge does."""
    empty = ScriptedPrinter(states=[Seen.WRONG_MEDIA])
    torn = ScriptedPrinter(outcomes=[failed(Seen.CUTTER_JAM, may_have_printed=True), Printed()])
    queue = make_queue(station, printer(empty), printer(torn, "Desk"))
    queue.print_tests()
    run(queue)
    assert empty.badges == []
    assert torn.badges == [], "never a second one"
    assert told_by(queue) == [
        BadgeTest("Lobby", BadgeTestState.FAILED, BadgeTrouble.WRONG_MEDIA, "as the test says"),
        BadgeTest("Desk", BadgeTestState.UNSURE, BadgeTrouble.JAM, "as the test says"),
    ]


def test_f12_test_badge_behind_badges_that_cannot_come_out_says_so_at_once_and_late_ones_never_come(
    station: Station,
) -> None:
    mono, driver = Ticking(), ScriptedPrinter(states=[Seen.NO_MEDIA])
    queue = make_queue(station, printer(driver), mono=mono)
    arrive(station, queue)
    queue.print_tests()
    queue.lanes[0].step()
    assert told_by(queue) == [
        BadgeTest("Lobby", BadgeTestState.FAILED, BadgeTrouble.NO_MEDIA, "as the test says"),
    ]
    queue.print_tests()
    mono.now += PATIENCE_SECONDS + 1
    driver.states.append(Seen.READY)
    run(queue)
    assert len(driver.badges) == 1, "the visitor's alone"


def test_f12_test_badge_says_what_it_is_in_every_language_and_opens_no_door(station: Station) -> None:
    real = artist(station)
    for words in languages().values():
        at = station.time.now()
        assert isinstance(real.draw_test("Lobby", PAPER, words, at), BadgeBitmap)
        usual = real.content(sample_job(words, "visitor", at, "Lobby", PAPER.name))
        said = as_test(usual, words)
        assert (said.name, said.visitor_type) == (words.say("badge.test-name"), words.say("badge.test-type"))
        assert (said.valid_until, said.last_line) == (words.say("badge.test-type"), words.say("badge.test-note"))
        assert said.code_payload not in usual.code_payload
        assert len(said.code_payload) == len(usual.code_payload)
    desks = build_desks(station)
    for code in ("TESTTEST", ("TEST BADGE OF NOBODY " * 9)[:150]):
        answer = desks.departure.by_code(code)
        assert answer == DepartureRefused(DepartureProblem.UNKNOWN_CODE)


def run_cli(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, [str(word) for word in words])
    return done.exit_code, done.output


def test_f12_the_command_prints_one_without_a_lobby(kiosk: tuple[LoneKiosk, Station], tmp_path: Path) -> None:
    data = ("--data", kiosk[0].configuration.data_folder)
    code, output = run_cli("badges", "test", *data, "--printer", f"virtual:ZD421-203?out={tmp_path}")
    assert (code, output) == (0, "virtual:ZD421-203: The test badge was printed.\n")
    with Image.open(tmp_path / "badge-001.png") as picture:
        assert picture.size == (608, 816)
    code, output = run_cli("badges", "test", *data, "--printer", "file:/dev/usb/lp77?model=QL-800")
    assert code == 1
    assert "No test badge came out. There is no /dev/usb/lp77." in output


def test_f12_the_command_has_a_lobby_that_runs_print_it(kiosk: tuple[LoneKiosk, Station]) -> None:
    lone, station = kiosk
    driver = ScriptedPrinter()
    queue = make_queue(station, printer(driver))
    answer: list[tuple[int, str]] = []
    with hold_data_folder(lone.configuration.data_folder):
        asking = Thread(
            target=lambda: answer.append(run_cli("badges", "test", "--data", lone.configuration.data_folder))
        )
        asking.start()
        while asking.is_alive():
            queue.hurry()
            queue.lanes[0].step()
            asking.join(0.02)
    assert answer == [(0, "Lobby: The test badge was printed.\n")]
    assert len(driver.badges) == 1
    fresh = make_queue(station, printer(driver))
    run(fresh)
    assert len(driver.badges) == 1, "a lobby that starts leaves an older wish alone"


def test_command_without_a_printer_says_so(kiosk: tuple[LoneKiosk, Station]) -> None:
    code, output = run_cli("badges", "test", "--data", kiosk[0].configuration.data_folder)
    assert code == 1
    assert "no printer" in output
