"""F01, F07, R33: what a type of visitor is asked, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.navigation import Screen, Stop
from kiosk.ports import AnswerKind, AskedChoice, AskedField, AskedWhen, Step, VisitorType
from kiosk.presenters.asking import canonical, question_stops
from kiosk.presenters.details import FieldState
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.sample_types import thistledown


def bench_of(*types: VisitorType, a_page: int = 4) -> LobbyUnderTest:
    bench = LobbyUnderTest()
    bench.kiosk.directory.types = types
    bench.kiosk.directory.documents = thistledown().documents
    bench.lobby.fit(a_page)
    bench.lobby.reset()
    return bench


def begin(bench: LobbyUnderTest) -> None:
    bench.fill_details()


def field(bench: LobbyUnderTest, name: str) -> FieldState:
    return next(state for state in bench.lobby.fields.view().fields if state.id == name)


def asked(*fields: AskedField) -> VisitorType:
    return VisitorType("one", {"en": "One"}, steps=(Step.DETAILS, Step.FIELDS), fields=fields)


def line(name: str, kind: AnswerKind = AnswerKind.LINE, **more: object) -> AskedField:
    return AskedField(name, {"en": name.title()}, kind, **more)  # type: ignore[arg-type]


def test_f01_a_field_is_asked_only_where_an_earlier_answer_calls_for_it() -> None:
    bench = bench_of(thistledown().one("contractor"))
    begin(bench)
    bench.lobby.fields.next()
    assert bench.lobby.turn.stop == Stop(Screen.CHOICE, "car")
    without = bench.lobby.view().place
    bench.lobby.choice.choose("no")
    assert bench.on(Screen.HOST)
    bench.lobby.back()
    bench.lobby.choice.choose("yes")
    assert bench.lobby.turn.stop == Stop(Screen.FIELDS, "vehicle")
    assert without == (3, 9)
    assert bench.lobby.view().place == (4, 10)
    bench.lobby.fields.next()
    assert "need an answer" in field(bench, "vehicle").error
    bench.lobby.fields.type("AB 123")
    bench.lobby.fields.next()
    assert bench.on(Screen.HOST)


def test_an_answer_to_a_question_that_is_no_longer_asked_is_not_kept() -> None:
    """R33: what was typed stays on the screen for whoever changes their mind, and goes no further."""
    bench = bench_of(asked(line("car", AnswerKind.YES_NO), line("plate", when=AskedWhen("car", ("YES",)))))
    begin(bench)
    bench.lobby.choice.choose("yes")
    bench.lobby.fields.type("AB 123")
    bench.lobby.back()
    bench.lobby.choice.choose("no")
    assert bench.kiosk.desk.drafts[0].answers == {"car": "no"}


@pytest.mark.parametrize(
    "last", [AskedField("dock", {}, AnswerKind.CHOICE, choices=(AskedChoice("n", {}),)), line("dock")]
)
def test_c44_done_is_shown_where_the_last_page_depends_on_an_answer_before(last: AskedField) -> None:
    """What was answered is let go when the visit is kept, and the page that it called for is none any more."""
    bench = bench_of(asked(line("car", AnswerKind.YES_NO), replace(last, when=AskedWhen("car", ("yes",)))))
    begin(bench)
    bench.lobby.choice.choose("yes")
    if last.kind is AnswerKind.LINE:
        bench.lobby.fields.type("North")
        bench.lobby.fields.next()
    else:
        bench.lobby.choice.choose("n")
    assert bench.on(Screen.DONE)
    assert len(bench.kiosk.desk.drafts) == 1
    assert bench.lobby.turn.given.answers == {}


@pytest.mark.parametrize(("shown", "holds"), [(Screen.DONE, False), (Screen.HELD, True)])
def test_c44_an_answer_that_calls_for_another_page_while_the_visit_is_kept_leads_nowhere_else(
    shown: Screen,
    holds: bool,
) -> None:
    bench = bench_of(asked(line("one"), line("two", when=AskedWhen("one", ("yes",)))), a_page=1)
    bench.kiosk.desk.holds = holds
    begin(bench)
    bench.lobby.fields.type("no")
    bench.kiosk.scheduler.held = True
    bench.lobby.fields.next()
    for _ in "no":
        bench.lobby.fields.press("delete")
    bench.lobby.fields.type("yes")
    bench.kiosk.scheduler.held = False
    bench.kiosk.scheduler.release()
    assert bench.on(shown)


def test_a_condition_on_a_question_that_is_itself_not_asked_is_not_met() -> None:
    fields = (
        line("a", AnswerKind.YES_NO),
        line("b", AnswerKind.YES_NO, when=AskedWhen("a", ("yes",))),
        line("c", when=AskedWhen("b", ("yes",))),
        line("d", when=AskedWhen("nobody", ("yes",))),
    )
    told = {"a": "no", "b": "yes"}
    assert [stop.part for stop in question_stops(fields, told, 1)] == ["a", "d"]
    assert [stop.part for stop in question_stops(fields, {"a": "yes", "b": "yes"}, 1)] == ["a", "b", "c", "d"]


def test_pages_hold_what_stands_over_the_keyboard_and_count_as_steps() -> None:
    kind = asked(*(line(f"f{number}") for number in range(5)))
    for a_page, place in ((1, (2, 6)), (2, (2, 4)), (4, (2, 3))):
        bench = bench_of(kind, a_page=a_page)
        begin(bench)
        assert bench.lobby.view().place == place
        assert len(bench.lobby.fields.view().fields) == a_page


def test_f07_a_restricted_answer_is_not_shown_again_and_not_lost() -> None:
    bench = bench_of(thistledown().one("driver"), a_page=1)
    begin(bench)
    bench.lobby.fields.type("FERNH 807")
    bench.lobby.fields.next()
    bench.lobby.back()
    shown = field(bench, "licence")
    assert (shown.entry.text, "not show it again" in shown.helper) == ("", True)
    bench.lobby.fields.next()
    bench.lobby.fields.type("AB 1")
    bench.lobby.fields.next()
    bench.lobby.fields.type("load 7")
    bench.lobby.fields.next()
    bench.lobby.choice.choose("cloth")
    bench.lobby.document.reached_end()
    bench.lobby.document.agree()
    kept = {"licence": "FERNH 807", "vehicle": "AB 1", "load": "load 7", "dock": "cloth"}
    assert bench.kiosk.desk.drafts[0].answers == kept
    assert bench.lobby.turn.answers == {}


def test_back_loses_nothing_and_another_type_takes_nothing_along() -> None:
    driver, delivery = thistledown().one("driver"), thistledown().one("delivery")
    bench = bench_of(driver, delivery)
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.choose("driver")
    lobby.details.type("Pim")
    for _ in range(3):
        lobby.details.next()
    lobby.fields.focus("load")
    lobby.fields.type("L 7")
    for _ in range(2):
        lobby.back()
    lobby.type.choose("delivery")
    for _ in range(3):
        lobby.details.focus("email")
    lobby.details.next()
    lobby.host.go_without()
    lobby.fields.type("3")
    for _ in range(3):
        lobby.back()
    lobby.type.choose("driver")
    lobby.details.next()
    assert field(bench, "load").entry.text == "L 7"
    for _ in range(2):
        lobby.back()
    lobby.type.choose("delivery")
    lobby.details.next()
    lobby.host.go_without()
    lobby.fields.next()
    draft = bench.kiosk.desk.drafts[0]
    assert (draft.visitor_type, draft.answers, draft.consents) == ("delivery", {"parcels": "3"}, ())


def test_r30_what_was_agreed_to_and_whom_one_came_to_see_as_another_type_is_not_recorded() -> None:
    """R30: the driver who began as a visitor has no host here, and agreed to nothing that is asked of drivers."""
    visitor = thistledown().one("visitor")
    driver = replace(thistledown().one("driver"), fields=(), documents=())
    bench = bench_of(visitor, driver)
    lobby = bench.lobby
    lobby.welcome.visit()
    lobby.type.choose("visitor")
    lobby.details.type("Pim")
    for _ in range(3):
        lobby.details.next()
    lobby.host.type("Ines")
    lobby.host.choose("h4")
    lobby.document.reached_end()
    lobby.document.agree()
    for _ in range(4):
        lobby.back()
    lobby.type.choose("driver")
    lobby.details.next()
    draft = bench.kiosk.desk.drafts[0]
    assert (draft.visitor_type, draft.consents, draft.host_id, draft.host_name) == ("driver", (), None, "")


def test_r33_each_question_says_in_the_visitor_s_language_what_its_answer_is_for() -> None:
    bench = bench_of(thistledown().one("driver"))
    bench.lobby.choose_language("ar")
    begin(bench)
    shown = field(bench, "load")
    assert (shown.label, shown.helper, shown.optional) == ("مرجع الحمولة", "للعثور على حمولتك في القائمة", "اختياري")
    plain = bench_of(asked(AskedField("x", {"de": "Nur deutsch"}, notice={"": "To find you"})))
    begin(plain)
    assert (field(plain, "x").label, field(plain, "x").helper) == ("Nur deutsch", "To find you")


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (AnswerKind.PHONE, "+44 (0)20 7946-0000", "+44 (0)20 7946-0000"),
        (AnswerKind.PHONE, "٠٢٠ ٧٩٤٦", "020 7946"),
        (AnswerKind.PHONE, "12", None),
        (AnswerKind.PHONE, "call me maybe 12345", None),
        (AnswerKind.NUMBER, "1 200,5", "1200.5"),
        (AnswerKind.NUMBER, "३", "3"),
        (AnswerKind.NUMBER, "three", None),
        (AnswerKind.DATE, "24/12/2026", "2026-12-24"),
        (AnswerKind.DATE, "2026.2.28", "2026-02-28"),
        (AnswerKind.DATE, "24122026", "2026-12-24"),
        (AnswerKind.DATE, "31/2/2026", None),
        (AnswerKind.DATE, "1/2/26", None),
        (AnswerKind.EMAIL, "a@b", None),
        (AnswerKind.REFERENCE, "  W  1 ", "W 1"),
        (AnswerKind.DATE, "", ""),
    ],
)
def test_answers_have_one_form_of_their_kind(kind: AnswerKind, typed: str, kept: str | None) -> None:
    assert canonical(kind, typed) == kept


def test_what_is_wrong_is_said_when_moving_on_and_never_before() -> None:
    bench = bench_of(
        asked(line("day", AnswerKind.DATE), line("call", AnswerKind.PHONE), line("mail", AnswerKind.EMAIL))
    )
    begin(bench)
    fields = bench.lobby.fields
    assert {key.id for row in fields.view().keyboard.rows for key in row} >= {"7", "/", "next", "delete"}
    fields.type("24/12/2026")
    assert field(bench, "day").helper == "24 December 2026"
    fields.next()
    fields.type("12")
    assert field(bench, "call").error == ""
    fields.next()
    assert "missing" in field(bench, "call").error
    assert field(bench, "call").focused
    fields.type("345 67")
    fields.next()
    fields.type("max@exmaple.org")
    fields.focus("day")
    assert field(bench, "mail").offer == "max@example.org"
    fields.take_offer("mail")
    fields.next()
    assert bench.kiosk.desk.drafts[0].answers == {
        "day": "2026-12-24",
        "call": "12345 67",
        "mail": "max@example.org",
    }


def test_no_answer_is_longer_than_two_hundred_characters() -> None:
    bench = bench_of(asked(line("x")))
    begin(bench)
    bench.lobby.fields.type("n" * 300)
    assert field(bench, "x").helper == "That is as long as we can keep"
    bench.lobby.fields.next()
    assert bench.kiosk.desk.drafts[0].answers == {"x": "n" * 200}


def test_a_choice_is_one_touch_and_can_be_left_out_where_it_may() -> None:
    dock = line("dock", AnswerKind.CHOICE, choices=(AskedChoice("n", {"en": "North"}), AskedChoice("s", {})))
    bench = bench_of(asked(dock, line("car", AnswerKind.YES_NO, required=True)))
    begin(bench)
    choice = bench.lobby.choice
    assert [option.label for option in choice.view().options] == ["North", "s"]
    choice.choose("somewhere else")
    assert bench.lobby.turn.stop.part == "dock"
    choice.skip()
    assert (bench.lobby.turn.stop.part, choice.view().skip) == ("car", "")
    choice.skip()
    bench.lobby.back()
    choice.choose("s")
    bench.lobby.back()
    assert [option.chosen for option in choice.view().options] == [False, True]
    choice.choose("s")
    choice.choose("no")
    assert bench.kiosk.desk.drafts[0].answers == {"dock": "s", "car": "no"}


def test_c44_what_was_meant_for_a_page_that_was_left_does_nothing() -> None:
    """C44: a second finger that lifts from a field, or from *next*, after the first has gone back."""
    bench = bench_of(asked(line("one"), line("two")), a_page=1)
    begin(bench)
    fields = bench.lobby.fields
    fields.type("first")
    fields.next()
    assert bench.lobby.turn.stop.part == "two"
    fields.focus("one")
    fields.type("second")
    bench.lobby.back()
    bench.lobby.back()
    fields.next()
    fields.focus("two")
    assert bench.on(Screen.DETAILS)
    assert bench.lobby.turn.answers == {"one": "first", "two": "second"}
