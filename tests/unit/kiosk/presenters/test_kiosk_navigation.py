from __future__ import annotations

from itertools import product

import pytest

from kiosk.navigation import ROUTES, Act, Journey, Screen, follow, journey, place
from kiosk.ports import Step

ALL_STEPS = tuple(Step)
JOURNEYS = [
    journey(steps, choose_type=choose)
    for steps, choose in product([ALL_STEPS, (Step.DETAILS,), (Step.DETAILS, Step.DOCUMENT), ()], [True, False])
]


def reachable(start: Screen, steps: Journey) -> set[Screen]:
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
    assert reachable(Screen.WELCOME, steps) >= fixed | set(steps)


@pytest.mark.parametrize("steps", JOURNEYS)
def test_every_screen_can_be_left_for_the_welcome(steps: Journey) -> None:
    for screen in Screen:
        assert follow(screen, Act.START_AGAIN, steps) is Screen.WELCOME
        assert Screen.WELCOME in reachable(screen, steps)


@pytest.mark.parametrize("steps", JOURNEYS)
def test_back_undoes_next_on_every_step(steps: Journey) -> None:
    for step in steps:
        there = follow(step, Act.NEXT, steps)
        assert there is not None
        if there is not Screen.DONE:
            assert follow(there, Act.BACK, steps) is step


def test_a_refused_visit_can_be_tried_again_or_gone_back_from() -> None:
    steps = journey(ALL_STEPS, choose_type=False)
    assert follow(Screen.PHOTO, Act.FAIL, steps) is Screen.REFUSED
    assert follow(Screen.REFUSED, Act.NEXT, steps) is Screen.DONE
    assert follow(Screen.REFUSED, Act.FAIL, steps) is Screen.REFUSED
    assert follow(Screen.REFUSED, Act.BACK, steps) is Screen.PHOTO


def test_acts_that_mean_nothing_lead_nowhere() -> None:
    steps = journey(ALL_STEPS, choose_type=False)
    assert follow(Screen.WELCOME, Act.BACK, steps) is None
    assert follow(Screen.DETAILS, Act.STAFF, steps) is None
    assert follow(Screen.DETAILS, Act.FAIL, steps) is None


def test_no_fixed_route_leads_past_the_staff_pin() -> None:
    ways = [way for way, target in ROUTES.items() if target is Screen.EVACUATION]
    assert ways == [(Screen.PIN, Act.NEXT)]


def test_place_counts_steps_from_one() -> None:
    steps = journey(ALL_STEPS, choose_type=True)
    assert place(Screen.TYPE, steps) == (1, 5)
    assert place(Screen.PHOTO, steps) == (5, 5)
    assert place(Screen.WELCOME, steps) is None
