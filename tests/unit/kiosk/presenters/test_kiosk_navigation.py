from __future__ import annotations

from itertools import product

import pytest

from kiosk.navigation import ROUTES, STAFF, WELCOME, Act, Journey, Screen, Stop, follow, journey, place
from kiosk.ports import Step

ALL_STEPS = tuple(Step)
QUESTIONS = (Stop(Screen.CHOICE, "car"), Stop(Screen.FIELDS, "plate"), Stop(Screen.FIELDS, "order"))
DOCUMENTS = (Stop(Screen.DOCUMENT, "rules"), Stop(Screen.DOCUMENT, "safety"), Stop(Screen.QUIZ, "safety", 0))


def whole(steps: tuple[Step, ...], *, choose: bool) -> Journey:
    return journey(steps, choose_type=choose, questions=QUESTIONS, documents=DOCUMENTS)


JOURNEYS = [
    whole(steps, choose=choose)
    for steps, choose in product([ALL_STEPS, (Step.DETAILS,), (Step.DETAILS, Step.DOCUMENT), ()], [True, False])
]


def reachable(start: Stop, steps: Journey) -> set[Stop]:
    found, fresh = {start}, [start]
    while fresh:
        here = fresh.pop()
        for act in Act:
            there = follow(here, act, steps)
            if there is not None and there not in found:
                found.add(there)
                fresh.append(there)
    return found


@pytest.mark.parametrize("steps", JOURNEYS)
def test_every_screen_of_the_journey_is_reached_from_the_welcome(steps: Journey) -> None:
    fixed = {Screen.LEAVING, Screen.CODE, Screen.GOODBYE, Screen.PIN, Screen.EVACUATION, Screen.DONE}
    assert reachable(WELCOME, steps) >= {Stop(screen) for screen in fixed} | set(steps)


@pytest.mark.parametrize("steps", JOURNEYS)
def test_every_screen_can_be_left_for_the_welcome(steps: Journey) -> None:
    for stop in (*steps, *(Stop(screen) for screen in Screen)):
        assert follow(stop, Act.START_AGAIN, steps) == WELCOME
        assert WELCOME in reachable(stop, steps)


@pytest.mark.parametrize("steps", JOURNEYS)
def test_back_undoes_next_on_every_step(steps: Journey) -> None:
    for step in steps:
        there = follow(step, Act.NEXT, steps)
        assert there is not None
        if there != Stop(Screen.DONE):
            assert follow(there, Act.BACK, steps) == step


def test_a_refused_visit_can_be_tried_again_or_gone_back_from() -> None:
    steps = journey(ALL_STEPS, choose_type=False)
    photo, refused = Stop(Screen.PHOTO), Stop(Screen.REFUSED)
    assert follow(photo, Act.FAIL, steps) == refused
    assert follow(refused, Act.NEXT, steps) == Stop(Screen.DONE)
    assert follow(refused, Act.FAIL, steps) == refused
    assert follow(refused, Act.BACK, steps) == photo


def test_c44_what_became_of_a_visit_is_shown_wherever_it_was_put_to_the_store() -> None:
    """The steps may have changed meanwhile, with the answers."""
    steps = whole(ALL_STEPS, choose=True)
    for stop in (*steps, Stop(Screen.FIELDS, "gone"), Stop(Screen.OVERRIDE), Stop(Screen.REFUSED), WELCOME):
        for act, shown in ((Act.ARRIVE, Screen.DONE), (Act.HOLD, Screen.HELD), (Act.FAIL, Screen.REFUSED)):
            assert follow(stop, act, steps) == Stop(shown)


def test_acts_that_mean_nothing_lead_nowhere() -> None:
    steps = whole(ALL_STEPS, choose=False)
    assert follow(WELCOME, Act.BACK, steps) is None
    assert follow(Stop(Screen.DETAILS), Act.STAFF, steps) is None
    assert follow(Stop(Screen.PHOTO), Act.READ_AGAIN, steps) is None


def test_f05_a_quiz_leads_back_to_its_own_text_and_to_its_own_first_question() -> None:
    steps = whole(ALL_STEPS, choose=False)
    question = Stop(Screen.QUIZ, "safety", 0)
    assert follow(question, Act.READ_AGAIN, steps) == Stop(Screen.DOCUMENT, "safety")
    assert follow(question, Act.TRY_AGAIN, steps) == question


def test_no_fixed_route_leads_past_the_staff_pin() -> None:
    """F24: into the screens of the staff leads the PIN alone, and out of them nothing but where visitors begin."""
    behind = STAFF - {Screen.PIN, Screen.OVERRIDE}
    assert {way for way, target in ROUTES.items() if target in behind and way[0] not in behind} == {
        (Screen.PIN, Act.NEXT),
        (Screen.PIN, Act.STAFF),
    }
    assert {target for way, target in ROUTES.items() if way[0] in behind} - behind == {Screen.WELCOME}


def test_place_counts_the_real_pages_from_one() -> None:
    steps = whole(ALL_STEPS, choose=True)
    assert place(Stop(Screen.TYPE), steps) == (1, 10)
    assert place(Stop(Screen.QUIZ, "safety", 0), steps) == (9, 10)
    assert place(WELCOME, steps) is None
