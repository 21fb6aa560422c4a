"""Arrows go through lists that are longer than the screen, from their first row to their last and back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.evacuation_values import PersonOnSite
from kiosk.navigation import Screen
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, Opener, OpenKiosk
from tests.functional.kiosk_face.test_kiosk_by_arrows import DOWN, UP, Voice, act, focus_of, go_to
from workbench.gallery_staff import EVERYTHING
from workbench.sample_kiosk import SampleKiosk
from workbench.still_time import MORNING

BADGE, ROW = "evacuation.badge.", "on-site.row."


def people(count: int, first: int = 0) -> tuple[PersonOnSite, ...]:
    """So many, by name in the order of the list."""
    return tuple(
        PersonOnSite(f"p{at:03}", f"Person {at:03}", "", "", "Offices", MORNING) for at in range(first, first + count)
    )


def opened(
    open_kiosk: Opener, size: tuple[int, int], count: int, scopes: frozenset[str], language: str = "en"
) -> OpenKiosk:
    """A kiosk behind its PIN, with so many people on site."""
    sample = SampleKiosk()
    sample.desk.people, sample.desk.scopes = people(count), scopes
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.choose_language(language)
    kiosk.finger.tap("welcome.staff")
    for digit in sample.desk.pin:
        kiosk.lobby.pin.digit(digit)
    kiosk.finger.pass_frames()
    return kiosk


def evacuation(open_kiosk: Opener, size: tuple[int, int], count: int = 12, language: str = "en") -> OpenKiosk:
    """A kiosk that shows the evacuation list, on which badges can be printed again."""
    kiosk = opened(open_kiosk, size, count, frozenset({"evacuation", "reprint"}), language)
    kiosk.finger.wait_for(Screen.EVACUATION)
    return kiosk


def on_site(open_kiosk: Opener, size: tuple[int, int], count: int) -> OpenKiosk:
    """A kiosk that shows who is on site."""
    kiosk = opened(open_kiosk, size, count, EVERYTHING)
    kiosk.finger.wait_for(Screen.STAFF_ROOM)
    kiosk.finger.tap("staff.on-site")
    kiosk.finger.wait_for(Screen.ON_SITE)
    return kiosk


def way_round(kiosk: OpenKiosk, arrow: int) -> list[str]:
    """All that an arrow comes to, from where it is until it is there again; what has the ring is in sight."""
    begin, way = focus_of(kiosk), []
    for _ in range(250):
        way.append(focus_of(kiosk))
        ring = kiosk.window.stage.focus.ring
        assert ring is not None
        assert ring.y >= 0
        assert ring.top <= kiosk.window.stage.top
        kiosk.window._key(None, arrow)
        if focus_of(kiosk) == begin:
            return way
    raise AssertionError(f"the arrows never came back to {begin}: {way}")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f25_arrows_reach_everybody_on_the_evacuation_list_and_go_round(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    kiosk = evacuation(open_kiosk, size)
    kiosk.window._key(None, DOWN)
    way = way_round(kiosk, DOWN)
    everybody = [BADGE + person.stay_id for person in people(12)]
    begin = way.index(everybody[0])
    assert way[begin : begin + 12] == everybody, "one after the other, and none of what stands beside them between"
    assert {"evacuation.print", "evacuation.pdf", "evacuation.done"} <= set(way)
    assert len(way) == len(set(way))
    back = way_round(kiosk, UP)
    assert back == [way[0], *way[:0:-1]]


def test_f22_the_column_of_acts_comes_before_the_list_that_stands_beside_it_and_so_it_does_in_a_mirror(
    open_kiosk: Opener,
) -> None:
    ways = []
    for language in ("en", "ar"):
        kiosk = evacuation(open_kiosk, SMALL, language=language)
        kiosk.window._key(None, DOWN)
        ways.append(way_round(kiosk, DOWN))
        assert kiosk.lobby.view().direction == ("rtl" if language == "ar" else "ltr")
        kiosk.window.leave()
    assert ways[0] == ways[1]
    acts = ("evacuation.print", "evacuation.pdf", "evacuation.done")
    at = [ways[0].index(each) for each in (*acts, BADGE + "p000")]
    assert at == list(range(at[0], at[0] + 4))


def test_f24_two_hundred_are_gone_through_without_building_them_and_the_search_field_is_found_again(
    open_kiosk: Opener,
) -> None:
    kiosk = on_site(open_kiosk, LANDSCAPE, 200)
    go_to(kiosk, "on-site.search")
    reached, most = set[str](), 0
    for _ in range(200):
        kiosk.window._key(None, DOWN)
        reached.add(focus_of(kiosk))
        most = max(most, sum(each.startswith(ROW) for each in kiosk.finger.targets()))
    assert reached == {ROW + person.stay_id for person in people(200)}
    assert most < 12, "only those in sight are built"
    kiosk.window._key(None, DOWN)
    assert not focus_of(kiosk).startswith(ROW)
    go_to(kiosk, "on-site.search")
    kiosk.window._key(None, DOWN)
    assert focus_of(kiosk) == ROW + "p000"
    kiosk.window._key(None, UP)
    assert focus_of(kiosk) == "on-site.search"


@pytest.mark.parametrize("screen", ["evacuation", "on-site"])
def test_a_list_that_is_read_again_keeps_the_place_and_who_has_gone_leaves_it_to_the_next(
    open_kiosk: Opener, screen: str
) -> None:
    kiosk = on_site(open_kiosk, LANDSCAPE, 30) if screen == "on-site" else evacuation(open_kiosk, LANDSCAPE, 30)
    prefix, desk = ROW if screen == "on-site" else BADGE, kiosk.kiosk.desk
    go_to(kiosk, prefix + "p020")
    newer = replace(people(1)[0], stay_id="new", name="Aline Newcomer")
    desk.people = (newer, *people(30))
    kiosk.pass_time(6)
    assert focus_of(kiosk) == prefix + "p020"
    assert prefix + "p020" in kiosk.finger.targets(), "it is still in sight"
    desk.people = tuple(person for person in people(30) if person.stay_id != "p020")
    kiosk.pass_time(6)
    assert not focus_of(kiosk), "Enter must not act for somebody else"
    kiosk.window._key(None, DOWN)
    assert focus_of(kiosk) in {prefix + "p021", prefix + "p022"}
    kiosk.window._key(None, UP)
    kiosk.window._key(None, UP)
    assert focus_of(kiosk) in {prefix + "p018", prefix + "p019"}


def test_a_sheet_begins_anew_and_gives_the_place_in_the_list_back(open_kiosk: Opener) -> None:
    kiosk = on_site(open_kiosk, SMALL, 12)
    for _ in range(2):
        act(kiosk, ROW + "p009")
        assert not focus_of(kiosk)
        act(kiosk, "sheet.close")
        assert focus_of(kiosk) == ROW + "p009"


def test_f25_a_list_in_which_nothing_can_be_done_is_turned_over_and_back(open_kiosk: Opener) -> None:
    kiosk = opened(open_kiosk, SMALL, 12, frozenset({"evacuation"}))
    kiosk.finger.wait_for(Screen.EVACUATION)
    go_to(kiosk, "evacuation.done")
    for arrow in (DOWN, UP):
        seen = set[str]()
        for _ in range(12):
            kiosk.window._key(None, arrow)
            seen |= set(kiosk.text.splitlines())
        assert {person.name for person in people(12)} <= seen


@pytest.mark.parametrize("act", ["evacuation.badge.p003", "on-site.row.p003"])
def test_f23_which_row_it_is_is_read_aloud_and_not_who_it_is(open_kiosk: Opener, act: str) -> None:
    """F23: an icon alone says nothing to whoever does not see it; a name is for nobody else who stands by."""
    is_badge, voice = act.startswith(BADGE), Voice()
    kiosk = evacuation(open_kiosk, LANDSCAPE) if is_badge else on_site(open_kiosk, LANDSCAPE, 12)
    kiosk.lobby.ports = replace(kiosk.lobby.ports, speech=voice)
    kiosk.lobby.display = replace(kiosk.lobby.display, spoken=True)
    kiosk.kiosk.desk.people = (
        *people(3),
        replace(people(12)[3], needs_assistance=not is_badge, company="Mossgate", host="Ines Caldermoor"),
        *people(12)[4:],
    )
    kiosk.pass_time(6)
    go_to(kiosk, act)
    said = (
        "4 of 12. Here since 08:52. Offices. Badge again"
        if is_badge
        else ("4 of 12. Needs assistance. Here since 08:52. Offices")
    )
    assert voice.said[-1] == (said, "en")


def test_f12_whoever_is_unnamed_has_no_printer_beside_them(open_kiosk: Opener) -> None:
    kiosk = evacuation(open_kiosk, LANDSCAPE, 3)
    kiosk.kiosk.desk.people = tuple(replace(each, unnamed=each.stay_id == "p001", name="") for each in people(3))
    kiosk.pass_time(6)
    assert {each for each in kiosk.finger.targets() if each.startswith(BADGE)} == {BADGE + "p000", BADGE + "p002"}
