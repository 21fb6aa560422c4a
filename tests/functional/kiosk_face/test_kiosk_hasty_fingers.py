"""C44: a second tap that was not meant, and a finger that never lifts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.navigation import Screen
from kiosk.ports import Step
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_texts import PEOPLE
from workbench.sample_types import thistledown


def tap_twice(kiosk: OpenKiosk, touch_id: str) -> None:
    """Tap a place twice, the second time before the screen has settled, however slow the machine is."""
    kiosk.finger.settle()
    point = kiosk.finger.middle(touch_id)
    stage = kiosk.window.stage
    usual, stage.settle_seconds = stage.settle_seconds, 0.0
    kiosk.finger.up(kiosk.finger.down(point))
    stage.settle_seconds = 3600.0
    kiosk.finger.pass_frames(3)
    kiosk.finger.up(kiosk.finger.down(point))
    kiosk.finger.pass_frames(3)
    stage.settle_seconds = usual


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_c44_a_double_tap_does_not_answer_the_sheet_that_it_let_rise(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    kiosk.finger.tap("welcome.visit")
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.finger.settle()
    kiosk.finger.tap("host.without")
    kiosk.finger.wait_for(Screen.DOCUMENT)
    tap_twice(kiosk, "document.decline")
    assert kiosk.lobby.screen is Screen.DOCUMENT
    kiosk.lobby.choose("close")
    while kiosk.finger.target("document.agree").words != ["I agree"]:
        kiosk.finger.tap("document.agree")
    kiosk.pass_time(65)
    tap_twice(kiosk, "sheet.more")
    assert kiosk.lobby.screen is Screen.DOCUMENT
    assert not kiosk.finger.stage().lobby.view().sheet


def test_c44_what_lies_on_the_glass_keeps_no_visitor_on_the_screen_and_acts_for_nobody(open_kiosk: Opener) -> None:
    kiosk = open_kiosk(SMALL)
    kiosk.finger.tap("welcome.visit")
    kiosk.lobby.details.type("Odalys Fernhollow")
    kiosk.finger.settle()
    resting = kiosk.finger.down(kiosk.finger.middle("nav.back"))
    kiosk.pass_time(100)
    screens = [kiosk.lobby.screen]
    assert "welcome.visit" in kiosk.finger.targets()
    assert "Odalys" not in kiosk.text
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.settle()
    kiosk.finger.up(resting)
    assert [*screens, kiosk.lobby.screen] == [Screen.WELCOME, Screen.DETAILS]


@pytest.mark.parametrize("again", [(), ("before",)])
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_c44_a_slow_double_tap_signs_nobody_out(
    open_kiosk: Opener, size: tuple[int, int], again: tuple[str, ...]
) -> None:
    """C44, F13: under the finger that asked lies what keeps the person on the list, or nothing."""
    sample = SampleKiosk()
    sample.desk.scopes = frozenset({"evacuation", "departure", "reprint"})
    sample.desk.people = (replace(PEOPLE[2], again=again), *PEOPLE[3:])
    kiosk = open_kiosk(size, sample)
    kiosk.window.stage.settle_seconds = 0.0
    kiosk.lobby.welcome.staff()
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.lobby.staff_room.open("on-site")
    kiosk.lobby.on_site.open(PEOPLE[2].stay_id)
    kiosk.finger.settle()
    point = kiosk.finger.middle("sheet.depart")
    for _ in range(2):
        kiosk.finger.up(kiosk.finger.down(point))
        kiosk.finger.settle()
    assert sample.desk.departed == []


@pytest.mark.parametrize("other", ["keyboard.next", "keyboard.q", "nav.help"])
@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_c44_of_two_fingers_the_second_does_not_act_on_what_the_first_has_left(
    open_kiosk: Opener, size: tuple[int, int], other: str
) -> None:
    """C44: less than a palm; what it lay on was meant for the page that is over."""
    sample = SampleKiosk()
    sample.directory.types = (replace(thistledown().one("driver"), steps=(Step.DETAILS, Step.FIELDS)),)
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.finger.settle()
    first, second = [kiosk.finger.down(kiosk.finger.middle(name)) for name in ("nav.back", other)]
    kiosk.finger.up(first)
    kiosk.finger.up(second)
    kiosk.finger.pass_frames(3)
    assert (kiosk.lobby.screen, kiosk.lobby.view().sheet) == (Screen.DETAILS, None)
    assert kiosk.lobby.details.view().fields[0].entry.text == "Odalys Fernhollow"


def test_c44_of_two_fingers_on_the_two_answers_to_a_text_the_first_counts(open_kiosk: Opener) -> None:
    """C44: no sheet that says farewell stands over the photo of somebody who agreed, and nobody agrees beneath it."""
    for first, screen, sheet in (("agree", Screen.PHOTO, False), ("decline", Screen.DOCUMENT, True)):
        kiosk = open_kiosk(LANDSCAPE)
        kiosk.finger.tap("welcome.visit")
        kiosk.lobby.details.type("Odalys Fernhollow")
        while kiosk.lobby.screen is Screen.DETAILS:
            kiosk.lobby.details.next()
        kiosk.lobby.host.go_without()
        kiosk.lobby.document.reached_end()
        kiosk.finger.settle()
        names = ("agree", "decline") if first == "agree" else ("decline", "agree")
        for touch in [kiosk.finger.down(kiosk.finger.middle(f"document.{name}")) for name in names]:
            kiosk.finger.up(touch)
        kiosk.finger.pass_frames(3)
        assert kiosk.lobby.screen is screen
        assert bool(kiosk.lobby.view().sheet) is sheet
        kiosk.window.leave()


def test_f05_whoever_signs_while_the_pad_becomes_lower_can_agree(open_kiosk: Opener) -> None:
    """F05: between two strokes the network goes, and the line about it takes its place from the pad."""
    sample = SampleKiosk()
    contractor = replace(thistledown().one("contractor"), steps=(Step.DETAILS, Step.DOCUMENT), fields=())
    sample.directory.types, sample.directory.documents = (contractor,), thistledown().documents
    kiosk = open_kiosk(SMALL, sample)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.lobby.turn.given.email = "odalys@example.org"
    document = kiosk.lobby.document
    while document.view().pad is None:
        document.reached_end()
        document.agree()
    document.reached_end()
    kiosk.finger.settle()
    before = kiosk.finger.target("document.sign").height
    document.draw([(0.1, 0.1), (0.9, 1.0)], before / kiosk.finger.target("document.sign").width)
    sample.status.status = replace(sample.status.status, offline_since=sample.clock.now())
    kiosk.pass_time(5)
    kiosk.finger.settle()
    pad = kiosk.finger.target("document.sign")
    assert pad.height < before
    lowest = max(y for stroke in document.strokes for _, y in stroke)
    assert lowest <= 1000 * pad.height / pad.width + 1
    document.draw([(0.1, 0.9), (0.9, 0.2)], pad.height / pad.width)
    document.agree()
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.screen is not Screen.DOCUMENT
