from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from kiosk.navigation import Screen
from kiosk.ports import (
    BadgeProgress,
    BadgePromise,
    BadgeState,
    BadgeTrouble,
    CameraState,
    ConsentPurpose,
    HostTold,
    RefusalReason,
    StatusNow,
    Step,
    VisitorType,
)
from kiosk.presenters.done import first_name
from kiosk.presenters.photo import PhotoStage
from tests.fakes.kiosk_lobby import JPEG, LobbyUnderTest
from workbench.still_time import MORNING


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    return made


def done_words(bench: LobbyUnderTest) -> str:
    state = bench.lobby.done.view()
    assert state is not None
    lines = [f"{line.title} {line.second}" for line in state.lines]
    return " | ".join([state.greeting, state.name, state.when, state.heading, state.lead, *lines])


def test_agreeing_needs_the_end_to_have_been_seen(bench: LobbyUnderTest) -> None:
    bench.to_document()
    document = bench.lobby.document
    assert document.view().agree == "Read on"
    assert document.agree() is False
    assert bench.on(Screen.DOCUMENT)
    document.reached_end()
    assert document.view().agree == "I agree"
    assert document.agree() is True
    assert bench.on(Screen.PHOTO)


def test_consent_names_exactly_the_text_that_was_shown(bench: LobbyUnderTest) -> None:
    bench.arrive()
    consent = bench.kiosk.desk.drafts[0].consents[0]
    text = bench.kiosk.directory.document("rules", "en")
    assert text is not None
    assert (consent.purpose, consent.document_id, consent.document_version) == (ConsentPurpose.DOCUMENT, "rules", "4")
    assert consent.document_sha256 == text.sha256


def test_without_a_document_the_step_says_so_and_lets_go_on(bench: LobbyUnderTest) -> None:
    bench.kiosk.directory.with_document = False
    bench.lobby.reset()
    bench.to_document()
    assert bench.lobby.document.view().paragraphs == ("There is nothing to agree to today.",)
    assert bench.lobby.document.agree() is True
    assert bench.lobby.turn.given.consents == {}


def test_a_photo_is_taken_used_and_handed_over_in_memory(bench: LobbyUnderTest) -> None:
    """F06: consent, preview, take, use."""
    bench.to_photo()
    photo = bench.lobby.photo
    assert photo.view().stage is PhotoStage.PREVIEW
    photo.primary()
    bench.kiosk.scheduler.pass_time(3)
    assert photo.view().stage is PhotoStage.TAKEN
    photo.primary()
    draft = bench.kiosk.desk.drafts[0]
    assert draft.photo == JPEG
    assert [consent.purpose for consent in draft.consents] == [ConsentPurpose.DOCUMENT, ConsentPurpose.PHOTO]
    assert bench.lobby.turn.given.photo is None
    assert not bench.kiosk.camera.running


def test_a_photo_can_be_taken_again_and_declined_after_all(bench: LobbyUnderTest) -> None:
    """F06: retake and decline."""
    bench.to_photo()
    photo = bench.lobby.photo
    photo.primary()
    bench.kiosk.scheduler.pass_time(3)
    photo.secondary()
    assert photo.view().stage is PhotoStage.PREVIEW
    photo.secondary()
    assert bench.on(Screen.DONE)
    assert bench.kiosk.desk.drafts[0].photo is None
    assert len(bench.kiosk.desk.drafts[0].consents) == 1


@pytest.mark.parametrize("state", [CameraState.NONE, CameraState.MISSING, CameraState.FROZEN])
def test_c42_check_in_goes_on_without_a_camera(bench: LobbyUnderTest, state: CameraState) -> None:
    bench.kiosk.camera.is_now = state
    bench.to_photo()
    view = bench.lobby.photo.view()
    assert view.stage is PhotoStage.NO_CAMERA
    assert "without" in view.advice
    bench.lobby.photo.primary()
    assert bench.on(Screen.DONE)


def test_c42_a_camera_that_goes_or_is_covered_in_the_step_is_noticed(bench: LobbyUnderTest) -> None:
    bench.to_photo()
    bench.kiosk.camera.is_now = CameraState.COVERED
    bench.kiosk.scheduler.pass_time(1)
    assert "covered" in bench.lobby.photo.view().advice
    bench.kiosk.camera.is_now = CameraState.MISSING
    bench.kiosk.scheduler.pass_time(1)
    assert bench.lobby.photo.view().stage is PhotoStage.NO_CAMERA


def test_c44_double_taps_give_one_visit(bench: LobbyUnderTest) -> None:
    bench.to_photo()
    bench.kiosk.scheduler.held = True
    bench.lobby.photo.decline()
    bench.lobby.photo.decline()
    bench.lobby.photo.primary()
    bench.lobby.back()
    assert bench.lobby.photo.view().primary == "Saving"
    bench.kiosk.scheduler.release()
    bench.kiosk.scheduler.release()
    assert len(bench.kiosk.desk.drafts) == 1
    assert bench.on(Screen.DONE)


def test_done_is_shown_only_after_the_visit_is_kept(bench: LobbyUnderTest) -> None:
    bench.to_photo()
    bench.kiosk.scheduler.held = True
    bench.lobby.photo.decline()
    assert bench.on(Screen.PHOTO)
    bench.kiosk.scheduler.release()
    assert bench.on(Screen.DONE)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (RefusalReason.DISK_FULL, "no room left"),
        (RefusalReason.NOT_ENROLLED, "not set up yet"),
        (RefusalReason.STORE_ERROR, "went wrong"),
    ],
)
def test_a_refusal_says_what_happened_and_nothing_typed_is_lost(
    bench: LobbyUnderTest, reason: RefusalReason, words: str
) -> None:
    bench.to_photo()
    bench.kiosk.desk.refuse = reason
    bench.lobby.photo.decline()
    assert bench.on(Screen.REFUSED)
    assert words in bench.lobby.arrival.view().lead
    bench.lobby.arrival.retry()
    assert bench.on(Screen.REFUSED)
    bench.lobby.arrival.back()
    assert bench.on(Screen.PHOTO)
    bench.kiosk.desk.refuse = None
    bench.lobby.photo.decline()
    assert bench.on(Screen.DONE)
    assert bench.kiosk.desk.drafts[0].display_name == "Odalys Fernhollow"


def test_a_type_without_photo_arrives_from_its_own_last_step() -> None:
    bench = LobbyUnderTest()
    short = VisitorType("delivery", {"en": "Delivering"}, steps=(Step.DETAILS,))
    bench.kiosk.directory.types = (VisitorType("visitor", {"en": "Visiting"}), short)
    bench.lobby.reset()
    bench.lobby.welcome.visit()
    assert bench.on(Screen.TYPE)
    assert [card.id for card in bench.lobby.type.view().cards] == ["visitor", "delivery"]
    bench.lobby.type.choose("nothing of the kind")
    assert bench.on(Screen.TYPE)
    bench.lobby.type.choose("delivery")
    assert bench.lobby.view().place == (2, 2)
    bench.lobby.details.type("Pim")
    for _ in range(3):
        bench.lobby.details.next()
    assert bench.on(Screen.DONE)
    assert bench.kiosk.desk.drafts[0].visitor_type == "delivery"


def test_online_says_being_told_and_never_told(bench: LobbyUnderTest) -> None:
    bench.arrive()
    words = done_words(bench)
    assert "Ines Caldermoor is being told" in words
    assert "has been told" not in words


def test_offline_says_that_the_host_does_not_know_yet(bench: LobbyUnderTest) -> None:
    bench.kiosk.status.status = StatusNow(offline_since=MORNING, waiting_to_send=3)
    bench.kiosk.desk.told = HostTold.WHEN_ONLINE
    bench.arrive()
    words = done_words(bench)
    assert "Ines Caldermoor does not know yet" in words
    assert "as soon as the network is back" in words


def test_a_network_that_goes_or_comes_back_meanwhile_changes_what_is_said_of_the_host(bench: LobbyUnderTest) -> None:
    bench.arrive()
    assert "Ines Caldermoor is being told" in done_words(bench)
    bench.kiosk.status.status = StatusNow(offline_since=MORNING, waiting_to_send=3)
    assert "Ines Caldermoor does not know yet" in done_words(bench)
    bench.kiosk.status.status = StatusNow()
    assert "Ines Caldermoor is being told" in done_words(bench)


def test_a_host_whose_message_went_before_the_network_did_is_still_being_told(bench: LobbyUnderTest) -> None:
    bench.arrive()
    bench.kiosk.status.status = StatusNow(offline_since=MORNING, waiting_to_send=0)
    assert "Ines Caldermoor is being told" in done_words(bench)


def test_without_a_known_host_reception_is_named(bench: LobbyUnderTest) -> None:
    bench.fill_details()
    bench.lobby.host.type("Somebody Else")
    bench.lobby.host.go_without()
    bench.lobby.document.reached_end()
    bench.lobby.document.agree()
    bench.lobby.photo.decline()
    assert "Ask there for Somebody Else" in done_words(bench)


@pytest.mark.parametrize("trouble", list(BadgeTrouble))
def test_a_failed_badge_is_collected_at_reception(bench: LobbyUnderTest, trouble: BadgeTrouble) -> None:
    bench.kiosk.desk.badge = BadgeProgress(BadgeState.FAILED, trouble)
    bench.arrive()
    assert "Please collect your badge at reception" in done_words(bench)
    assert "hecked in" in done_words(bench)


def test_the_badge_is_followed_until_it_is_out(bench: LobbyUnderTest) -> None:
    bench.kiosk.desk.badge = None
    bench.arrive()
    assert "on its way" in done_words(bench)
    bench.kiosk.desk.badge = BadgeProgress(BadgeState.PRINTING)
    bench.kiosk.scheduler.pass_time(1)
    assert "Your badge is printing" in done_words(bench)
    bench.kiosk.desk.badge = BadgeProgress(BadgeState.PRINTED)
    bench.kiosk.scheduler.pass_time(1)
    assert "Your badge is ready" in done_words(bench)


def test_c41_a_badge_that_comes_after_all_at_another_printer_is_told_to_who_still_stands_there(
    bench: LobbyUnderTest,
) -> None:
    """C41: each sentence is true while it stands there."""
    bench.kiosk.desk.badge = BadgeProgress(BadgeState.QUEUED, BadgeTrouble.BUSY)
    bench.arrive()
    assert "busy for a moment. Yours follows." in done_words(bench)
    bench.kiosk.desk.badge = BadgeProgress(BadgeState.FAILED, BadgeTrouble.BUSY)
    bench.kiosk.scheduler.pass_time(1)
    assert "Please collect your badge at reception" in done_words(bench)
    for state in (BadgeState.PRINTING, BadgeState.PRINTED):
        bench.kiosk.desk.badge = BadgeProgress(state, printer="Door")
        bench.kiosk.scheduler.pass_time(1)
        assert "It comes out of the printer “Door”" in done_words(bench)


@pytest.mark.parametrize(
    ("promise", "words"), [(BadgePromise.AT_RECEPTION, "collect your badge at reception"), (BadgePromise.NONE, "")]
)
def test_a_visit_without_a_badge_job_promises_no_printing(
    bench: LobbyUnderTest, promise: BadgePromise, words: str
) -> None:
    bench.kiosk.desk.badge, bench.kiosk.desk.promise = None, promise
    bench.arrive()
    assert words in done_words(bench)
    assert "printing" not in done_words(bench)


def test_whoever_needs_assistance_is_told_that_somebody_comes(bench: LobbyUnderTest) -> None:
    bench.to_photo()
    bench.lobby.details.toggle_assistance()
    bench.lobby.photo.decline()
    assert "somebody comes to you" in done_words(bench)
    assert bench.kiosk.desk.drafts[0].needs_assistance


def test_first_names_are_taken_only_where_there_are_spaces() -> None:
    assert first_name("Ines Caldermoor") == "Ines"
    assert first_name("林小溪") == "林小溪"
    assert first_name("") == ""


def test_what_is_shown_holds_no_picture_and_can_be_compared(bench: LobbyUnderTest) -> None:
    """The screen is built anew when what it says has changed, and arrays cannot be compared in one word."""
    bench.to_photo()
    bench.lobby.photo.primary()
    bench.kiosk.scheduler.pass_time(3)
    state = bench.lobby.photo.view()
    assert state.stage is PhotoStage.TAKEN
    assert [field.name for field in fields(state) if isinstance(getattr(state, field.name), np.ndarray)] == []
    assert state == bench.lobby.photo.view()
