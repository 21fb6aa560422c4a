"""F06: the count before a photo, and what is said of a face: guidance, and never a gate."""

from __future__ import annotations

import numpy as np
import pytest

from kiosk.navigation import Screen
from kiosk.ports import CameraState, ConsentPurpose, Framing, Step, VisitorType
from kiosk.presenters.photo import PhotoStage
from tests.fakes.kiosk_lobby import LobbyUnderTest


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.camera.picture = np.full((48, 64, 3), 120, dtype=np.uint8)
    made.to_photo()
    return made


def test_f06_three_seconds_are_counted_and_the_newest_picture_is_taken(bench: LobbyUnderTest) -> None:
    photo = bench.lobby.photo
    photo.primary()
    seen = [photo.view().count]
    photo.primary()  # a second tap counts nothing anew
    for _ in range(2):
        bench.kiosk.scheduler.pass_time(1)
        seen.append(photo.view().count)
    assert seen == [3, 2, 1]
    newest = np.full((48, 64, 3), 90, dtype=np.uint8)
    bench.kiosk.camera.picture = newest
    bench.kiosk.scheduler.pass_time(1)
    assert photo.view().stage is PhotoStage.TAKEN
    assert photo.frame() is newest


def test_f06_a_count_can_be_stopped_and_leaving_ends_it(bench: LobbyUnderTest) -> None:
    photo = bench.lobby.photo
    photo.primary()
    photo.secondary()
    bench.kiosk.scheduler.pass_time(5)
    assert photo.view().stage is PhotoStage.PREVIEW
    photo.primary()
    bench.lobby.back()
    bench.kiosk.scheduler.pass_time(5)
    assert not bench.on(Screen.PHOTO)
    assert photo.frame() is None


@pytest.mark.parametrize("taken_again", [False, True])
def test_f06_a_photo_that_was_declined_while_it_was_made_is_not_kept(
    bench: LobbyUnderTest, *, taken_again: bool
) -> None:
    """F06: nor is consent to it. Of two the later one alone is waited for."""
    steps = (Step.DETAILS, Step.PHOTO, Step.HOST)
    bench.kiosk.directory.types = (VisitorType("visitor", {"en": "V"}, steps=steps),)
    bench.lobby.reset()
    bench.fill_details()
    photo, given, scheduler = bench.lobby.photo, bench.lobby.turn.given, bench.kiosk.scheduler
    photo.primary()
    scheduler.pass_time(3)
    scheduler.held = True
    photo.primary()
    bench.lobby.back()
    bench.lobby.details.next()
    photo.secondary()
    if taken_again:
        photo.primary()
        scheduler.pass_time(3)
        photo.primary()
        first, scheduler.waiting = scheduler.waiting[0], scheduler.waiting[1:]
        first()
        assert (photo.view().busy, given.photo) == (True, None)
    else:
        photo.secondary()
    scheduler.held = False
    scheduler.release()
    bench.lobby.host.go_without()
    (draft,) = bench.kiosk.desk.drafts
    purposes = {consent.purpose for consent in draft.consents}
    assert (draft.photo is not None, ConsentPurpose.PHOTO in purposes) == (taken_again, taken_again)


def test_c42_a_camera_that_goes_while_counting_takes_nothing(bench: LobbyUnderTest) -> None:
    photo = bench.lobby.photo
    photo.primary()
    bench.kiosk.camera.picture, bench.kiosk.camera.is_now = None, CameraState.MISSING
    bench.kiosk.scheduler.pass_time(4)
    assert photo.view().stage is PhotoStage.NO_CAMERA


@pytest.mark.parametrize(
    ("framing", "words", "framed"),
    [
        (Framing.NO_FACE, "", False),
        (Framing.TOO_FAR, "A little closer", False),
        (Framing.TOO_NEAR, "A little further back", False),
        (Framing.ASIDE, "A little more to the middle", False),
        (Framing.GOOD, "", True),
    ],
)
def test_f06_where_a_face_stands_is_said_and_the_photo_is_taken_all_the_same(
    bench: LobbyUnderTest, framing: Framing, words: str, framed: bool
) -> None:
    bench.framing = framing
    bench.kiosk.scheduler.pass_time(1)
    view = bench.lobby.photo.view()
    assert (view.advice, view.framed) == (words, framed)
    bench.lobby.photo.primary()
    bench.kiosk.scheduler.pass_time(3)
    taken = bench.lobby.photo.view()
    assert (taken.stage, taken.advice, taken.framed) == (PhotoStage.TAKEN, "", False)


def test_f06_a_count_that_was_stopped_does_not_hurry_the_next(bench: LobbyUnderTest) -> None:
    photo = bench.lobby.photo
    for _ in range(3):
        photo.primary()
        bench.kiosk.scheduler.pass_time(0.5)
        photo.secondary()
    photo.primary()
    bench.kiosk.scheduler.pass_time(2.9)
    assert photo.view().stage is PhotoStage.COUNTING
    bench.kiosk.scheduler.pass_time(0.2)
    assert photo.view().stage is PhotoStage.TAKEN


def test_c44_who_goes_back_while_the_photo_is_kept_is_not_taken_onward(bench: LobbyUnderTest) -> None:
    photo, scheduler = bench.lobby.photo, bench.kiosk.scheduler
    photo.primary()
    scheduler.pass_time(3)
    scheduler.held = True
    photo.primary()
    bench.lobby.back()
    before = bench.lobby.screen
    assert before is not Screen.PHOTO
    scheduler.release()
    assert bench.lobby.screen is before
    assert bench.lobby.turn.given.photo
