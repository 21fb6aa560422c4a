"""F03, F07, F13, F22, C33, C44: licences, hand scanners and codes of something else, on the real window.

Keys take the way of SDL's own events through Kivy's window; touches that of a panel's.
"""

from __future__ import annotations

import pytest

from kiosk.navigation import Screen
from kiosk.ports import DepartureProblem
from sync.protocol import base45
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_licence import MODERN, held_licence, licence_text
from workbench.sample_types import thistledown

BADGE = base45.encode(bytes(range(60, 154)))
"""As long as a badge's code, of the same signs."""
GERMAN = {"Y": "Z", "Z": "Y", "-": "ß", "/": "-", ":": "Ö", "*": "(", "+": "`"}


def open_thistledown(open_kiosk: Opener, size: tuple[int, int]) -> OpenKiosk:
    sample = SampleKiosk()
    sample.directory.types, sample.directory.documents = thistledown().types, thistledown().documents
    sample.desk.codes = {BADGE: "Odalys Fernhollow"}
    return open_kiosk(size, sample)


def to_licence(kiosk: OpenKiosk, language: str, name: str) -> None:
    finger = kiosk.finger
    finger.tap(f"language.{language}")
    finger.tap("welcome.visit")
    finger.tap("type.driver")
    finger.type_text("details.name", name)
    for _ in range(3):
        finger.tap("keyboard.next")
    finger.wait_for(Screen.FIELDS)


@pytest.mark.parametrize(
    ("size", "language", "name"),
    [(PORTRAIT, "ar", "جمال"), (LANDSCAPE, "en", "Odalys"), (SMALL, "ar", "جمال")],
)
def test_f07_f22_a_driver_shows_the_licence_and_answers_plate_load_and_dock(
    open_kiosk: Opener, size: tuple[int, int], language: str, name: str
) -> None:
    """F07: by touch alone but for the card before the camera; the number is corrected, and not shown any more later."""
    kiosk = open_thistledown(open_kiosk, size)
    finger = kiosk.finger
    to_licence(kiosk, language, name)
    assert kiosk.lobby.view().direction == ("rtl" if language == "ar" else "ltr")
    kiosk.kiosk.camera.picture = held_licence(licence_text())
    finger.tap("fields.scan")
    finger.wait_for(Screen.LICENCE)
    finger.tap("licence.type")
    finger.wait_for(Screen.FIELDS)
    finger.tap("fields.scan")
    kiosk.pass_time(1)
    finger.wait_for(Screen.FIELDS)
    assert MODERN["DAQ"] in kiosk.text
    finger.tap("keyboard.delete")
    number = MODERN["DAQ"][:-1]
    finger.tap("fields.vehicle" if size != SMALL else "keyboard.next")
    finger.type_text("", "42")
    finger.tap("keyboard.next")
    if size == LANDSCAPE:
        finger.wait_until(lambda: number not in kiosk.text, "the next page")
    finger.type_text("", "7")
    finger.tap("keyboard.next")
    finger.wait_for(Screen.CHOICE)
    finger.tap("choice.cloth")
    finger.wait_for(Screen.DOCUMENT)
    while finger.target("document.agree").words != [kiosk.lobby.turn.say("document.agree")]:
        finger.tap("document.agree")
    finger.tap("document.agree")
    finger.wait_for(Screen.DONE)
    (draft,) = kiosk.kiosk.desk.drafts
    assert (draft.display_name, draft.language) == (name, language)
    assert draft.answers == {"licence": number, "vehicle": "42", "load": "7", "dock": "cloth"}
    assert number not in kiosk.text


def test_f07_a_licence_that_a_hand_scanner_read_fills_in_the_number_and_types_nothing_else(
    open_kiosk: Opener,
) -> None:
    kiosk = open_thistledown(open_kiosk, PORTRAIT)
    to_licence(kiosk, "en", "Odalys")
    scanner = kiosk.scanner()
    scanner.scan("https://example.org/menu")
    assert "This is a web address." in kiosk.text
    kiosk.finger.tap("fields.load")
    scanner.scan(licence_text().replace("\x1e", "").replace("\r", "\n").replace("\n\n", "\n").strip())
    typed = {field.id: field.entry.text for field in kiosk.lobby.fields.view().fields}
    assert typed == {"licence": MODERN["DAQ"], "vehicle": "", "load": ""}
    assert kiosk.lobby.screen is Screen.FIELDS


@pytest.mark.parametrize("layout", [{}, GERMAN], ids=["same-layout", "german-machine"])
def test_f13_c33_a_badge_that_is_scanned_at_the_welcome_begins_the_departure(
    open_kiosk: Opener, layout: dict[str, str]
) -> None:
    """C33: the scanner sends the keys of the United States, whatever the machine makes of them."""
    kiosk = open_thistledown(open_kiosk, LANDSCAPE)
    kiosk.scanner(layout).scan(BADGE)
    kiosk.finger.wait_for(Screen.GOODBYE)
    assert kiosk.kiosk.desk.asked[-1] == BADGE
    kiosk.finger.tap("done.finish")
    kiosk.kiosk.desk.problem = DepartureProblem.NOT_ON_SITE
    kiosk.scanner(layout).scan("WIFI:S:GUEST;T:WPA;;")
    kiosk.finger.wait_for_words("You are already signed out.")
    kiosk.finger.tap("sheet.close")
    assert kiosk.lobby.view().sheet is None


def test_c44_a_scan_types_nothing_where_nobody_waits_for_it_and_a_person_s_keys_still_do(open_kiosk: Opener) -> None:
    kiosk = open_thistledown(open_kiosk, PORTRAIT)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.visitor")
    scanner, details = kiosk.scanner(), kiosk.lobby.details
    scanner.type("Pim", seconds=0.12)
    scanner.scan(BADGE)
    assert [field.entry.text for field in details.view().fields] == ["Pim", "", ""]
    assert details.view().fields[0].focused
    kiosk.finger.wait_for_words("No code is needed on this page.")
    kiosk.finger.tap("sheet.close")
    scanner.type("\nLoom", seconds=0.06)
    assert [field.entry.text for field in details.view().fields] == ["Pim", "Loom", ""]
    assert kiosk.kiosk.desk.asked == []
