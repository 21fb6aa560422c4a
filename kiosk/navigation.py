"""Where every touch leads: the kiosk's screens and ways between them, as data.

``ROUTES`` holds what never changes; the steps of a check-in follow the visitor type, so they are a *journey*, an
ordered tuple. :func:`follow` is the only reader of both. Nothing here knows Kivy, so tests walk all of it.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from kiosk.ports import Step


class Screen(StrEnum):
    """Everything that can fill the display."""

    WELCOME = "welcome"
    TYPE = "type"
    DETAILS = "details"
    HOST = "host"
    DOCUMENT = "document"
    PHOTO = "photo"
    DONE = "done"
    REFUSED = "refused"
    LEAVING = "leaving"
    CODE = "code"
    GOODBYE = "goodbye"
    PIN = "pin"
    EVACUATION = "evacuation"


class Act(StrEnum):
    """What moves a person from one screen to another."""

    VISIT = "visit"
    LEAVE = "leave"
    STAFF = "staff"
    NEXT = "next"
    BACK = "back"
    FAIL = "fail"
    TYPE_CODE = "type-code"
    START_AGAIN = "start-again"


Journey = tuple[Screen, ...]

STEP_SCREENS = MappingProxyType(
    {
        Step.DETAILS: Screen.DETAILS,
        Step.HOST: Screen.HOST,
        Step.DOCUMENT: Screen.DOCUMENT,
        Step.PHOTO: Screen.PHOTO,
    }
)

ROUTES = MappingProxyType(
    {
        (Screen.WELCOME, Act.LEAVE): Screen.LEAVING,
        (Screen.WELCOME, Act.STAFF): Screen.PIN,
        (Screen.DONE, Act.NEXT): Screen.WELCOME,
        (Screen.LEAVING, Act.BACK): Screen.WELCOME,
        (Screen.LEAVING, Act.NEXT): Screen.GOODBYE,
        (Screen.LEAVING, Act.TYPE_CODE): Screen.CODE,
        (Screen.CODE, Act.BACK): Screen.LEAVING,
        (Screen.CODE, Act.NEXT): Screen.GOODBYE,
        (Screen.GOODBYE, Act.NEXT): Screen.WELCOME,
        (Screen.PIN, Act.BACK): Screen.WELCOME,
        (Screen.PIN, Act.NEXT): Screen.EVACUATION,
        (Screen.EVACUATION, Act.BACK): Screen.WELCOME,
    }
)

PERSONAL = frozenset(set(Screen) - {Screen.WELCOME})
"""Screens that go back to the welcome by themselves when nobody touches them."""

STAFF = frozenset({Screen.PIN, Screen.EVACUATION})
"""Screens that visitors have no business on."""


def journey(steps: tuple[Step, ...], *, choose_type: bool) -> Journey:
    """Return the screens of a check-in: the type first when there is a choice, then the type's own steps."""
    chosen = tuple(STEP_SCREENS[step] for step in steps)
    return (Screen.TYPE, *chosen) if choose_type else chosen


def follow(screen: Screen, act: Act, steps: Journey) -> Screen | None:
    """Return the screen that ``act`` leads to, or None where it leads nowhere from ``screen``."""
    if act is Act.START_AGAIN:
        return Screen.WELCOME
    if (screen, act) == (Screen.WELCOME, Act.VISIT):
        return steps[0] if steps else Screen.DONE
    if screen is Screen.REFUSED:
        return _after_refusal(act, steps)
    if screen in steps:
        return _along(screen, act, steps)
    return ROUTES.get((screen, act))


def _after_refusal(act: Act, steps: Journey) -> Screen | None:
    last = steps[-1] if steps else Screen.WELCOME
    return {Act.NEXT: Screen.DONE, Act.FAIL: Screen.REFUSED, Act.BACK: last}.get(act)


def _along(screen: Screen, act: Act, steps: Journey) -> Screen | None:
    here = steps.index(screen)
    if act is Act.BACK:
        return steps[here - 1] if here else Screen.WELCOME
    last = here == len(steps) - 1
    if act is Act.NEXT:
        return Screen.DONE if last else steps[here + 1]
    if act is Act.FAIL and last:
        return Screen.REFUSED
    return None


def place(screen: Screen, steps: Journey) -> tuple[int, int] | None:
    """Return (step, of how many), counted from one, or None for a screen that is not a step."""
    return (steps.index(screen) + 1, len(steps)) if screen in steps else None
