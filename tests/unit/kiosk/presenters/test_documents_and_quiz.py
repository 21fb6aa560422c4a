"""F05: every document by itself, its signature, and the questions about it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kiosk.navigation import Screen, Stop
from kiosk.ports import Step
from kiosk.presenters.signing import SigningPad
from sync.protocol.ink import MAX_INK_BYTES, MAX_POINTS, MAX_STROKES, decode_ink
from tests.fakes.kiosk_lobby import LobbyUnderTest
from workbench.gallery_journeys import scribble
from workbench.sample_types import thistledown


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.directory.types = (thistledown().one("contractor"),)
    made.kiosk.directory.documents = thistledown().documents
    made.lobby.reset()
    made.fill_details()
    made.lobby.fields.next()
    made.lobby.choice.choose("no")
    made.lobby.host.go_without()
    return made


def sign_and_agree(bench: LobbyUnderTest) -> None:
    bench.lobby.document.reached_end()
    for stroke in scribble():
        bench.lobby.document.draw(stroke, 0.34)
    bench.lobby.document.agree()


def to_the_quiz(bench: LobbyUnderTest) -> None:
    bench.lobby.document.reached_end()
    bench.lobby.document.agree()
    sign_and_agree(bench)


def test_each_document_has_its_own_page_end_and_consent(bench: LobbyUnderTest) -> None:
    document = bench.lobby.document
    assert document.view().name == "Site rules"
    document.reached_end()
    document.agree()
    state = document.view()
    assert (bench.lobby.turn.stop, state.name, state.at_end) == (
        Stop(Screen.DOCUMENT, "induction"),
        "Working safely here",
        False,
    )
    assert state.version == "Version 2 · since 3 March 2026"
    assert document.agree() is False
    bench.lobby.back()
    assert document.view().at_end


def test_a_signature_is_waited_for_drawn_cleared_and_kept(bench: LobbyUnderTest) -> None:
    document = bench.lobby.document
    assert document.view().pad is None
    document.reached_end()
    document.agree()
    document.reached_end()
    state = document.view()
    assert state.pad is not None
    assert (state.agree, state.pad.name, state.pad.here) == ("Sign in the box to go on", "Odalys Fernhollow", True)
    document.draw([(0.5, 0.5), (0.501, 0.501)], 0.34)
    document.agree()
    assert bench.lobby.turn.stop == Stop(Screen.DOCUMENT, "induction")
    document.clear()
    assert document.strokes == ()
    sign_and_agree(bench)
    assert bench.on(Screen.QUIZ)


def test_enough_right_answers_lead_on_and_are_counted(bench: LobbyUnderTest) -> None:
    to_the_quiz(bench)
    quiz = bench.lobby.quiz
    assert quiz.view().title == "Where is the key while you work inside a machine?"
    quiz.choose("9")
    quiz.choose("0")
    quiz.choose("1")
    bench.lobby.photo.decline()
    rules, induction = bench.kiosk.desk.drafts[0].consents
    assert (rules.document_id, rules.signature, rules.asked, rules.right) == ("site-rules", None, 0, 0)
    assert (induction.document_id, induction.asked, induction.right) == ("induction", 2, 2)
    assert induction.signature is not None
    assert len(decode_ink(induction.signature).strokes) == 2
    assert bench.lobby.turn.given.consents == {}


def test_too_few_right_answers_are_tried_again_without_blame(bench: LobbyUnderTest) -> None:
    to_the_quiz(bench)
    quiz = bench.lobby.quiz
    quiz.choose("2")
    quiz.choose("1")
    state = quiz.view()
    assert (state.options, state.title) == ((), "Let us look at that once more")
    assert "1 of 2" in state.lead
    assert not re.search(r"wrong|fail|error", f"{state.title} {state.lead}", re.IGNORECASE)
    quiz.choose("1")
    assert bench.lobby.turn.stop == Stop(Screen.QUIZ, "induction", 1)
    quiz.read_again()
    assert bench.lobby.turn.stop == Stop(Screen.DOCUMENT, "induction")
    bench.lobby.document.agree()
    assert not any(option.chosen for option in quiz.view().options)
    quiz.choose("1")
    quiz.choose("0")
    quiz.try_again()
    assert bench.lobby.turn.stop == Stop(Screen.QUIZ, "induction", 0)
    quiz.choose("0")
    quiz.choose("1")
    assert bench.on(Screen.PHOTO)


def test_what_is_agreed_to_already_is_not_asked_again(bench: LobbyUnderTest) -> None:
    bench.lobby.back()
    bench.lobby.turn.given.agreed = frozenset({"site-rules", "induction"})
    bench.lobby.host.go_without()
    assert bench.on(Screen.PHOTO)


def test_c44_a_second_touch_agrees_to_nothing_more(bench: LobbyUnderTest) -> None:
    """The next document is on the screen already, and its end has not been seen."""
    bench.lobby.document.reached_end()
    bench.lobby.document.agree()
    bench.lobby.document.agree()
    assert bench.lobby.turn.stop.part == "induction"
    assert [key[1] for key in bench.lobby.turn.given.consents] == ["site-rules"]


def test_documents_and_questions_are_in_the_visitor_s_language(bench: LobbyUnderTest) -> None:
    bench.lobby.reset()
    bench.lobby.choose_language("he")
    kind = replace(thistledown().one("contractor"), fields=())
    bench.kiosk.directory.types = (kind,)
    bench.fill_details()
    bench.lobby.host.go_without()
    assert bench.lobby.document.view().name == "כללי האתר"
    to_the_quiz(bench)
    assert [option.label for option in bench.lobby.quiz.view().options] == ["בכיס שלי", "במכונה", "בקבלה"]


def test_a_pad_takes_no_more_than_can_be_kept() -> None:
    pad = SigningPad()
    for _ in range(MAX_STROKES + 9):
        pad.draw([(at / 999 % 1, at % 7 / 7) for at in range(0, 9000, 90)], 0.4)
    assert len(pad.strokes) <= MAX_STROKES
    assert sum(len(stroke) for stroke in pad.strokes) <= MAX_POINTS
    picture = pad.picture()
    assert picture is not None
    assert len(picture) <= MAX_INK_BYTES
    assert decode_ink(picture).strokes == pad.strokes


def test_f05_a_signature_stays_on_a_pad_that_becomes_lower() -> None:
    """F05: the line about the network takes place from the pad while somebody signs."""
    pad = SigningPad()
    pad.draw([(0.0, 0.0), (1.0, 1.0)], 0.5)
    first = [((0, 0), (1000, 500))]
    assert list(pad.strokes) == first
    pad.fit(0.3)
    lower = [((200, 0), (800, 300))]
    assert list(pad.strokes) == lower
    pad.draw([(0.0, 1.0), (0.5, 0.5)], 0.3)
    pad.fit(0.6)
    assert list(pad.strokes) == [*lower, ((0, 300), (500, 150))]
    picture = pad.picture()
    assert picture is not None
    assert decode_ink(picture).strokes == pad.strokes


def test_f05_a_copy_is_offered_where_there_is_an_address_and_kept_when_going_back(bench: LobbyUnderTest) -> None:
    document = bench.lobby.document
    assert document.view().copy is None, "the site rules have no copy"
    document.reached_end()
    document.agree()
    assert document.view().copy is None, "no address was given"
    document.toggle_copy()
    bench.lobby.turn.given.email = "odalys@example.org"
    offer = document.view().copy
    assert offer is not None
    assert (offer.label, offer.hint, offer.wanted) == ("Send me a copy", "As a PDF to odalys@example.org", False)
    document.toggle_copy()
    bench.lobby.back()
    document.agree()
    offer = document.view().copy
    assert offer is not None
    assert offer.wanted
    sign_and_agree(bench)
    rules, induction = bench.lobby.arrival.draft().consents
    assert (rules.copy, induction.copy) == (False, True)
    bench.lobby.turn.given.email = ""
    assert not any(consent.copy for consent in bench.lobby.arrival.draft().consents), "the address was taken back"


def test_f05_a_copy_is_offered_before_the_address_is_asked_for(bench: LobbyUnderTest) -> None:
    kind = thistledown().one("contractor")
    late = replace(kind, steps=(Step.DOCUMENT, Step.DETAILS), fields=())
    bench.kiosk.directory.types = (late,)
    bench.lobby.reset()
    bench.lobby.welcome.visit()
    bench.lobby.document.reached_end()
    bench.lobby.document.agree()
    offer = bench.lobby.document.view().copy
    assert offer is not None
    assert offer.hint == "As a PDF to the e-mail address that you give"


def test_f05_a_text_that_is_published_in_the_middle_of_a_visit_is_for_the_next_one(bench: LobbyUnderTest) -> None:
    """F05: a text is agreed to with the signature and the questions that belong to it."""
    directory = bench.kiosk.directory
    before = directory.documents
    directory.documents = tuple(replace(text, version="99", paragraphs=("Anew.",)) for text in before)
    read = bench.lobby.document.view()
    assert "Anew." not in read.paragraphs
    bench.lobby.document.reached_end()
    bench.lobby.document.agree()
    assert all("99" not in consent.document_version for consent in bench.lobby.turn.given.consents.values())
    bench.lobby.reset()
    bench.lobby.welcome.visit()
    assert {text.version for name in {text.id for text in before} if (text := bench.lobby.turn.text(name))} == {"99"}
