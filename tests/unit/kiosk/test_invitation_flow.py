"""The code of an invitation: what it says, when it serves, and what is said where it does not (F03, C33)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station
from kiosk.ports import Arrived, DepartureProblem, DepartureRefused
from sync.device.clock import SystemClock
from sync.protocol.codes import Purpose, readable_code, sign_code
from sync.protocol.exact_json import read
from sync.protocol.feed import (
    Clue,
    Hosts,
    Invitation,
    Invitations,
    PageKind,
    Revocation,
    Revocations,
    Window,
)
from sync.protocol.hlc import ClockQuality
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import ArrivedMuster, Kind
from sync.protocol.matching import match_tokens
from tests.fakes.lone_station import draft, lone_station, publish
from workbench.lone_kiosk import LoneKiosk

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
        group=OTHERS,
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
    assert (found.host.name, found.in_group) == ("Ines Caldermoor", True)
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
