"""F24: what a PIN opens, people signed out by hand, and how the kiosk is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.navigation import Screen
from kiosk.ports import BadgeTest, BadgeTestState, BadgeTrouble, CameraState, PrinterNow, Room
from kiosk.presenters.device import Standing
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.gallery_staff import EVERYTHING
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.desk.people = PEOPLE
    return made


def unlock(bench: LobbyUnderTest, *scopes: str) -> None:
    bench.kiosk.desk.scopes = frozenset(scopes)
    bench.lobby.welcome.staff()
    for digit in bench.kiosk.desk.pin:
        bench.lobby.pin.digit(digit)


@pytest.mark.parametrize(
    ("scopes", "screen", "cards"),
    [
        (("evacuation",), Screen.EVACUATION, ()),
        (("evacuation", "reprint"), Screen.EVACUATION, ()),
        (("departure",), Screen.STAFF_ROOM, ("evacuation", "on-site")),
        (("printer",), Screen.STAFF_ROOM, ("evacuation", "device")),
        (EVERYTHING, Screen.STAFF_ROOM, ("evacuation", "on-site", "device")),
    ],
)
def test_f24_a_pin_opens_what_it_is_for(
    bench: LobbyUnderTest, scopes: tuple[str, ...], screen: Screen, cards: tuple[str, ...]
) -> None:
    """In a fire there is nothing between a PIN for the list and the list."""
    unlock(bench, *scopes)
    assert bench.on(screen)
    if not cards:
        bench.lobby.evacuation.done()
        assert bench.on(Screen.WELCOME)
        return
    assert tuple(card.id for card in bench.lobby.staff_room.view().cards) == cards
    for hidden in {"evacuation", "on-site", "device"} - set(cards):
        bench.lobby.staff_room.open(hidden)
        assert bench.on(Screen.STAFF_ROOM)
    bench.lobby.staff_room.open("evacuation")
    assert bench.on(Screen.EVACUATION)
    bench.lobby.evacuation.done()
    assert bench.on(Screen.STAFF_ROOM)


def test_f13_somebody_is_found_and_signed_out_by_hand_after_a_second_question(bench: LobbyUnderTest) -> None:
    """F13, F24."""
    unlock(bench, "departure")
    lobby, desk = bench.lobby, bench.kiosk.desk
    lobby.staff_room.open("on-site")
    assert lobby.on_site.view().lead == f"{len(PEOPLE)} people"
    lobby.on_site.type("siegert")
    (row,) = lobby.on_site.view().rows
    lobby.on_site.press("next")
    sheet = lobby.view().sheet
    assert sheet is not None
    assert [choice.id for choice in sheet.choices] == ["depart", "close"]
    lobby.choose("depart.sure")
    assert desk.departed == []
    lobby.choose("depart")
    lobby.choose("close")
    assert lobby.view().sheet is None
    lobby.on_site.open(row.stay_id)
    lobby.choose("depart")
    lobby.choose("depart.sure")
    lobby.choose("depart.sure")
    assert desk.departed == [(row.stay_id, "desk")]
    told = lobby.view().sheet
    assert told is not None
    assert told.sentence == "Signed out, and off the evacuation list."
    lobby.choose("close")
    assert len(lobby.on_site.view().rows) == 0
    assert lobby.on_site.view().sentence == "Nobody of that name is on site"


def test_f13_who_has_probably_left_stands_apart_and_one_tap_closes_it(bench: LobbyUnderTest) -> None:
    """F13: above the others, under words of their own; and "still here" is one tap, too."""
    unlock(bench, "departure")
    lobby, desk, late = bench.lobby, bench.kiosk.desk, (PEOPLE[2], PEOPLE[4])
    desk.people = tuple(replace(entry, presumed_left=entry in late) for entry in PEOPLE)
    lobby.staff_room.open("on-site")
    view = lobby.on_site.view()
    assert (view.apart, view.apart_title) == (2, "Probably left, not verified")
    assert [row.stay_id for row in view.rows[:2]] == [entry.stay_id for entry in late]
    lobby.on_site.open(late[0].stay_id)
    sheet = lobby.view().sheet
    assert sheet is not None
    assert [choice.id for choice in sheet.choices] == ["left", "here", "close"]
    lobby.choose("left")
    assert desk.departed == [(late[0].stay_id, "desk")]
    lobby.choose("close")
    lobby.on_site.open(late[1].stay_id)
    lobby.choose("here")
    lobby.choose("here")
    assert desk.stayed == [(late[1].stay_id, "desk")]
    told = lobby.view().sheet
    assert told is not None
    assert told.sentence == "Noted. They stay on the evacuation list."
    assert lobby.on_site.view().apart == 0
    lobby.on_site.open(PEOPLE[0].stay_id)
    lobby.choose("left")
    assert len(desk.departed) == 1


@pytest.mark.parametrize(("choice", "left"), [("depart.sure", []), ("depart.latest", ["before"])])
def test_f13_of_several_check_ins_all_are_closed_or_the_latest_alone(
    bench: LobbyUnderTest, choice: str, left: list[str]
) -> None:
    """F13, F03: one invitation, one person, until each stay is out (ADR 107)."""
    unlock(bench, "departure")
    lobby, desk, twice = bench.lobby, bench.kiosk.desk, replace(PEOPLE[2], again=("before",))
    desk.people = (twice,)
    lobby.staff_room.open("on-site")
    assert lobby.on_site.view().rows[0].second.before.startswith("Workshop · Checked in 2 times with one invitation")
    lobby.on_site.open(twice.stay_id)
    lobby.choose(choice)
    assert desk.departed == []
    lobby.choose("depart")
    sheet = lobby.view().sheet
    assert sheet is not None
    assert [(each.id, each.label) for each in sheet.choices] == [
        ("close", "Keep on the list"),
        ("depart.sure", "Close all"),
        ("depart.latest", "Close only the latest"),
    ]
    lobby.choose(choice)
    told = lobby.view().sheet
    assert told is not None
    assert told.sentence.endswith("They stay on the evacuation list." if left else "off the evacuation list.")
    assert [stay for stay, _ in desk.departed] == [twice.stay_id, *([] if left else twice.again)]
    assert [entry.stay_id for entry in desk.people] == left


def test_f13_of_somebody_with_several_check_ins_who_has_probably_left_staff_say_which(bench: LobbyUnderTest) -> None:
    """F13, F03: somebody else may hold the same code and name; that they are here may be said of all at once."""
    unlock(bench, "departure")
    lobby, desk = bench.lobby, bench.kiosk.desk
    desk.people = (replace(PEOPLE[2], again=("before",), presumed_left=True),)
    lobby.staff_room.open("on-site")
    lobby.on_site.open("s3")
    lobby.choose("left")
    assert desk.departed == []
    lobby.choose("depart.latest")
    assert [stay for stay, _ in desk.departed] == ["s3"]


def test_what_could_not_be_kept_is_said_and_the_person_stays(bench: LobbyUnderTest) -> None:
    unlock(bench, "departure")
    lobby = bench.lobby
    bench.kiosk.desk.keeps = False
    lobby.staff_room.open("on-site")
    lobby.on_site.open(PEOPLE[0].stay_id)
    lobby.choose("depart")
    lobby.choose("depart.sure")
    told = lobby.view().sheet
    assert told is not None
    assert told.sentence == "This could not be kept. They stay on the evacuation list."
    assert PEOPLE[0].stay_id in {row.stay_id for row in lobby.on_site.view().rows}


def test_a_pin_without_departure_signs_nobody_out(bench: LobbyUnderTest) -> None:
    unlock(bench, "departure")
    bench.lobby.staff_room.open("on-site")
    staff = bench.lobby.turn.given.staff
    assert staff is not None
    bench.lobby.turn.given.staff = replace(staff, scopes=frozenset({"status"}))
    bench.lobby.on_site.open(PEOPLE[0].stay_id)
    for choice in ("depart", "depart.sure"):
        bench.lobby.choose(choice)
    assert bench.kiosk.desk.departed == []


def test_nothing_of_the_list_is_left_when_the_screen_is(bench: LobbyUnderTest) -> None:
    unlock(bench, *EVERYTHING)
    bench.lobby.staff_room.open("on-site")
    bench.lobby.on_site.open(PEOPLE[0].stay_id)
    bench.lobby.back()
    assert bench.on(Screen.STAFF_ROOM)
    assert bench.lobby.view().sheet is None
    assert len(bench.lobby.on_site.view().rows) == 0


def test_f24_each_part_of_the_kiosk_says_whether_it_is_in_order(bench: LobbyUnderTest) -> None:
    """F24, C42: printers, camera, network and what waits, in words."""
    unlock(bench, "status")
    kiosk, device = bench.kiosk, bench.lobby.device
    bench.lobby.staff_room.open("device")
    assert kiosk.camera.running
    assert {row.standing for row in device.view().rows} == {Standing.GOOD}
    kiosk.camera.is_now = CameraState.COVERED
    kiosk.conditions.now = replace(
        kiosk.conditions.now,
        printers=(PrinterNow("Lobby", "62x100", BadgeTrouble.COVER_OPEN),),
        offline_since=MORNING,
        waiting=3,
        photos_waiting=None,
        stale_since=MORNING,
        unsure_clock=True,
        room=Room.LOW,
        kiosks_silent=("Dock",),
    )
    kiosk.scheduler.pass_time(2)
    told = {row.id: (row.second, row.standing) for row in device.view().rows}
    assert told == {
        "printer.0": ("Its cover is open", Standing.WRONG),
        "camera": ("It is covered", Standing.WRONG),
        "network": ("No network since 08:52. Check-ins go on.", Standing.WAITING),
        "queue": ("Records waiting: 3", Standing.WAITING),
        "published": ("Out of date since 08:52", Standing.WAITING),
        "kiosks": ("Not heard lately: Dock", Standing.WAITING),
        "clock": ("Not set since the start; the network sets it", Standing.WAITING),
        "disk": ("Nearly full: photos are not kept any more", Standing.WRONG),
    }
    kiosk.conditions.now = replace(kiosk.conditions.now, printers=())
    kiosk.scheduler.pass_time(2)
    assert device.view().rows[0].second == "None is set up"
    bench.lobby.back()
    assert not kiosk.camera.running


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CameraState.NONE, ("None is set up", Standing.LEFT_OUT)),
        (CameraState.MISSING, ("Not found", Standing.WRONG)),
    ],
)
def test_f24_a_kiosk_that_is_to_have_no_camera_does_not_miss_one(
    bench: LobbyUnderTest, state: CameraState, said: tuple[str, Standing]
) -> None:
    unlock(bench, "status")
    bench.kiosk.camera.is_now = state
    bench.lobby.staff_room.open("device")
    assert [(row.second, row.standing) for row in bench.lobby.device.view().rows if row.id == "camera"] == [said]


def test_f24_a_restart_is_asked_for_twice_and_once(bench: LobbyUnderTest) -> None:
    unlock(bench, "status")
    bench.lobby.staff_room.open("device")
    bench.lobby.choose("restart.sure")
    assert bench.kiosk.conditions.restarts == 0
    bench.lobby.device.restart()
    bench.lobby.choose("close")
    assert bench.lobby.view().sheet is None
    bench.lobby.device.restart()
    bench.lobby.choose("restart.sure")
    bench.lobby.choose("restart.sure")
    assert bench.kiosk.conditions.restarts == 1
    assert bench.on(Screen.WELCOME)


def test_f12_whoever_may_see_to_printers_has_a_test_badge_printed_and_reads_what_became_of_it(
    bench: LobbyUnderTest,
) -> None:
    unlock(bench, "status")
    kiosk, lobby = bench.kiosk, bench.lobby
    lobby.staff_room.open("device")
    lobby.device.test()
    assert (kiosk.conditions.tests, lobby.device.view().test) == (0, "")
    staff = lobby.turn.given.staff
    assert staff is not None
    lobby.turn.given.staff = replace(staff, scopes=frozenset({"printer"}))
    assert lobby.device.view().test == "Print a test badge"
    lobby.device.test()
    assert kiosk.conditions.tests == 1
    failed = BadgeTest("Lobby", BadgeTestState.FAILED, BadgeTrouble.WRONG_MEDIA, "for a terminal")
    for trouble, words in (
        (None, "Ready, 62x100. No test badge came out: It needs 62x100, and other paper is in it"),
        (BadgeTrouble.WRONG_MEDIA, "It needs 62x100, and other paper is in it. No test badge came out"),
    ):
        now = PrinterNow("Lobby", "62x100", trouble, failed)
        kiosk.conditions.now = replace(kiosk.conditions.now, printers=(now,))
        kiosk.scheduler.pass_time(2)
        assert lobby.device.view().rows[0].second == words
