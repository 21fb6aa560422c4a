from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from kiosk.composition.lobby import LOOK_SECONDS, close_when_asked
from kiosk.display_values import Contrast, Display, TextSize
from kiosk.flows.ending import AskedEnding
from kiosk.navigation import Screen
from kiosk.ports import Framing, PrinterState, StatusNow, Step
from kiosk.presenters.cast import LobbyCraft
from kiosk.presenters.lobby import Lobby
from kiosk.presenters.sheets import Sheet, Weight
from kiosk.words.catalogue import languages
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.sample_kiosk import SampleKiosk
from workbench.still_time import MORNING

CANARY = "Quillandra Zephyrwick"


@pytest.fixture
def bench() -> LobbyUnderTest:
    return LobbyUnderTest()


def everything_kept(bench: LobbyUnderTest) -> str:
    """Return all that the lobby can reach, as text."""
    seen, fresh, words = set[int](), list[object]([bench.lobby]), list[str]()
    while fresh:
        item = fresh.pop()
        if id(item) in seen or item is bench.kiosk.desk:
            continue
        seen.add(id(item))
        if isinstance(item, str):
            words.append(item)
        plain = (str, dict, list, tuple)
        found = gc.get_referents(item)
        fresh += [one for one in found if isinstance(one, plain) or "kiosk." in getattr(type(one), "__module__", "")]
        if len(seen) > 200_000:
            break
    return "\n".join(words)


def test_f23_a_quiet_minute_brings_the_question_and_twenty_seconds_more_the_welcome(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.kiosk.scheduler.pass_time(59)
    assert bench.lobby.view().sheet is None
    bench.kiosk.scheduler.pass_time(2)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert sheet.sheet is Sheet.TIMEOUT
    assert sheet.of_seconds == 20
    bench.kiosk.scheduler.pass_time(25)
    assert bench.on(Screen.WELCOME)


def test_f23_time_can_be_extended_any_number_of_times(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.details.type(CANARY)
    for _ in range(12):
        bench.kiosk.scheduler.pass_time(75)
        assert bench.lobby.view().sheet is not None
        bench.lobby.choose("more")
        assert bench.lobby.view().sheet is None
    assert bench.lobby.details.view().fields[0].entry.text == CANARY


def test_a_touch_begins_the_minute_again_but_does_not_answer_the_question(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.kiosk.scheduler.pass_time(50)
    bench.lobby.touched()
    bench.kiosk.scheduler.pass_time(50)
    assert bench.lobby.view().sheet is None
    bench.kiosk.scheduler.pass_time(15)
    bench.lobby.touched()
    assert bench.lobby.view().sheet is not None


def test_the_welcome_never_counts(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.back()
    assert bench.on(Screen.WELCOME)
    bench.kiosk.scheduler.pass_time(600)
    assert bench.lobby.view().sheet is None


def test_done_clears_itself_in_sight(bench: LobbyUnderTest) -> None:
    bench.arrive()
    assert bench.lobby.view().clears == "This screen clears itself in 30 seconds"
    bench.kiosk.scheduler.pass_time(29)
    assert bench.lobby.view().clears == "This screen clears itself in 1 second"
    assert bench.lobby.view().sheet is None
    bench.kiosk.scheduler.pass_time(1)
    assert bench.on(Screen.WELCOME)


def test_f23_a_touch_gives_whoever_reads_the_done_screen_the_time_again(bench: LobbyUnderTest) -> None:
    bench.arrive()
    bench.kiosk.scheduler.pass_time(25)
    bench.lobby.touched()
    bench.kiosk.scheduler.pass_time(25)
    assert bench.on(Screen.DONE)
    bench.kiosk.scheduler.pass_time(6)
    assert bench.on(Screen.WELCOME)


def test_c44_after_a_reset_nothing_of_the_last_visitor_is_reachable(bench: LobbyUnderTest) -> None:
    bench.fill_details(CANARY, "quill@example.org")
    bench.lobby.host.type("Zephyr")
    assert CANARY in everything_kept(bench)
    bench.lobby.reset()
    gc.collect()
    kept = everything_kept(bench)
    assert CANARY not in kept
    assert "quill@example.org" not in kept
    assert "Zephyr" not in kept


@pytest.mark.parametrize("seconds", [80, 200])
def test_c44_a_walk_away_in_the_middle_keeps_no_visit(bench: LobbyUnderTest, seconds: int) -> None:
    bench.fill_details(CANARY)
    bench.kiosk.scheduler.pass_time(seconds)
    assert bench.on(Screen.WELCOME)
    assert bench.kiosk.desk.drafts == []
    bench.lobby.welcome.visit()
    assert bench.lobby.details.view().fields[0].entry.text == ""


def test_an_answer_that_comes_after_the_visitor_has_gone_changes_nothing(bench: LobbyUnderTest) -> None:
    bench.fill_details()
    bench.kiosk.scheduler.held = True
    bench.lobby.host.type("wre")
    bench.lobby.reset()
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.WELCOME)
    assert bench.lobby.host.view().rows == ()


def test_a_visit_that_is_written_while_the_visitor_walks_away_is_kept_once_and_shown_to_nobody(
    bench: LobbyUnderTest,
) -> None:
    bench.to_photo()
    bench.kiosk.scheduler.held = True
    bench.lobby.photo.decline()
    bench.kiosk.scheduler.pass_time(100)
    bench.kiosk.scheduler.release()
    assert len(bench.kiosk.desk.drafts) == 1
    assert bench.on(Screen.WELCOME)


def test_languages_change_every_word_and_only_on_the_welcome(bench: LobbyUnderTest) -> None:
    bench.lobby.choose_language("de")
    assert bench.lobby.welcome.view().greeting == "Guten Morgen"
    bench.lobby.choose_language("xx")
    assert bench.lobby.turn.words.code == "de"
    bench.lobby.welcome.visit()
    bench.lobby.choose_language("fr")
    assert bench.lobby.details.view().title == "Wer sind Sie?"
    bench.lobby.reset()
    assert bench.lobby.turn.words.code == "en"


def test_f22_a_site_says_which_languages_are_spoken_there_and_which_is_first(bench: LobbyUnderTest) -> None:
    bench.kiosk.directory.languages = ("fr", "xx", "ar")
    bench.lobby.reset()
    assert [choice.code for choice in bench.lobby.welcome.view().languages] == ["fr", "ar"]
    assert bench.lobby.turn.words.code == "fr"
    bench.lobby.choose_language("de")
    assert bench.lobby.turn.words.code == "fr"
    bench.kiosk.directory.languages = ("xx",)
    bench.lobby.reset()
    assert len(bench.lobby.welcome.view().languages) == len(languages())


def test_f01_a_site_says_how_long_a_screen_waits(bench: LobbyUnderTest) -> None:
    bench.kiosk.directory.idle_seconds = 30
    bench.lobby.welcome.visit()
    bench.kiosk.scheduler.pass_time(29)
    assert bench.lobby.view().sheet is None
    bench.kiosk.scheduler.pass_time(2)
    assert bench.lobby.view().sheet is not None


@pytest.mark.parametrize(
    ("time", "greeting"),
    [
        ("00:13", "Welcome"),
        ("04:59", "Welcome"),
        ("05:00", "Good morning"),
        ("08:52", "Good morning"),
        ("12:00", "Good afternoon"),
        ("18:00", "Good evening"),
        ("21:59", "Good evening"),
        ("22:00", "Welcome"),
    ],
)
def test_the_greeting_follows_the_clock_and_guesses_nothing_at_night(
    bench: LobbyUnderTest, time: str, greeting: str
) -> None:
    hour, minute = map(int, time.split(":"))
    bench.kiosk.clock.moment = bench.kiosk.clock.moment.replace(hour=hour, minute=minute)
    assert bench.lobby.welcome.view().greeting == greeting


@pytest.mark.parametrize(
    ("language", "greeting"), [("en", "Welcome"), ("de", "Willkommen"), ("fr", "Bienvenue"), ("es", "Buenas noches")]
)
def test_at_night_every_language_greets_as_its_speakers_would(
    bench: LobbyUnderTest, language: str, greeting: str
) -> None:
    bench.kiosk.clock.moment = bench.kiosk.clock.moment.replace(hour=0, minute=13)
    bench.lobby.choose_language(language)
    assert bench.lobby.welcome.view().greeting == greeting


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (StatusNow(), "All in order"),
        (StatusNow(printer=PrinterState.TROUBLE), "handed out at reception"),
        (StatusNow(enrolled=False), "not set up yet"),
        (StatusNow(stale_since=MORNING), "may be out of date"),
    ],
)
def test_the_status_line_is_true(bench: LobbyUnderTest, status: StatusNow, words: str) -> None:
    bench.kiosk.status.status = status
    assert words in bench.lobby.welcome.view().status


def test_the_offline_strip_names_the_time(bench: LobbyUnderTest) -> None:
    bench.kiosk.status.status = StatusNow(offline_since=MORNING.replace(hour=8, minute=40))
    assert bench.lobby.view().offline == "No network since 08:40."


def test_status_is_looked_at_again_and_again(bench: LobbyUnderTest) -> None:
    bench.lobby.open()
    before = bench.changes
    bench.kiosk.scheduler.pass_time(10)
    assert bench.changes >= before + 4


def test_help_offers_only_what_is_real_and_works(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.ask(Sheet.HELP)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    offered = ["call", "assistance", "text", "contrast", "reach", "still", "spoken", "close", "restart"]
    assert [choice.id for choice in sheet.choices] == offered
    assert [choice.weight for choice in sheet.choices].count(Weight.PRIMARY) == 1
    bench.lobby.choose("assistance")
    assert bench.lobby.turn.given.needs_assistance
    for choice in ("contrast", "text.largest", "reach"):
        bench.lobby.choose(choice)
    assert bench.lobby.view().display == Display(Contrast.HIGH, TextSize.LARGEST, reach=True)
    bench.lobby.choose("contrast")
    assert bench.lobby.view().display.contrast is Contrast.LIGHT
    bench.lobby.choose("close")
    assert bench.lobby.view().sheet is None
    bench.lobby.ask(Sheet.HELP)
    bench.lobby.choose("restart")
    assert bench.on(Screen.WELCOME)
    assert bench.lobby.view().display == Display()


def test_declining_the_document_explains_and_leads_back_or_out(bench: LobbyUnderTest) -> None:
    bench.to_document()
    bench.lobby.ask(Sheet.DECLINE)
    assert bench.lobby.view().sheet is not None
    bench.lobby.choose("close")
    assert bench.on(Screen.DOCUMENT)
    bench.lobby.ask(Sheet.DECLINE)
    bench.lobby.choose("restart")
    assert bench.on(Screen.WELCOME)
    assert bench.kiosk.desk.drafts == []


def test_staff_screens_have_no_visitor_help(bench: LobbyUnderTest) -> None:
    bench.lobby.welcome.staff()
    assert bench.lobby.view().help == ""


def test_a_touch_on_the_welcome_screen_says_that_somebody_came_and_no_other_touch_does() -> None:
    came: list[int] = []
    ports = replace(SampleKiosk().ports, somebody_came=lambda: came.append(1))
    lobby = Lobby(ports, LobbyCraft(lambda _frame: (), lambda _frame: b"", lambda _frame: Framing.NO_FACE))
    lobby.touched()
    assert came == [1]
    lobby.welcome.visit()
    lobby.touched()
    assert came == [1]


def test_a_check_in_begins_by_what_is_asked_now_not_when_the_welcome_screen_came_up() -> None:
    """F19: photos that were stopped meanwhile are not asked for."""
    under_test = LobbyUnderTest()
    directory = under_test.kiosk.directory
    (before,) = directory.visitor_types()
    assert Step.PHOTO in before.steps
    directory.types = (replace(before, steps=(Step.DETAILS,)),)
    under_test.lobby.welcome.visit()
    assert under_test.lobby.turn.given.visitor_type.steps == (Step.DETAILS,)


def test_a_lobby_that_is_to_restart_closes_its_window_when_nobody_is_there() -> None:
    """F19."""
    under_test, ending, closed = LobbyUnderTest(), AskedEnding(), list[str]()
    scheduler = under_test.kiosk.scheduler
    close_when_asked(under_test.lobby, lambda: closed.append("closed"), ending, scheduler)
    under_test.lobby.welcome.visit()
    ending.restart()
    scheduler.pass_time(LOOK_SECONDS * 3)
    assert closed == []
    under_test.lobby.reset()
    scheduler.pass_time(LOOK_SECONDS)
    assert closed == ["closed"]
