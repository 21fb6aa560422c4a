"""Who is not asked whom they have come to see is not sent to reception to say it; everybody else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.admission_values import Invited
from kiosk.navigation import Screen
from kiosk.ports import HostChoice, Step, VisitorType
from kiosk.presenters.done import DoneState
from tests.fakes.kiosk_lobby import LobbyUnderTest

DELIVERY = VisitorType("delivery", {"en": "Delivering"}, steps=(Step.DETAILS,))
VISIT = VisitorType("visitor", {"en": "Visiting"}, steps=(Step.DETAILS, Step.HOST))
INVITED = Invited("2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a", "delivery", "Ada Sample", "", "en")
ERRAND = "One more thing to do"


@pytest.fixture
def bench() -> LobbyUnderTest:
    made = LobbyUnderTest()
    made.kiosk.directory.types = (VISIT, DELIVERY)
    made.lobby.reset()
    return made


def told(bench: LobbyUnderTest) -> DoneState:
    assert bench.on(Screen.DONE)
    state = bench.lobby.done.view()
    assert state is not None
    return state


def as_a(bench: LobbyUnderTest, kind: VisitorType) -> None:
    bench.lobby.welcome.visit()
    bench.lobby.type.choose(kind.id)
    bench.lobby.details.type("Pim Hazelgrove")
    for _ in range(3):
        bench.lobby.details.next()


def invited(bench: LobbyUnderTest, invitation: Invited) -> None:
    bench.lobby._welcome_invited(invitation)
    while not bench.on(Screen.DONE):
        bench.lobby.details.next()


def test_who_was_not_asked_for_a_host_has_nothing_more_to_do(bench: LobbyUnderTest) -> None:
    as_a(bench, DELIVERY)
    state = told(bench)
    assert state.heading == "You are checked in"
    said = [state.lead, *(f"{line.title} {line.second}" for line in state.lines)]
    assert not any("come to see" in text or "Reception will help" in text for text in said)
    assert [line.icon for line in state.lines] == ["printer-outline", "account-check-outline"]


def test_who_was_asked_and_found_nobody_is_sent_to_reception(bench: LobbyUnderTest) -> None:
    as_a(bench, VISIT)
    bench.lobby.host.go_without()
    assert told(bench).heading == ERRAND
    assert [line.second for line in told(bench).lines if line.icon == "bell-outline"] == [
        "Tell them whom you have come to see"
    ]


def test_the_host_of_an_invitation_is_told_though_its_type_asks_for_none(bench: LobbyUnderTest) -> None:
    invited(bench, replace(INVITED, host=HostChoice("h4", "Ines Caldermoor")))
    assert told(bench).heading == "Please take a seat"


def test_an_invitation_by_somebody_who_is_not_known_here_leads_to_reception(bench: LobbyUnderTest) -> None:
    invited(bench, INVITED)
    assert told(bench).heading == ERRAND
