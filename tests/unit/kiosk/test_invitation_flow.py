"""The code of an invitation: what it says, when it serves, and what is said where it does not (F03, C33)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import argon2
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.admission_values import Held, InvitationProblem, InvitationRefused, Invited
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.flows.admission import HoldReason
from kiosk.ports import Arrived, DepartureProblem, DepartureRefused, PinRefused, Unlocked
from sync.device.clock import SystemClock
from sync.protocol.codes import Purpose, readable_code, sign_code
from sync.protocol.exact_json import read
from sync.protocol.feed import (
    Attestation,
    Attestations,
    Clue,
    Hosts,
    Invitation,
    Invitations,
    PageKind,
    Revocation,
    Revocations,
    Rules,
    StaffPin,
    StaffPins,
    VisitorType,
    VisitorTypes,
    Watchlist,
    Window,
)
from sync.protocol.hlc import ClockQuality
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, HeldFull, Kind
from sync.protocol.matching import match_tokens
from tests.fakes.lone_station import draft, lone_station
from workbench.lone_kiosk import LoneKiosk, first_page, next_page

KEY = "cd" * 32
LATER_S = 4_000_000_000
HOUR_MS = 3_600_000
ALWAYS = Window(from_ms=0, until_ms=2**52)
MINE, OTHERS = UUID(int=7, version=4), UUID(int=8, version=4)


@pytest.fixture(autouse=True)
def vouched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SystemClock, "quality", lambda _self: ClockQuality.NTP)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[tuple[LoneKiosk, Station]]:
    with lone_station(tmp_path) as opened:
        yield opened


def publish(lone: LoneKiosk, station: Station, content: msgspec.Struct, *, after: PageKind | None = None) -> None:
    keys = station.settings.keys_page()
    assert keys is not None
    if after is None:
        station.feed.take(first_page(lone, content), keys[1])
        return
    held = station.database.read("select signed, version from feed_page where kind = ?", (after.value,))[0]
    station.feed.take(next_page(lone, content, version=held["version"] + 1, after=held["signed"]), keys[1])


def invite(lone: LoneKiosk, station: Station, *windows: Window, uses: int = 1, again: bool = False) -> None:
    hosts = station.feed.content(PageKind.HOSTS, Hosts)
    assert hosts is not None
    ines = next(host for host in hosts.hosts if host.name == "Ines Caldermoor")
    invitation = Invitation(
        id=MINE,
        type="visitor",
        host=ines.id,
        name="ليان وادي النسيم",
        company="Barid Silk",
        language="ar",
        windows=windows or (ALWAYS,),
        uses=uses,
    )
    page = Invitations(key=KEY, invitations=(invitation,))
    publish(lone, station, page, after=PageKind.INVITATIONS if again else None)


def code(lone: LoneKiosk, subject: UUID = MINE, *, expires_s: int = LATER_S, tenant: UUID | None = None) -> str:
    tenant = tenant or lone.enrolment.tenant
    return sign_code(Purpose.INVITATION, subject, tenant=tenant, expires_s=expires_s, key=lone.token)


def test_f03_the_code_says_who_comes_and_serves_once_here_and_at_kiosks_that_hear_of_it(
    station: tuple[LoneKiosk, Station],
) -> None:
    lone, kiosk = station
    invite(lone, kiosk)
    desks = build_desks(kiosk)
    found = desks.invitations.by_code(code(lone))
    assert isinstance(found, Invited)
    assert (found.visitor_type, found.name, found.company, found.language) == (
        "visitor",
        "ليان وادي النسيم",
        "Barid Silk",
        "ar",
    )
    assert found.host is not None
    assert found.host.name == "Ines Caldermoor"
    spelled = readable_code(MINE).lower()
    assert desks.invitations.by_code(f"{spelled[:4]} {spelled[4:]}") == found
    arrived = desks.check_in.arrive(replace(draft(kiosk), invitation=found.invitation))
    assert isinstance(arrived, Arrived)
    used = InvitationRefused(InvitationProblem.USED)
    assert desks.invitations.by_code(code(lone)) == used
    event = kiosk.log.of_stay(arrived.stay_id)[0]
    assert event.muster is not None
    assert read(event.muster.bytes(), ArrivedMuster, what="muster").invitation == MINE
    with kiosk.database.transaction() as tables:  # as if it had been heard of another kiosk
        tables.execute(
            "insert into heard_event (place, epoch, seq, kind, header, muster, doubt, kept) "
            "select 1, 'other', 1, kind, header, muster, 0, 0 from event where kind = ?",
            (Kind.VISITOR_ARRIVED.value,),
        )
        tables.execute("update event set muster = null")
    assert desks.invitations.by_code(code(lone)) == used
    invite(lone, kiosk, uses=2, again=True)
    assert desks.invitations.by_code(code(lone)) == found
    publish(lone, kiosk, Invitations(key=KEY, invitations=()), after=PageKind.INVITATIONS)
    assert desks.invitations.by_code(code(lone)) == InvitationRefused(InvitationProblem.NOT_HERE)


def test_each_occasion_has_its_own_uses_and_what_is_early_or_over_is_told_so(
    station: tuple[LoneKiosk, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    lone, kiosk = station
    now = kiosk.clock.wall_ms()
    past, today = Window(from_ms=0, until_ms=now), Window(from_ms=now, until_ms=now + HOUR_MS)
    soon = Window(from_ms=now + HOUR_MS, until_ms=now + 3 * HOUR_MS)
    invite(lone, kiosk, past, soon)
    desks = build_desks(kiosk)
    early = InvitationRefused(InvitationProblem.TOO_EARLY, kiosk.time.at_ms(soon.from_ms))
    assert desks.invitations.by_code(code(lone)) == early
    invite(lone, kiosk, past, again=True)
    assert desks.invitations.by_code(code(lone)) == InvitationRefused(InvitationProblem.EXPIRED)
    invite(lone, kiosk, today, soon, again=True)
    desks.check_in.arrive(replace(draft(kiosk), invitation=str(MINE)))
    assert desks.invitations.by_code(code(lone)) == InvitationRefused(InvitationProblem.USED)
    monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: now + 2 * HOUR_MS)
    assert isinstance(desks.invitations.by_code(code(lone)), Invited)


def test_c33_a_code_that_does_not_serve_is_refused_for_what_it_is(station: tuple[LoneKiosk, Station]) -> None:
    """C33: another tenant's token, a badge, a URL, control characters, oversize; and nothing is recorded."""
    lone, kiosk = station
    invite(lone, kiosk)
    desks = build_desks(kiosk)
    arrived = desks.check_in.arrive(draft(kiosk))
    assert isinstance(arrived, Arrived)
    stay, before = UUID(arrived.stay_id), kiosk.log.head
    badge_key = kiosk.settings.epoch_key(kiosk.enrolment.epoch)
    badge = sign_code(Purpose.DEPARTURE, stay, tenant=kiosk.enrolment.tenant, expires_s=LATER_S, key=badge_key)
    by_badge_key = sign_code(Purpose.INVITATION, MINE, tenant=lone.enrolment.tenant, expires_s=LATER_S, key=badge_key)
    foreign = sign_code(Purpose.INVITATION, MINE, tenant=uuid4(), expires_s=LATER_S, key=Ed25519PrivateKey.generate())
    wanted = {
        badge: InvitationProblem.BADGE,
        readable_code(stay): InvitationProblem.BADGE,
        by_badge_key: InvitationProblem.OTHER_PLACE,
        foreign: InvitationProblem.OTHER_PLACE,
        code(lone, tenant=uuid4()): InvitationProblem.OTHER_PLACE,
        code(lone, OTHERS): InvitationProblem.NOT_HERE,
        code(lone, expires_s=1): InvitationProblem.EXPIRED,
        **dict.fromkeys(
            ["", "https://example.org/", "\x00\x01", "A" * 5000, "ZZZZZZZZ"], InvitationProblem.UNKNOWN_CODE
        ),
    }
    assert {text: desks.invitations.by_code(text) for text in wanted} == {
        text: InvitationRefused(reason) for text, reason in wanted.items()
    }
    leaving = DepartureRefused(DepartureProblem.INVITATION)
    assert [desks.departure.by_code(text) for text in (code(lone), readable_code(MINE))] == [leaving, leaving]
    assert kiosk.log.head == before
    revoked = Revocation(id=str(MINE), what="invitation", at_ms=1)
    publish(lone, kiosk, Revocations(revocations=(revoked,)))
    assert desks.invitations.by_code(code(lone)) == InvitationRefused(InvitationProblem.NOT_HERE)
    key = Revocation(id=thumbprint(lone.token.public_key()), what="token_key", at_ms=1)
    publish(lone, kiosk, Revocations(revocations=(key,)), after=PageKind.REVOCATIONS)
    assert desks.invitations.by_code(code(lone)) == InvitationRefused(InvitationProblem.OTHER_PLACE)


def test_a_clock_that_nothing_vouches_for_keeps_nobody_out(
    station: tuple[LoneKiosk, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    lone, kiosk = station
    now = kiosk.clock.wall_ms()
    invite(lone, kiosk, Window(from_ms=now + HOUR_MS, until_ms=now + 2 * HOUR_MS))
    monkeypatch.setattr(SystemClock, "quality", lambda _self: ClockQuality.UNSYNCED)
    desks = build_desks(kiosk)
    assert isinstance(desks.invitations.by_code(code(lone, expires_s=1)), Invited)
    desks.check_in.arrive(replace(draft(kiosk), invitation=str(MINE)))
    assert desks.invitations.by_code(code(lone)) == InvitationRefused(InvitationProblem.USED)


def test_f04_address_and_short_code_find_an_invitation_together_or_not_at_all(
    station: tuple[LoneKiosk, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    """F04: no other person's data for one of the two, and no more than five guesses a minute."""
    lone, kiosk = station
    key = bytes.fromhex(KEY)
    claim = tuple(
        Clue(field=field, tokens=match_tokens(key, field, text))
        for field, text in (("email", "ottilie@example.org"), ("code", "K7M4P9"))
    )
    mine, others = (
        Invitation(id=who, type="audit", host=None, name=name, company="", language="en", windows=(ALWAYS,), claim=told)
        for who, name, told in ((MINE, "Ottilie Marchbanks", claim), (OTHERS, "Nobody Else", claim[:1]))
    )
    publish(lone, kiosk, Invitations(key=KEY, invitations=(mine, others)))
    desk = build_desks(kiosk).invitations
    assert desk.any_claimed()
    by_mail = desk.by_ids((str(uuid4()), str(MINE)))
    assert isinstance(by_mail, Invited)
    assert by_mail.name == "Ottilie Marchbanks"
    assert desk.by_ids((str(uuid4()),)) == InvitationRefused(InvitationProblem.NOT_HERE)
    found = desk.by_claim("Ottilie@Example.org", "k7m-4p9")
    assert isinstance(found, Invited)
    assert (found.name, found.invitation) == ("Ottilie Marchbanks", str(MINE))
    wrong = [("ottilie@example.org", "K7M4P8"), ("other@example.org", "K7M4P9"), ("", ""), ("", "K7M4P9")]
    tries = [*wrong, ("ottilie@example.org", "")]
    assert [desk.by_claim(*each) for each in tries] == [InvitationRefused(InvitationProblem.NOT_FOUND)] * len(tries)
    assert desk.by_claim("ottilie@example.org", "K7M4P9") == InvitationRefused(InvitationProblem.RESTING)
    later = kiosk.clock.mono_ms() + 60_000
    monkeypatch.setattr(SystemClock, "mono_ms", lambda _self: later)
    assert desk.by_claim("ottilie@example.org", "K7M4P9") == found


def _rule(lone: LoneKiosk, station: Station, rules: Rules) -> None:
    types = VisitorTypes(types=(VisitorType(id="visitor", words={"en": "Visitor"}, badge="visitor", rules=rules),))
    publish(lone, station, types, after=PageKind.VISITOR_TYPES)


def test_f08_whoever_is_held_is_on_record_and_not_on_site_until_a_pin_lets_them_in(
    station: tuple[LoneKiosk, Station],
) -> None:
    """F08, F24: nothing typed is lost, the header does not tell why, and who let them in is named."""
    lone, kiosk = station
    _rule(lone, kiosk, Rules(attestations=("insurance",)))
    clues = (Clue(field="company", tokens=match_tokens(bytes.fromhex(KEY), "company", "Larkspur Looms")),)
    over = Window(from_ms=0, until_ms=kiosk.clock.wall_ms())
    page = Attestations(key=KEY, attestations=(Attestation(id=OTHERS, kind="insurance", clues=clues, window=over),))
    publish(lone, kiosk, page)
    desks = build_desks(kiosk)
    held = desks.check_in.arrive(draft(kiosk, assistance=True))
    assert isinstance(held, Held)
    assert kiosk.evacuation.on_site().count == 0
    (event,) = kiosk.log.of_stay(held.stay_id)
    assert event.header.kind == "visitor.held"
    assert event.full is not None
    full = read(event.full.bytes(), HeldFull, what="full")
    assert (full.reason, full.name, full.company, full.email, full.assistance) == (
        HoldReason.ATTESTATION,
        "Odalys Fernhollow",
        "Larkspur Looms",
        "odalys@example.org",
        True,
    )
    pin = StaffPin(id="security", hash=argon2.PasswordHasher().hash("864202"), scopes=("override",))
    publish(lone, kiosk, StaffPins(pins=(pin,)), after=PageKind.STAFF_PINS)
    assert isinstance(desks.overrides.unlock("246810"), PinRefused)
    staff = desks.overrides.unlock("864202")
    assert isinstance(staff, Unlocked)
    admitted = replace(draft(kiosk), stay_id=held.stay_id, admitted_by=staff.by)
    arrived = desks.check_in.arrive(admitted)
    assert isinstance(arrived, Arrived)
    assert arrived.stay_id == held.stay_id
    assert [person.stay_id for person in kiosk.evacuation.on_site().entries] == [held.stay_id]
    arrival = next(each for each in kiosk.log.of_stay(held.stay_id) if each.header.kind == Kind.VISITOR_ARRIVED)
    assert arrival.full is not None
    assert read(arrival.full.bytes(), ArrivedFull, what="full").admitted_by == "security"


def test_c43_no_watchlist_or_one_that_has_expired_holds_and_a_fresh_one_does_not(
    station: tuple[LoneKiosk, Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    """C43: fails closed to staff, never silently open; a clock that fell back makes no list young again."""
    lone, kiosk = station
    _rule(lone, kiosk, Rules(screening=True))
    desk = build_desks(kiosk).check_in
    assert isinstance(desk.arrive(draft(kiosk)), Held)
    publish(lone, kiosk, Watchlist(key=KEY, entries=()))
    assert isinstance(desk.arrive(draft(kiosk)), Arrived)
    expires = kiosk.feed.held()[PageKind.WATCHLIST].expires_ms
    with monkeypatch.context() as later:
        later.setattr(SystemClock, "wall_ms", lambda _self: expires)
        assert isinstance(desk.arrive(draft(kiosk)), Held)
    assert kiosk.clock.wall_ms() < expires
    assert isinstance(desk.arrive(draft(kiosk)), Held)
