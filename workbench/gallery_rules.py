"""Scenes of coming by invitation, of being held, and of calling reception."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.ports import DepartureProblem, HostChoice, StatusNow
from kiosk.presenters.sheets import Sheet
from workbench.gallery_tour import Tour
from workbench.sample_pictures import held_badge
from workbench.sample_types import thistledown
from workbench.still_time import MORNING

INVITATION = "LODGE-SAMPLE-INVITATION"


def _invited(language: str) -> Invited:
    return Invited(
        invitation="2f0f1d7e-3c3b-4b7e-9d6c-0a5e6f1c2b3a",
        visitor_type="visitor",
        name="ليان وادي النسيم" if language == "ar" else "Ottilie Marchbanks",
        company="Fellside Assurance",
        language=language,
        host=HostChoice("h4", "Ines Caldermoor", "Offices"),
    )


def _invitation(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    early = InvitationRefused(InvitationProblem.TOO_EARLY, MORNING.replace(day=MORNING.day + 1))
    kiosk.invitations.by_text = {INVITATION: early}
    kiosk.camera.picture = held_badge("Ottilie Marchbanks", INVITATION)
    tour.again()
    lobby.welcome.visit()
    yield "31-type-by-code"
    lobby.type.by_code()
    yield "32-invited"
    kiosk.scheduler.pass_time(1)
    yield "32-invited-early"
    lobby.invited.type_code()
    lobby.invited_code.type("K7QF2M9D")
    lobby.invited_code.submit()
    yield "33-invited-code"
    kiosk.invitations.claims = {("nobody@example.org", "K7M4P9"): early}
    lobby.back()
    yield "33-invited-otherwise"
    lobby.invited.go_otherwise()
    lobby.claim.type("ottilie@example.org")
    lobby.claim.next()
    lobby.claim.type("K7M4P8")
    lobby.claim.next()
    yield "33-claim"
    kiosk.mailed_codes.on = True
    lobby.claim.press("delete")
    yield "33-claim-send"
    lobby.claim.take_offer("code")
    kiosk.scheduler.pass_time(1)
    yield "33-claim-sent"
    kiosk.mailed_codes.on = False
    kiosk.invitations.claims = {}
    kiosk.invitations.by_text = {INVITATION: _invited(tour.lobby.turn.words.code)}
    tour.again()
    lobby.welcome.visit()
    lobby.type.by_code()
    kiosk.scheduler.pass_time(1)
    yield "34-announced"
    kiosk.invitations.by_text = {}


def _returning(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    again = replace(_invited(tour.lobby.turn.words.code), returning=True)
    kiosk.invitations.by_text = {INVITATION: again}
    tour.again()
    lobby.welcome.visit()
    lobby.type.by_code()
    kiosk.scheduler.pass_time(1)
    yield "34-returning"
    tour.again()
    tour.to_photo()
    lobby.turn.given.invited = replace(again, in_group=True)
    lobby.photo.decline()
    yield "34-done-group"
    kiosk.invitations.by_text = {}


def _codes(tour: Tour) -> Iterator[str]:
    """Codes that mean something else than the screen waits for."""
    lobby, desk, invitations = tour.lobby, tour.kiosk.desk, tour.kiosk.invitations
    tour.again()
    lobby.scanned("BEGIN:VCARD")
    yield "37-welcome-code"
    tour.again()
    desk.problem, invitations.by_text = DepartureProblem.INVITATION, {INVITATION: _invited(lobby.turn.words.code)}
    lobby.welcome.leave()
    lobby.scanned(INVITATION)
    yield "37-arrive-instead"
    desk.problem = DepartureProblem.UNKNOWN_CODE
    lobby.choose("close")
    lobby.scanned("M1FERNHOLLOW/ODALYS   EABC123 ZZAYYBXX 0834 326J001A0025 100")
    yield "37-leaving-boarding-pass"
    tour.again()
    invitations.by_text = {INVITATION: InvitationRefused(InvitationProblem.BADGE)}
    lobby.welcome.visit()
    lobby.type.by_code()
    lobby.scanned(INVITATION)
    yield "37-leave-instead"
    invitations.by_text = {}


def _held(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    kiosk.desk.holds = True
    tour.to_photo()
    lobby.photo.decline()
    yield "35-held"
    kiosk.bell.told = True
    kiosk.scheduler.pass_time(2)
    yield "35-held-told"
    kiosk.bell.told = False
    lobby.held.staff()
    lobby.override.digit("1")
    yield "36-override"
    kiosk.desk.holds = False


def _calling(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    kiosk.bell.number = "+44 20 7946 0000"
    tour.to_details()
    kiosk.status.status = StatusNow(offline_since=MORNING)
    lobby.ask(Sheet.HELP)
    lobby.choose("call")
    yield "37-called-offline"
    kiosk.status.status, kiosk.bell.told = StatusNow(), True
    kiosk.scheduler.pass_time(2)
    yield "37-called-told"
    kiosk.bell.told, kiosk.bell.number = False, ""


def rule_scenes(tour: Tour) -> Iterator[str]:
    """Lead through all of them."""
    directory, sample = tour.kiosk.directory, thistledown()
    directory.types, directory.documents = sample.types, sample.documents
    tour.kiosk.status.status = StatusNow()
    yield from _invitation(tour)
    yield from _returning(tour)
    yield from _codes(tour)
    yield from _held(tour)
    yield from _calling(tour)
