from __future__ import annotations

import gc
from pathlib import Path

import pytest
from PIL import Image

from kiosk.navigation import Screen
from kiosk.ports import BadgeProgress, BadgeState, BadgeTrouble, CameraState, RefusalReason, StatusNow
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_pictures import held_badge
from workbench.sample_texts import TYPES
from workbench.still_time import MORNING

SIZES = [PORTRAIT, LANDSCAPE, SMALL]
CANARY = "Quillandra Zephyrwick"


def held_by_widgets(words: str) -> list[str]:
    """Return the kinds of all parts, on the screen or not, that still hold some words."""
    gc.collect()
    gc.unfreeze()  # what a kiosk put aside is looked through as well
    parts = [item for item in gc.get_objects() if hasattr(type(item), "repaint")]
    return [
        type(part).__name__
        for part in parts
        if any(words in word for word in part.words) or words in getattr(getattr(part, "entry", None), "text", "")
    ]


def check_in(kiosk: OpenKiosk, name: str = "Odalys Fernhollow") -> None:
    """Lead a visitor from the welcome to the photo by touches alone."""
    finger = kiosk.finger
    finger.tap("welcome.visit")
    finger.type_text("details.name", name)
    finger.tap("keyboard.next")
    finger.type_text("", "Loom")
    finger.tap("keyboard.next")
    finger.type_text("", "o.f@example.org")
    finger.tap("keyboard.next")
    finger.wait_for(Screen.HOST)
    finger.type_text("host.search", "ines")
    finger.tap("host.row.h4")
    finger.wait_for(Screen.DOCUMENT)
    while finger.target("document.agree").words != ["I agree"]:
        finger.tap("document.agree")
    finger.tap("document.agree")
    finger.wait_for(Screen.PHOTO)


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_visit_by_touch(open_kiosk: Opener, size: tuple[int, int], pictures: Path) -> None:
    """F01, F05 (thin), F06: every step on the real window, at three sizes."""
    kiosk = open_kiosk(size, drawn=size == LANDSCAPE)
    check_in(kiosk)
    kiosk.finger.tap("photo.take")
    kiosk.pass_time(3)
    kiosk.finger.tap("photo.use")
    kiosk.finger.wait_for(Screen.DONE)
    draft = kiosk.kiosk.desk.drafts[0]
    assert (draft.display_name, draft.company, draft.email) == ("Odalys Fernhollow", "Loom", "o.f@example.org")
    assert draft.host_id == "h4"
    assert draft.photo is not None
    assert draft.photo.startswith(b"\xff\xd8")
    assert "Odalys Fernhollow" in kiosk.text
    picture = Image.open(kiosk.finger.picture(pictures / "done.png"))
    assert picture.size == size
    assert len(picture.convert("RGB").getcolors(1_000_000) or []) > 50
    kiosk.finger.tap("done.finish")
    assert kiosk.lobby.screen is Screen.WELCOME


@pytest.mark.parametrize("size", SIZES)
def test_f13_leaving_by_the_badge_before_the_camera(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_kiosk(size)
    kiosk.kiosk.desk.codes = {"LODGE-1": "Odalys Fernhollow"}
    kiosk.kiosk.camera.picture = held_badge("Odalys Fernhollow", "LODGE-1")
    kiosk.finger.tap("welcome.leave")
    kiosk.pass_time(1)
    assert kiosk.lobby.screen is Screen.GOODBYE
    assert "Goodbye, Odalys Fernhollow" in kiosk.text


def test_leaving_by_the_typed_code(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.kiosk.desk.codes = {"K7QF2M9D": "Pim"}
    kiosk.finger.tap("welcome.leave")
    kiosk.finger.tap("leaving.type")
    kiosk.finger.type_text("", "K7QF2M9D")
    kiosk.finger.tap("keyboard.next")
    kiosk.finger.wait_for(Screen.GOODBYE)
    assert kiosk.kiosk.desk.asked == ["K7QF2M9D"]


@pytest.mark.parametrize("size", SIZES)
def test_f14_f24_staff_reach_the_list_by_pin(open_kiosk: Opener, size: tuple[int, int], tmp_path: Path) -> None:
    kiosk = open_kiosk(size)
    kiosk.kiosk.desk.pdf_folder = tmp_path
    kiosk.finger.tap("welcome.staff")
    for digit in "246813":
        kiosk.finger.tap(f"pin.{digit}")
    kiosk.finger.wait_for(Screen.EVACUATION)
    assert "Needs assistance" in kiosk.text
    assert "Odalys Fernhollow" in kiosk.text
    kiosk.finger.tap("evacuation.pdf")
    assert (tmp_path / "evacuation.pdf").exists()
    stay = next(person.stay_id for person in kiosk.kiosk.desk.people if person.name == "Odalys Fernhollow")
    kiosk.finger.tap(f"evacuation.badge.{stay}")
    kiosk.finger.tap("sheet.reprint.lost")
    assert kiosk.kiosk.desk.asked == [f"{stay} desk: lost"]
    kiosk.finger.tap("sheet.close")
    kiosk.finger.tap("evacuation.print")
    assert [people.count for people in kiosk.kiosk.list_paper.lists] == [12]
    assert "Preparing the pages" in kiosk.text
    kiosk.finger.tap("evacuation.done")
    assert kiosk.lobby.screen is Screen.WELCOME
    assert "Odalys" not in kiosk.text


def test_the_list_is_dragged_and_only_rows_in_sight_exist(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.staff")
    for digit in "246813":
        kiosk.finger.tap(f"pin.{digit}")
    assert "Wilhelmina Ashgrove" in kiosk.text
    assert "Sunniva Larkmead" not in kiosk.text
    for _ in range(3):
        kiosk.finger.swipe((500, 500), (500, 1400))
    assert "Sunniva Larkmead" in kiosk.text
    assert "Annelise-Marguerite" not in kiosk.text


def test_c44_double_taps_and_many_fingers_give_one_visit(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    check_in(kiosk)
    kiosk.kiosk.scheduler.held = True
    point = kiosk.finger.middle("photo.decline")
    kiosk.finger.settle()
    for _ in range(5):
        kiosk.finger.up(kiosk.finger.down(point))
    fingers = [kiosk.finger.down((point[0] + 30 * n, point[1])) for n in range(5)]
    for touch in fingers:
        kiosk.finger.up(touch)
    kiosk.finger.pass_frames()
    kiosk.kiosk.scheduler.release()
    kiosk.kiosk.scheduler.release()
    kiosk.finger.wait_for(Screen.DONE)
    assert len(kiosk.kiosk.desk.drafts) == 1


def test_c44_a_palm_does_nothing(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    point = kiosk.finger.middle("welcome.visit")
    kiosk.finger.settle()
    palm = [kiosk.finger.down(where) for where in ((20.0, 300.0), (60.0, 340.0), point)]
    for touch in palm:
        kiosk.finger.up(touch)
    kiosk.finger.pass_frames()
    assert kiosk.lobby.screen is Screen.WELCOME


def test_a_touch_counts_where_it_is_lifted(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.finger.settle()
    touch = kiosk.finger.down(kiosk.finger.middle("welcome.visit"))
    kiosk.finger.move(touch, (540.0, 1700.0))
    kiosk.finger.up(touch)
    kiosk.finger.pass_frames()
    assert kiosk.lobby.screen is Screen.WELCOME


def test_a_sheet_keeps_every_touch_from_what_lies_behind(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.visit")
    back = kiosk.finger.middle("nav.back")
    kiosk.finger.tap("nav.help")
    kiosk.finger.settle()
    kiosk.finger.up(kiosk.finger.down(back))
    kiosk.finger.pass_frames()
    assert kiosk.lobby.screen is Screen.DETAILS
    kiosk.finger.tap("sheet.assistance")
    kiosk.finger.tap("sheet.close")
    assert kiosk.lobby.turn.given.needs_assistance


@pytest.mark.parametrize("size", SIZES)
def test_c44_after_a_walk_away_the_screen_shows_nothing_of_the_visitor(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    kiosk = open_kiosk(size)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.type_text("details.name", CANARY)
    assert CANARY in kiosk.text
    kiosk.pass_time(61)
    assert "Are you still there?" in kiosk.text
    kiosk.finger.tap("sheet.more")
    assert CANARY in kiosk.text
    kiosk.pass_time(61)
    kiosk.pass_time(25)
    assert kiosk.lobby.screen is Screen.WELCOME
    assert "Quill" not in kiosk.text
    kiosk.finger.tap("welcome.visit")
    assert "Quill" not in kiosk.text
    assert held_by_widgets("Quill") == []
    assert kiosk.kiosk.desk.drafts == []


def test_the_question_hides_what_was_typed(open_kiosk: Opener, pictures: Path) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.type_text("details.name", "Pim")
    kiosk.pass_time(61)
    picture = Image.open(kiosk.finger.picture(pictures / "asked.png")).convert("RGB")
    assert len(picture.crop((0, 0, 1080, 700)).getcolors(100_000) or []) == 1


@pytest.mark.parametrize("state", [CameraState.MISSING, CameraState.FROZEN, CameraState.COVERED])
def test_c42_a_visit_without_a_working_camera(open_kiosk: Opener, state: CameraState) -> None:
    sample = SampleKiosk()
    sample.camera.is_now = state
    kiosk = open_kiosk(PORTRAIT, sample)
    check_in(kiosk)
    kiosk.finger.tap("photo.decline")
    kiosk.finger.wait_for(Screen.DONE)
    assert kiosk.kiosk.desk.drafts[0].photo is None


def test_a_printer_without_paper_sends_to_reception(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.kiosk.desk.badge = BadgeProgress(BadgeState.FAILED, BadgeTrouble.NO_MEDIA)
    check_in(kiosk)
    kiosk.finger.tap("photo.decline")
    assert "Please collect your badge at reception" in kiosk.text


def test_a_full_disk_is_said_and_the_visitor_can_try_again(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.kiosk.desk.refuse = RefusalReason.DISK_FULL
    check_in(kiosk)
    kiosk.finger.tap("photo.decline")
    assert "no room left" in kiosk.text
    kiosk.kiosk.desk.refuse = None
    kiosk.finger.tap("refused.retry")
    kiosk.finger.wait_for(Screen.DONE)
    assert len(kiosk.kiosk.desk.drafts) == 1


def test_the_network_goes_and_comes_back_while_somebody_types(open_kiosk: Opener) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.type_text("details.name", "Pi")
    kiosk.kiosk.status.status = StatusNow(offline_since=MORNING)
    kiosk.pass_time(3)
    assert "No network since 08:52." in kiosk.text
    kiosk.finger.type_text("", "m")
    kiosk.kiosk.status.status = StatusNow()
    kiosk.pass_time(3)
    assert "No network" not in kiosk.text
    assert "Pim" in kiosk.text


@pytest.mark.parametrize("name", ["Zoë Ångström", "JOSÉ Ñandú", "O'Neil-Smith 3rd", "Q"])
def test_names_are_typed_with_shift_accents_and_symbols(open_kiosk: Opener, name: str) -> None:
    kiosk = open_kiosk()
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.type_text("details.name", name)
    assert kiosk.lobby.details.view().fields[0].entry.text == name


NAMES = [
    "n" * 200,
    "Maximiliana " * 16,
    "ليان وادي النسيم",
    "नाम परीक्षा",
    "林小溪",
    "👩‍🌾🌿",
    "[b]x[/b] <script>",
    "\u202eevil",
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_c36_any_name_is_shown_as_letters_on_every_screen(open_kiosk: Opener, size: tuple[int, int], name: str) -> None:
    kiosk = open_kiosk(size)
    kiosk.lobby.welcome.visit()
    kiosk.window.real_keys.type(name)
    for _ in range(3):
        kiosk.finger.settle()
        kiosk.window.real_keys.press("next")
    kiosk.finger.wait_for(Screen.HOST)
    kiosk.lobby.host.go_without()
    kiosk.lobby.document.reached_end()
    kiosk.lobby.document.agree()
    kiosk.lobby.photo.decline()
    kiosk.finger.wait_for(Screen.DONE)
    shown = kiosk.text.replace("\n", " ")
    assert "[b]x[/b]" in shown or "[b]" not in name
    assert "\u202e" not in shown


def test_types_are_cards_when_there_are_several(open_kiosk: Opener) -> None:
    sample = SampleKiosk()
    sample.directory.types = TYPES
    kiosk = open_kiosk(LANDSCAPE, sample)
    kiosk.finger.tap("welcome.visit")
    kiosk.finger.tap("type.contractor")
    assert kiosk.lobby.turn.given.visitor_type.id == "contractor"
    assert "Step 2 of 5" in kiosk.text
