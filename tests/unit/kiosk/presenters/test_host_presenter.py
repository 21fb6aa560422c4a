from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.navigation import Screen
from kiosk.ports import HostChoice
from kiosk.presenters.host import MOST_ROWS, matched
from tests.fakes.kiosk_lobby import LobbyUnderTest


@pytest.fixture
def at_host() -> LobbyUnderTest:
    bench = LobbyUnderTest()
    bench.fill_details()
    assert bench.on(Screen.HOST)
    return bench


def names(bench: LobbyUnderTest) -> list[str]:
    return [row.name for row in bench.lobby.host.view().rows]


def test_nobody_is_named_before_three_letters(at_host: LobbyUnderTest) -> None:
    at_host.lobby.host.type("wr")
    assert names(at_host) == []
    assert "three letters" in at_host.lobby.host.view().sentence
    at_host.lobby.host.type("e")
    assert names(at_host) == ["Tobiah Wrenfield", "Annelise-Marguerite Wrexleigh-Castellanos", "Yuna Wrenhollow"]


@pytest.mark.parametrize(
    ("query", "name"), [("李明", "李明"), ("राम", "राम शर्मा"), ("o'd", "Conor O'Donnell"), ("Wu", "Wu Brindlewick")]
)
def test_f22_a_short_name_of_any_script_leads_on_where_a_host_is_needed(
    at_host: LobbyUnderTest, query: str, name: str
) -> None:
    given = at_host.lobby.turn.given
    given.visitor_type = replace(given.visitor_type, host_required=True)
    at_host.kiosk.directory.hosts = (HostChoice("n", name), HostChoice("m", "Wulfram Caldermoor"))
    at_host.lobby.host.type(query)
    assert names(at_host) == [name]
    at_host.lobby.host.press("next")
    assert at_host.on(Screen.DOCUMENT)


def test_the_sentence_says_what_is_still_to_be_typed(at_host: LobbyUnderTest) -> None:
    at_host.kiosk.directory.hosts = (HostChoice("n", "Wu Brindlewick"), HostChoice("m", "Wulfram Caldermoor"))
    host = at_host.lobby.host
    host.type("wu")
    assert "three letters" in host.view().sentence, "there may be more whose names only begin so"
    host.type("z")
    assert (host.view().sentence, names(at_host)) == ("We do not find anybody of that name here", [])
    host.clear()
    host.type("李明")
    assert host.view().sentence == "We do not find anybody of that name here"


def test_names_go_at_once_with_the_third_letter_and_come_back_with_it(at_host: LobbyUnderTest) -> None:
    at_host.lobby.host.type("Ine")
    at_host.kiosk.scheduler.held = True
    at_host.lobby.host.press("delete")
    assert names(at_host) == []
    at_host.lobby.host.type("e")
    for answer in at_host.kiosk.scheduler.waiting:
        answer()
    assert names(at_host) == ["Ines Caldermoor"]


@pytest.mark.parametrize("query", ["angstr", "ÅNG", "zoe", "Zoë "])
def test_accents_and_case_do_not_matter(at_host: LobbyUnderTest, query: str) -> None:
    at_host.lobby.host.type(query)
    assert names(at_host) == ["Zoë Ångströmsen"]


def test_an_unknown_name_is_said_kindly_and_there_is_a_way_on(at_host: LobbyUnderTest) -> None:
    at_host.lobby.host.type("zzz")
    assert at_host.lobby.host.view().sentence == "We do not find anybody of that name here"
    at_host.lobby.host.go_without()
    assert at_host.on(Screen.DOCUMENT)
    assert at_host.lobby.turn.given.host is None
    assert at_host.lobby.turn.given.host_name == "zzz"


def test_a_late_answer_to_old_letters_is_dropped(at_host: LobbyUnderTest) -> None:
    at_host.kiosk.scheduler.held = True
    at_host.lobby.host.type("wre")
    at_host.lobby.host.type("xl")
    late, at_host.kiosk.scheduler.waiting = at_host.kiosk.scheduler.waiting, []
    late[1]()
    late[0]()
    assert names(at_host) == ["Annelise-Marguerite Wrexleigh-Castellanos"]


def test_more_than_fit_ask_for_more_letters(at_host: LobbyUnderTest) -> None:
    at_host.kiosk.directory.hosts = tuple(HostChoice(str(n), f"Wren Number{n}") for n in range(9))
    at_host.lobby.host.type("wre")
    assert len(names(at_host)) == MOST_ROWS
    assert "go on typing" in at_host.lobby.host.view().sentence


def test_the_key_that_leads_on_takes_the_only_person_and_never_one_of_several(at_host: LobbyUnderTest) -> None:
    at_host.lobby.host.type("wre")
    at_host.lobby.host.press("next")
    assert at_host.on(Screen.HOST)
    at_host.lobby.host.clear()
    at_host.lobby.host.type("Ines")
    at_host.lobby.host.press("next")
    assert at_host.on(Screen.DOCUMENT)
    assert at_host.lobby.turn.given.host_name == "Ines Caldermoor"


def test_c44_the_key_that_leads_on_takes_nobody_who_was_found_for_fewer_letters(at_host: LobbyUnderTest) -> None:
    """C44: somebody who types fast has typed another name than the one that still stands there."""
    host, scheduler = at_host.lobby.host, at_host.kiosk.scheduler
    host.type("Ines")
    scheduler.held = True
    host.type("x")
    host.press("next")
    assert (at_host.lobby.screen, names(at_host)) == (Screen.HOST, ["Ines Caldermoor"])
    scheduler.held = False
    scheduler.release()
    host.press("next")
    assert at_host.on(Screen.HOST)


def test_a_person_who_is_not_on_the_list_cannot_be_chosen(at_host: LobbyUnderTest) -> None:
    at_host.lobby.host.choose("h4")
    assert at_host.on(Screen.HOST)


def test_letters_match_where_a_word_begins() -> None:
    assert matched("Tobiah Wrenfield", "wre") == (7, 10)
    assert matched("Tobiah Wrenfield", "ren") is None
    assert matched("Zoë Ångströmsen", "ang") == (4, 7)
    assert matched("Anna", "") is None
    assert matched("राम शर्मा", "म") is None, "a vowel sign ends no word"
