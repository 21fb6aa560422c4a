"""Where every touch leads: the kiosk's screens and ways between them, as data.

``ROUTES`` holds what never changes; the steps of a check-in follow the visitor type, so they are a *journey*, an
ordered tuple of stops. :func:`follow` is the only reader of both. Nothing here knows Kivy, so tests walk all of it.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from kiosk.ports import Step


class Screen(StrEnum):
    """Everything that can fill the display."""

    WELCOME = "welcome"
    TYPE = "type"
    DETAILS = "details"
    FIELDS = "fields"
    CHOICE = "choice"
    HOST = "host"
    DOCUMENT = "document"
    QUIZ = "quiz"
    PHOTO = "photo"
    DONE = "done"
    REFUSED = "refused"
    HELD = "held"
    OVERRIDE = "override"
    LICENCE = "licence"
    INVITED = "invited"
    INVITED_CODE = "invited-code"
    CLAIM = "claim"
    LEAVING = "leaving"
    CODE = "code"
    GOODBYE = "goodbye"
    PIN = "pin"
    STAFF_ROOM = "staff-room"
    EVACUATION = "evacuation"
    ON_SITE = "on-site"
    DEVICE = "device"


class Act(StrEnum):
    """What moves a person from one screen to another."""

    VISIT = "visit"
    INVITED = "invited"
    CLAIM = "claim"
    HOLD = "hold"
    LEAVE = "leave"
    STAFF = "staff"
    ON_SITE = "on-site"
    DEVICE = "device"
    NEXT = "next"
    BACK = "back"
    ARRIVE = "arrive"
    FAIL = "fail"
    SCAN = "scan"
    TYPE_CODE = "type-code"
    READ_AGAIN = "read-again"
    TRY_AGAIN = "try-again"
    START_AGAIN = "start-again"


class Stop(NamedTuple):
    """A screen, and which of several alike it is: ``part`` names a field or a document, ``item`` counts its questions
    from 0.
    """

    screen: Screen
    part: str = ""
    item: int = 0


Journey = tuple[Stop, ...]

WELCOME = Stop(Screen.WELCOME)

_ALONE = MappingProxyType(
    {Step.DETAILS: Screen.DETAILS, Step.HOST: Screen.HOST, Step.PHOTO: Screen.PHOTO},
)
"""Steps that are one stop, whatever the type says."""

ROUTES = MappingProxyType(
    {
        (Screen.WELCOME, Act.INVITED): Screen.INVITED,
        (Screen.WELCOME, Act.LEAVE): Screen.LEAVING,
        (Screen.WELCOME, Act.STAFF): Screen.PIN,
        (Screen.WELCOME, Act.NEXT): Screen.GOODBYE,
        (Screen.DONE, Act.NEXT): Screen.WELCOME,
        (Screen.TYPE, Act.INVITED): Screen.INVITED,
        **{
            (here, Act.LEAVE): Screen.LEAVING
            for here in (Screen.TYPE, Screen.INVITED, Screen.INVITED_CODE, Screen.CLAIM)
        },
        (Screen.INVITED, Act.BACK): Screen.TYPE,
        (Screen.INVITED, Act.TYPE_CODE): Screen.INVITED_CODE,
        (Screen.INVITED, Act.CLAIM): Screen.CLAIM,
        (Screen.CLAIM, Act.BACK): Screen.INVITED,
        (Screen.INVITED_CODE, Act.BACK): Screen.INVITED,
        (Screen.HELD, Act.NEXT): Screen.WELCOME,
        (Screen.HELD, Act.STAFF): Screen.OVERRIDE,
        (Screen.OVERRIDE, Act.BACK): Screen.HELD,
        (Screen.LEAVING, Act.BACK): Screen.WELCOME,
        (Screen.LEAVING, Act.NEXT): Screen.GOODBYE,
        (Screen.LEAVING, Act.TYPE_CODE): Screen.CODE,
        (Screen.CODE, Act.BACK): Screen.LEAVING,
        (Screen.CODE, Act.NEXT): Screen.GOODBYE,
        (Screen.GOODBYE, Act.NEXT): Screen.WELCOME,
        (Screen.PIN, Act.BACK): Screen.WELCOME,
        (Screen.PIN, Act.NEXT): Screen.EVACUATION,
        (Screen.PIN, Act.STAFF): Screen.STAFF_ROOM,
        (Screen.STAFF_ROOM, Act.BACK): Screen.WELCOME,
        (Screen.STAFF_ROOM, Act.NEXT): Screen.EVACUATION,
        (Screen.STAFF_ROOM, Act.ON_SITE): Screen.ON_SITE,
        (Screen.STAFF_ROOM, Act.DEVICE): Screen.DEVICE,
        (Screen.ON_SITE, Act.BACK): Screen.STAFF_ROOM,
        (Screen.DEVICE, Act.BACK): Screen.STAFF_ROOM,
        (Screen.EVACUATION, Act.STAFF): Screen.STAFF_ROOM,
        (Screen.EVACUATION, Act.BACK): Screen.WELCOME,
    }
)

_ANYWHERE = MappingProxyType(
    {
        Act.START_AGAIN: Screen.WELCOME,
        Act.ARRIVE: Screen.DONE,
        Act.FAIL: Screen.REFUSED,
        Act.HOLD: Screen.HELD,
    }
)
"""What leads to the same screen wherever one stands. What became of a visit that is put to the store does: answers may
have changed meanwhile, and with them the steps.
"""

PERSONAL = frozenset(set(Screen) - {Screen.WELCOME})
"""Screens that go back to the welcome by themselves when nobody touches them."""

STAFF = frozenset({Screen.PIN, Screen.OVERRIDE, Screen.STAFF_ROOM, Screen.EVACUATION, Screen.ON_SITE, Screen.DEVICE})
"""Screens that visitors have no business on."""


def journey(steps: tuple[Step, ...], *, choose_type: bool, questions: Journey = (), documents: Journey = ()) -> Journey:
    """Return the stops of a check-in: the type first when there is a choice, then the type's own steps. ``questions``
    and ``documents`` are the stops of the two steps that a type fills.
    """
    filled = {Step.FIELDS: questions, Step.DOCUMENT: documents}
    chosen = [stop for step in steps for stop in filled.get(step) or _alone(step)]
    return (Stop(Screen.TYPE), *chosen) if choose_type else tuple(chosen)


def _alone(step: Step) -> Journey:
    return (Stop(_ALONE[step]),) if step in _ALONE else ()


def follow(stop: Stop, act: Act, steps: Journey) -> Stop | None:
    """Return the stop that ``act`` leads to, or None where it leads nowhere from ``stop``."""
    if act in _ANYWHERE:
        return Stop(_ANYWHERE[act])
    if (stop.screen, act) == (Screen.WELCOME, Act.VISIT):
        return steps[0] if steps else Stop(Screen.DONE)
    if stop.screen is Screen.REFUSED:
        return _after_refusal(act, steps)
    if act is Act.SCAN or stop.screen is Screen.LICENCE:
        return _aside(stop, act)
    if stop in steps and act not in {Act.INVITED, Act.LEAVE}:
        return _along(stop, act, steps)
    fixed = ROUTES.get((stop.screen, act))
    if fixed is Screen.TYPE and Stop(fixed) not in steps:
        fixed = Screen.WELCOME
    return None if fixed is None else Stop(fixed)


def _aside(stop: Stop, act: Act) -> Stop | None:
    """A field that a licence fills in has the camera beside it, and every way leads back to the field."""
    if stop.screen is Screen.FIELDS:
        return Stop(Screen.LICENCE, stop.part)
    leads_back = stop.screen is Screen.LICENCE and act in {Act.NEXT, Act.BACK, Act.TYPE_CODE}
    return Stop(Screen.FIELDS, stop.part) if leads_back else None


def _after_refusal(act: Act, steps: Journey) -> Stop | None:
    last = steps[-1] if steps else WELCOME
    return {Act.NEXT: Stop(Screen.DONE), Act.BACK: last}.get(act)


def _along(stop: Stop, act: Act, steps: Journey) -> Stop | None:
    here = steps.index(stop)
    if act is Act.BACK:
        return steps[here - 1] if here else WELCOME
    if act in {Act.READ_AGAIN, Act.TRY_AGAIN}:
        wanted = Screen.DOCUMENT if act is Act.READ_AGAIN else Screen.QUIZ
        return next((other for other in steps if (other.screen, other.part) == (wanted, stop.part)), None)
    last = here == len(steps) - 1
    if act is Act.NEXT:
        return Stop(Screen.DONE) if last else steps[here + 1]
    return None


def place(stop: Stop, steps: Journey) -> tuple[int, int] | None:
    """Return (step, of how many), counted from one, or None for a stop that is not a step, nor part of one."""
    step = Stop(Screen.FIELDS, stop.part) if stop.screen is Screen.LICENCE else stop
    return (steps.index(step) + 1, len(steps)) if step in steps else None
