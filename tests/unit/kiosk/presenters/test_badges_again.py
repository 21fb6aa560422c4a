"""F12: where a badge can be printed again, and what is said where it cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.ports import PrinterState, ReprintRefused, StatusNow
from kiosk.presenters.evacuation_rows import PersonRow
from kiosk.words.catalogue import languages
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.gallery_staff import EVERYTHING
from workbench.sample_texts import PEOPLE

WHY = {
    ReprintRefused.NOT_ON_SITE: "No badge is printed: this person has left.",
    ReprintRefused.STILL_TO_COME: "No badge is printed: one is still to come.",
    ReprintRefused.UNREADABLE: ("No badge is printed: the details of this person were erased, or cannot be read here."),
    ReprintRefused.NO_REASON: "No badge is printed: the kiosk could not note who asked for it. Try again.",
    ReprintRefused.STORE_ERROR: "No badge is printed: the kiosk could not note who asked for it. Try again.",
}
UNNAMED = next(entry for entry in PEOPLE if entry.unnamed)


def unlocked(printer: PrinterState = PrinterState.READY, language: str = "en") -> LobbyUnderTest:
    """A lobby behind a PIN that opens everything."""
    bench = LobbyUnderTest()
    bench.kiosk.directory = replace(bench.kiosk.directory, languages=tuple(languages()))
    bench = LobbyUnderTest(bench.kiosk)
    bench.kiosk.desk.people, bench.kiosk.desk.scopes = PEOPLE, frozenset(EVERYTHING)
    bench.kiosk.status.status = StatusNow(printer=printer)
    bench.lobby.choose_language(language)
    bench.lobby.welcome.staff()
    for digit in bench.kiosk.desk.pin:
        bench.lobby.pin.digit(digit)
    return bench


def refused(monkeypatch: pytest.MonkeyPatch, why: ReprintRefused, language: str = "en") -> str:
    """What the sheet says where a wish is refused."""
    bench = unlocked(language=language)
    monkeypatch.setattr(bench.kiosk.desk, "reprint", lambda _stay, **_asked: why)
    bench.lobby.staff_room.open("evacuation")
    bench.lobby.evacuation.badge.open(PEOPLE[0].stay_id, PEOPLE[0].name)
    bench.lobby.choose("reprint.lost")
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    return sheet.sentence


@pytest.mark.parametrize("why", list(ReprintRefused))
def test_f12_why_no_badge_is_printed_is_said(monkeypatch: pytest.MonkeyPatch, why: ReprintRefused) -> None:
    assert refused(monkeypatch, why) == WHY[why]


@pytest.mark.parametrize("language", sorted(languages()))
def test_f22_in_each_language_each_reason_is_another(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    said = {refused(monkeypatch, why, language) for why in ReprintRefused if why is not ReprintRefused.NO_REASON}
    assert len(said) == len(ReprintRefused) - 1
    assert not [sentence for sentence in said if "reprint." in sentence]


@pytest.mark.parametrize(
    ("printer", "offered"), [(PrinterState.READY, True), (PrinterState.TROUBLE, True), (PrinterState.ABSENT, False)]
)
def test_f12_a_kiosk_without_a_badge_printer_offers_none(printer: PrinterState, offered: bool) -> None:
    bench = unlocked(printer)
    bench.lobby.staff_room.open("evacuation")
    assert bench.lobby.evacuation.view().reprints == offered
    bench.lobby.evacuation.badge.open(PEOPLE[0].stay_id, PEOPLE[0].name)
    assert (bench.lobby.view().sheet is not None) == offered
    bench.lobby.choose("close")
    bench.lobby.evacuation.done()
    bench.lobby.staff_room.open("on-site")
    bench.lobby.on_site.open(PEOPLE[0].stay_id)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert ("badge" in [choice.id for choice in sheet.choices]) == offered


def test_f12_nor_is_one_offered_of_somebody_of_whom_nothing_can_be_read() -> None:
    bench = unlocked()
    bench.lobby.staff_room.open("evacuation")
    rows = [row for row in bench.lobby.evacuation.view().rows if isinstance(row, PersonRow)]
    assert [row.stay_id for row in rows if row.unnamed] == [UNNAMED.stay_id]
    bench.lobby.evacuation.done()
    bench.lobby.staff_room.open("on-site")
    bench.lobby.on_site.open(UNNAMED.stay_id)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert [choice.id for choice in sheet.choices] == ["depart", "close"]
