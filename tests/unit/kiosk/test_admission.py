"""The rules of a type, judged by one function: who goes in, who is held, and why (F08, F09, F10, C43)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from kiosk.flows.admission import Admitted, Hold, HoldReason, Published, decide
from kiosk.ports import ArrivalDraft
from sync.protocol.feed import (
    Attestation,
    Attestations,
    Clue,
    Field,
    Invitation,
    Invitations,
    Rules,
    VisitorType,
    WatchEntry,
    Watchlist,
    Window,
)
from sync.protocol.matching import match_tokens

KEY = "ab" * 32
NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000
ENTRY, OTHER, INVITED = UUID(int=1), UUID(int=2), UUID(int=3)
LICENCE = Field(id="licence", words={}, kind="licence", purpose="to know", basis="contract")
MOBILE = Field(id="mobile", words={}, kind="phone", purpose="to know", basis="contract")
DRAFT = ArrivalDraft(
    visitor_type="t",
    display_name="Barnaby Thrale",
    company="Wold Carriers",
    email="b.thrale@example.org",
    phone="",
    host_id="h",
    host_name="Ines",
    needs_assistance=False,
    language="en",
    photo=b"jpeg",
    answers={"licence": "THR-80 7042", "mobile": "0044 20 7946 0000"},
)


def clue(field: str, text: str) -> Clue:
    return Clue(field=field, tokens=match_tokens(bytes.fromhex(KEY), field, text))


def watched(*clues: Clue, action: str = "hold", until_ms: int = 0, entry: UUID = ENTRY) -> WatchEntry:
    return WatchEntry(id=entry, clues=clues, action=action, until_ms=until_ms)


def kind(**rules: Any) -> VisitorType:
    return VisitorType(id="t", words={}, badge="visitor", fields=(LICENCE, MOBILE), rules=Rules(**rules))


def listed(*entries: WatchEntry) -> Published:
    return Published(watchlist=Watchlist(key=KEY, entries=entries))


def insured(*clues: Clue, begins: int = -DAY_MS, ends: int = DAY_MS, key: str = "insurance") -> Published:
    window = Window(from_ms=NOW_MS + begins, until_ms=NOW_MS + ends)
    return Published(
        attestations=Attestations(key=KEY, attestations=(Attestation(id=OTHER, kind=key, clues=clues, window=window),))
    )


def invited(*, approved: bool) -> Published:
    invitation = Invitation(
        id=INVITED, type="t", host=None, name="", company="", language="en", windows=(), approved=approved
    )
    return Published(invitations=Invitations(key=KEY, invitations=(invitation,)))


@pytest.mark.parametrize(
    "met",
    [
        clue("name", "THRÁLE, Barnaby"),
        clue("company", "wold"),
        clue("email", "B.Thrale@Example.org"),
        clue("document", "thr 807042"),
        clue("phone", "+44 (20) 7946-0000"),
    ],
    ids=lambda met: met.field,
)
def test_f09_one_clue_of_any_field_holds_and_in_another_field_it_does_not(met: Clue) -> None:
    elsewhere = clue("name" if met.field != "name" else "company", "Nobody Else")
    assert decide(DRAFT, kind(screening=True), listed(watched(elsewhere, met)), NOW_MS) == Hold(
        HoldReason.SCREENING, (ENTRY,)
    )
    foreign = Clue(field="email" if met.field != "email" else "name", tokens=met.tokens)
    assert decide(DRAFT, kind(screening=True), listed(watched(elsewhere, foreign)), NOW_MS) == Admitted()
    assert decide(DRAFT, kind(), listed(watched(met)), NOW_MS) == Admitted()


def test_f09_an_alert_lets_in_and_is_on_the_record_and_whatever_else_an_entry_asks_holds() -> None:
    name = clue("name", "Barnaby Thrale")
    alert, hold = watched(name, action="alert"), watched(name, entry=OTHER)
    rule = kind(screening=True)
    assert decide(DRAFT, rule, listed(alert), NOW_MS) == Admitted((ENTRY,))
    assert decide(DRAFT, rule, listed(alert, hold), NOW_MS) == Hold(HoldReason.SCREENING, (ENTRY, OTHER))
    assert decide(DRAFT, rule, listed(watched(name, action="arrest")), NOW_MS) == Hold(HoldReason.SCREENING, (ENTRY,))


def test_f09_an_entry_ends_when_it_says_and_one_word_of_a_name_is_not_the_name() -> None:
    name, rule = clue("name", "Barnaby Thrale"), kind(screening=True)
    assert decide(DRAFT, rule, listed(watched(name, until_ms=NOW_MS)), NOW_MS) == Admitted()
    assert isinstance(decide(DRAFT, rule, listed(watched(name, until_ms=NOW_MS + 1)), NOW_MS), Hold)
    assert decide(replace(DRAFT, display_name="Barnaby"), rule, listed(watched(name)), NOW_MS) == Admitted()


def test_c43_without_a_list_that_can_be_believed_everybody_is_held() -> None:
    assert decide(DRAFT, kind(screening=True), Published(), NOW_MS) == Hold(HoldReason.NO_LIST)
    assert decide(DRAFT, kind(), Published(), NOW_MS) == Admitted()


def test_f08_an_attestation_must_be_of_the_kind_valid_now_and_about_this_visitor() -> None:
    rule, company = kind(attestations=("insurance",)), clue("company", "Wold Carriers")
    name, hold = clue("name", "Barnaby Thrale"), Hold(HoldReason.ATTESTATION)
    assert decide(DRAFT, rule, insured(company, name), NOW_MS) == Admitted()
    assert decide(DRAFT, rule, insured(company, clue("name", "Odalys")), NOW_MS) == hold
    assert decide(DRAFT, rule, insured(company, ends=0), NOW_MS) == hold
    assert decide(DRAFT, rule, insured(company, begins=1), NOW_MS) == hold
    assert decide(DRAFT, rule, insured(company, key="first-aid"), NOW_MS) == hold
    assert decide(DRAFT, rule, insured(), NOW_MS) == hold
    assert decide(DRAFT, rule, Published(), NOW_MS) == hold
    both = kind(attestations=("insurance", "first-aid"))
    assert decide(DRAFT, both, insured(company), NOW_MS) == hold


def test_f10_approval_comes_with_an_invitation_that_the_host_has_agreed_to() -> None:
    rule, by_invitation = kind(approval=True), replace(DRAFT, invitation=str(INVITED))
    hold = Hold(HoldReason.APPROVAL)
    assert decide(by_invitation, rule, invited(approved=True), NOW_MS) == Admitted()
    assert decide(by_invitation, rule, invited(approved=False), NOW_MS) == hold
    assert decide(DRAFT, rule, invited(approved=True), NOW_MS) == hold
    assert decide(by_invitation, rule, Published(), NOW_MS) == hold
    only = kind(invited_only=True)
    assert decide(by_invitation, only, invited(approved=False), NOW_MS) == Admitted()
    assert decide(DRAFT, only, invited(approved=True), NOW_MS) == Hold(HoldReason.INVITED_ONLY)


def test_a_host_and_a_photo_are_needed_where_the_type_says_and_the_kiosk_can_take_one() -> None:
    hostless, faceless = replace(DRAFT, host_id=None), replace(DRAFT, photo=None)
    photo = kind(photo_required=True)
    assert decide(hostless, kind(host_required=True), Published(), NOW_MS) == Hold(HoldReason.HOST)
    assert decide(DRAFT, kind(host_required=True), Published(), NOW_MS) == Admitted()
    assert decide(faceless, photo, Published(), NOW_MS) == Hold(HoldReason.PHOTO)
    assert decide(DRAFT, photo, Published(), NOW_MS) == Admitted()
    assert decide(faceless, photo, Published(photos=False), NOW_MS) == Admitted()
    without_step = msgspec.structs.replace(photo, steps=("details",))
    assert decide(faceless, without_step, Published(), NOW_MS) == Admitted()


def test_whoever_is_watched_is_held_as_such_and_an_alert_stays_on_the_record_of_another_hold() -> None:
    name = clue("name", "Barnaby Thrale")
    rule = kind(screening=True, approval=True)
    assert decide(DRAFT, rule, listed(watched(name)), NOW_MS) == Hold(HoldReason.SCREENING, (ENTRY,))
    assert decide(DRAFT, rule, listed(watched(name, action="alert")), NOW_MS) == Hold(HoldReason.APPROVAL, (ENTRY,))
