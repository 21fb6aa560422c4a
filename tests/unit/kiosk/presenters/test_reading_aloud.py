"""F23: what of a screen is read aloud, how often, in which order, and what never is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.admission_values import Invited
from kiosk.navigation import Screen
from kiosk.ports import AnswerKind, AskedField, CameraState, Freshness, RefusalReason, Step, VisitorType
from kiosk.spoken_text import MOST_CHARACTERS, shortened
from kiosk.words.catalogue import languages
from kiosk.words.wholes import bare
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.gallery_staff import EVERYTHING
from workbench.sample_texts import PEOPLE

BOTH = pytest.mark.parametrize("language", ["en", "ar"])
TYPED = "odalys.secret@gmial.com"


def bench_in(language: str, *fields: AskedField) -> LobbyUnderTest:
    """A lobby that reads aloud, in this language; with ``fields``, whose only type asks for them."""
    bench = LobbyUnderTest()
    bench.kiosk.directory = replace(bench.kiosk.directory, languages=tuple(languages()))
    if fields:
        steps = (Step.DETAILS, Step.FIELDS)
        bench.kiosk.directory.types = (VisitorType("one", {"en": "One"}, steps=steps, fields=fields),)
    made = LobbyUnderTest(bench.kiosk)
    made.lobby.choose_language(language)
    made.lobby.choose("spoken")
    heard(made)
    return made


def heard(bench: LobbyUnderTest) -> str:
    """What was said since this was last asked."""
    said = " | ".join(text for text, _ in bench.kiosk.voice.said)
    bench.kiosk.voice.said.clear()
    return said


def say(bench: LobbyUnderTest, key: str, **values: object) -> str:
    return bench.lobby.turn.say(key, **values)


def unlock(bench: LobbyUnderTest) -> None:
    bench.kiosk.desk.people = PEOPLE
    bench.kiosk.desk.scopes = frozenset(EVERYTHING)
    bench.lobby.welcome.staff()
    for digit in bench.kiosk.desk.pin:
        bench.lobby.pin.digit(digit)
    heard(bench)


@BOTH
def test_f23_of_an_address_that_is_offered_the_domain_alone_is_said(language: str) -> None:
    bench = bench_in(language, AskedField("mail", {"en": "Mail"}, AnswerKind.EMAIL), AskedField("more", {"en": "More"}))
    lobby = bench.lobby
    bench.fill_details(email=TYPED)
    told = heard(bench)
    assert f"{say(bench, 'details.did_you_mean')} gmail.com" in told
    lobby.details.next()
    assert bench.on(Screen.FIELDS)
    lobby.fields.type(TYPED)
    lobby.fields.next()
    lobby.fields.focus("mail")
    told += heard(bench)
    assert told.count("gmail.com") == 2
    assert "odalys.secret" not in told
    assert "gmial" not in told


@BOTH
def test_f23_nor_is_it_where_an_invitation_is_claimed(language: str) -> None:
    bench = bench_in(language)
    bench.kiosk.mailed_codes.on = True
    bench.kiosk.invitations.by_text = {"K7QF2M9D": Invited("2f0f", "visitor", "Ada Sample", "", "en")}
    bench.lobby.welcome.visit()
    bench.lobby.type.by_code()
    bench.lobby.invited.go_otherwise()
    bench.lobby.claim.type(TYPED)
    bench.lobby.claim.next()
    told = heard(bench)
    assert say(bench, "claim.send") in told, "the other offer is no address"
    bench.lobby.claim.focus("email")
    told += heard(bench)
    assert f"{say(bench, 'details.did_you_mean')} gmail.com" in told
    assert "odalys.secret" not in told


@BOTH
def test_f23_a_date_that_repeats_what_was_typed_is_not_said(language: str) -> None:
    bench = bench_in(language, AskedField("born", {"en": "Born"}, AnswerKind.DATE))
    bench.fill_details()
    assert say(bench, "fields.date_form").rstrip(".") in heard(bench)
    bench.lobby.fields.type("14031986")
    assert "1986" in bench.lobby.fields.view().fields[0].helper
    assert heard(bench) == ""


@BOTH
def test_f23_an_error_is_said_each_time_that_somebody_tries_to_go_on(language: str) -> None:
    needed = AskedField("plate", {"en": "Plate"}, required=True)
    bench = bench_in(language, needed, AskedField("more", {"en": "More"}))
    lobby = bench.lobby
    lobby.welcome.visit()
    heard(bench)
    for _ in range(3):
        lobby.details.next()
        assert heard(bench) == say(bench, "details.name_missing").rstrip(".")
        lobby.turn.changed()
        assert heard(bench) == "", "nobody has tried meanwhile"
    lobby.details.focus("email")
    lobby.details.next()
    assert say(bench, "details.name_missing").rstrip(".") in heard(bench), "back where a word is needed"
    for text in ("Odalys", "", ""):
        lobby.details.type(text)
        lobby.details.next()
    heard(bench)
    for _ in range(2):
        lobby.fields.next()
        assert heard(bench) == say(bench, "fields.missing").rstrip(".")


@BOTH
def test_f23_so_is_what_is_wrong_with_a_code_or_with_keeping_a_visit(language: str) -> None:
    bench = bench_in(language)
    bench.lobby.welcome.leave()
    bench.lobby.leaving.type_code()
    heard(bench)
    for _ in range(2):
        bench.lobby.code.submit()
        assert heard(bench) == say(bench, "code.longer").rstrip(".")
    bench.lobby.back()
    heard(bench)
    for _ in range(2):
        bench.lobby.leaving.take("ZZZZZZZZ")
        assert heard(bench) == say(bench, "leaving.unknown-code").rstrip(".")
    bench.kiosk.desk.refuse = RefusalReason.STORE_ERROR
    bench.lobby.reset()
    bench.lobby.choose_language(language)
    bench.lobby.choose("spoken")
    bench.arrive()
    assert bench.lobby.arrival.view().title in heard(bench)
    bench.kiosk.scheduler.held = True
    bench.lobby.arrival.retry()
    bench.kiosk.scheduler.release()
    assert bench.lobby.arrival.view().title in heard(bench)


def test_f23_a_code_that_is_read_over_and_over_cuts_nothing_off() -> None:
    bench = bench_in("en")
    bench.lobby.welcome.leave()
    heard(bench)
    bench.lobby.leaving.take("ZZZZZZZZ")
    first = heard(bench)
    bench.kiosk.voice.speaking = True
    bench.lobby.leaving.take("ZZZZZZZZ")
    assert heard(bench) == ""
    bench.kiosk.voice.speaking = False
    bench.lobby.turn.changed()
    assert heard(bench) == first


@BOTH
def test_f23_words_of_the_field_before_are_said_of_the_next_one_too(language: str) -> None:
    bench = bench_in(language)
    bench.lobby.welcome.visit()
    heard(bench)
    for name in ("email", "company", "email"):
        bench.lobby.details.focus(name)
        assert heard(bench) == f"{say(bench, f'details.{name}')}. {say(bench, 'field.optional')}"


@BOTH
def test_f23_the_last_screen_is_said_in_its_order(language: str) -> None:
    bench = bench_in(language)
    bench.to_photo()
    heard(bench)
    bench.kiosk.voice.speaking = True
    bench.lobby.photo.decline()
    state, told = bench.lobby.done.view(), heard(bench)
    assert state is not None
    assert " | " not in told, "the badge that is being printed does not cut the greeting off"
    assert told.startswith(f"{state.greeting} {state.name}. ")
    parts = [state.when, state.heading, state.lead, *(line.title for line in state.lines[1:]), state.finish]
    places = [told.index(part.rstrip(".")) for part in parts]
    assert places == sorted(places)
    bench.kiosk.voice.speaking = False
    bench.kiosk.scheduler.pass_time(1)
    assert heard(bench).startswith(state.lines[0].title)


@BOTH
def test_f23_how_long_the_question_stays_is_said_once(language: str) -> None:
    bench = bench_in(language)
    bench.lobby.welcome.visit()
    heard(bench)
    bench.kiosk.scheduler.pass_time(60)
    sheet = bench.lobby.view().sheet
    assert sheet is not None
    assert f". {sheet.seconds_left} {sheet.seconds_word}. " in heard(bench)
    bench.kiosk.scheduler.pass_time(5)
    assert heard(bench) == ""


@BOTH
def test_f24_how_many_are_on_site_and_how_far_to_believe_it_are_said_without_names(language: str) -> None:
    bench = bench_in(language)
    unlock(bench)
    bench.lobby.staff_room.open("evacuation")
    state, told = bench.lobby.evacuation.view(), heard(bench)
    assert f"{state.count} {state.count_words}" in told
    assert state.banner.rstrip(".") in told
    assert state.banner_more.rstrip(".") in told
    bench.kiosk.scheduler.pass_time(10)
    assert heard(bench) == "", "the same list, read again"
    bench.kiosk.desk.freshness = Freshness.UNKNOWN
    bench.kiosk.desk.people = PEOPLE[1:]
    bench.kiosk.voice.speaking = True
    bench.kiosk.scheduler.pass_time(5)
    assert heard(bench) == "", "what somebody listens to is not cut off"
    bench.kiosk.voice.speaking = False
    bench.kiosk.scheduler.pass_time(5)
    assert heard(bench).startswith(f"{len(PEOPLE) - 1} ")
    bench.lobby.evacuation.done()
    bench.lobby.staff_room.open("on-site")
    told += heard(bench)
    assert f"{say(bench, 'staff.on_site')}. {bench.lobby.on_site.view().lead.rstrip('.')}" in told
    assert not [entry.name for entry in PEOPLE if entry.name and entry.name in told]


@BOTH
def test_f24_nobody_is_named_by_their_sheet_nor_by_a_badge_again(language: str) -> None:
    bench, somebody = bench_in(language), PEOPLE[1]
    unlock(bench)
    lobby, told = bench.lobby, ""
    lobby.staff_room.open("evacuation")
    heard(bench)
    lobby.evacuation.badge.open(somebody.stay_id, somebody.name)
    told += heard(bench)
    assert say(bench, "reprint.printed").rstrip(".") in told
    lobby.choose("reprint.lost")
    told += heard(bench)
    assert say(bench, "reprint.asked").rstrip(".") in told
    lobby.choose("close")
    lobby.evacuation.done()
    lobby.staff_room.open("on-site")
    heard(bench)
    lobby.on_site.open(somebody.stay_id)
    since = say(bench, "on_site.since", time=lobby.turn.clock(somebody.since))
    assert heard(bench).startswith(bare(f"{say(bench, 'evacuation.assistance')}. {since}. {somebody.zone}. "))
    lobby.choose("depart")
    told += heard(bench)
    assert say(bench, "on_site.depart_means").rstrip(".") in told
    lobby.choose("depart.sure")
    told += heard(bench)
    assert say(bench, "on_site.left").rstrip(".") in told
    assert not [part for part in (somebody.name, somebody.company, somebody.host) if part in told]


@BOTH
def test_f24_how_each_part_of_the_kiosk_is_is_said_and_again_when_it_changes(language: str) -> None:
    bench = bench_in(language)
    unlock(bench)
    bench.lobby.staff_room.open("device")
    told = heard(bench)
    rows = bench.lobby.device.view().rows
    assert len(rows) >= 4
    for row in rows:
        assert bare(f"{row.title}: {row.second}".rstrip(".")) in told
    bench.kiosk.camera.is_now = CameraState.COVERED
    bench.kiosk.scheduler.pass_time(2)
    assert heard(bench) == f"{say(bench, 'device.camera')}: {say(bench, 'device.camera.covered')}"


@BOTH
def test_f23_of_a_long_document_the_buttons_are_said_and_that_not_all_was(language: str) -> None:
    bench = bench_in(language)
    rules = bench.kiosk.directory.document("rules", language)
    assert rules is not None
    bench.kiosk.directory.documents = (replace(rules, paragraphs=("One rule of many stands here.",) * 400),)
    bench.to_document()
    state, told = bench.lobby.document.view(), heard(bench).split(" | ")[-1]
    assert len(told) <= MOST_CHARACTERS
    assert told.endswith(f"{state.agree}. {state.decline}")
    assert f" stands here. {say(bench, 'spoken.left_out')}" in told, "from the end of a sentence on"


def test_f23_what_is_longer_than_anybody_listens_ends_at_a_sentence_else_a_word_else_a_letter() -> None:
    assert shortened(["Short."], ["Yes", "No."], "And so on.") == "Short. Yes. No"
    for body in ("字句。" * 3000, "word " * 3000, "x" * 9000):
        text = shortened([body], ["Yes", "No"], "And so on.")
        assert MOST_CHARACTERS * 0.9 < len(text) <= MOST_CHARACTERS
        assert text.endswith(" And so on. Yes. No")
    assert len(shortened(["x" * 9000], ["y" * 9000], "And so on.")) <= MOST_CHARACTERS
