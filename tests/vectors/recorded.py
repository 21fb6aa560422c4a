"""The sample's events that came later: an arrival recorded again, the answer to a command, a badge and its reprint."""

from dataclasses import replace

import msgspec

from sync.protocol.chain import Act, Head
from sync.protocol.events import header_hash
from sync.protocol.feed import orders
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import (
    SEEN,
    ArrivedFull,
    ArrivedMuster,
    AssumedFull,
    BadgeOutcomeFull,
    BadgeRequestedFull,
    CalledFull,
    CommandAnsweredFull,
    DepartedFull,
    HeldFull,
    Kind,
    RevokedFull,
)
from sync.protocol.repeats import act_again
from tests.vectors import sample

DAY_MS = 86_400_000


def repeated_act() -> dict[str, object]:
    """The sample's arrival, recorded again as the second event of the epoch that follows."""
    (first, *_), key = sample.three_events(), sample.key_of("kiosk epoch 2")
    epoch = thumbprint(key.public_key())
    (again,) = sample.make_chain(
        act_again(first),
        identity=replace(sample.IDENTITY, epoch=epoch),
        head=Head(epoch, 1, "ab" * 32),
        name="repeated",
        steps=(60,),
    )
    return {"first": first.line().decode().split("\n"), "again": again.line().decode().split("\n")}


def command_answered() -> dict[str, object]:
    """What a kiosk says of the sample's command, as the first event of its epoch; and the header's hash."""
    full = CommandAnsweredFull(command=sample.STAY, order="wipe", outcome="obeyed")
    (event,) = sample.make_chain(Act(Kind.COMMAND_ANSWERED, None, full=full), name="answered")
    return {"event": event.line().decode().split("\n"), "hash": header_hash(event.raw_header)}


def desk_departure() -> dict[str, object]:
    """A departure that a member of the staff entered, and one by a badge, whose body is without the later member."""
    acts = (
        Act(Kind.VISITOR_DEPARTED, sample.STAY, full=DepartedFull(method="desk", by="reception")),
        Act(Kind.VISITOR_DEPARTED, sample.STAY, full=DepartedFull(method="badge")),
    )
    events = sample.make_chain(*acts, name="departures")
    return {
        "events": [event.line().decode().split("\n") for event in events],
        "hashes": [header_hash(event.raw_header) for event in events],
    }


def closed_stay() -> dict[str, object]:
    """A departure that a timer assumed, taken back by a member of the staff, and one that somebody in the console
    closed by an order to the kiosk; and one taken back whose body is without the later member.
    """
    by = f"console:{sample.STAY}"
    acts = (
        Act(Kind.DEPARTURE_ASSUMED, sample.STAY, full=AssumedFull(method="automatic")),
        Act(Kind.DEPARTURE_REVOKED, sample.STAY, full=RevokedFull(reason=SEEN, by="reception")),
        Act(Kind.VISITOR_DEPARTED, sample.STAY, full=DepartedFull(method="desk", by=by)),
        Act(Kind.DEPARTURE_REVOKED, sample.STAY, full=RevokedFull(reason="came back")),
    )
    events = sample.make_chain(*acts, name="closed")
    order = orders.Command(
        v=1,
        tenant=sample.TENANT,
        site=sample.SITE,
        id=sample.STAY,
        kiosk=sample.KIOSK,
        order=orders.KnownOrder.CLOSE_STAY,
        arguments={"stay": str(sample.STAY), "found": orders.Found.LEFT, "by": by},
        issued_ms=sample.NOW_MS,
        expires_ms=sample.NOW_MS + DAY_MS,
    )
    return {
        "events": [event.line().decode().split("\n") for event in events],
        "hashes": [header_hash(event.raw_header) for event in events],
        "order": orders.sign_command(order, sample.key_of("command")),
    }


def badge_ledger() -> dict[str, object]:
    """A badge that may have come out, its reprint for which a member of the staff asked, and that one given up: the
    bodies of the first badge are without the members that came later.
    """
    acts = (
        Act(Kind.BADGE_REQUESTED, sample.STAY, full=BadgeRequestedFull(medium="62x100", photo=True)),
        Act(Kind.BADGE_FAILED, sample.STAY, full=BadgeOutcomeFull(printer="Lobby", reason="gone", unsure=True)),
        Act(
            Kind.BADGE_REQUESTED,
            sample.STAY,
            full=BadgeRequestedFull(medium="", photo=False, copy=2, by="Reception", why="never came out"),
        ),
        Act(
            Kind.BADGE_FAILED,
            sample.STAY,
            full=BadgeOutcomeFull(printer="", reason="left", unsure=False, copy=2, abandoned=True),
        ),
    )
    events = sample.make_chain(*acts, name="badges")
    return {
        "events": [event.line().decode().split("\n") for event in events],
        "hashes": [header_hash(event.raw_header) for event in events],
    }


def invited_and_held() -> dict[str, object]:
    """Somebody who came by invitation was held and then let in; and an arrival without the later members."""
    invitation, entry = sample.KIOSK, sample.STAY
    muster = ArrivedMuster(name="Bram Oakentide", company="Brindlewick Lifts", host="", zone="Lobby", assistance=False)
    full = ArrivedFull(type="contractor", language="de", host_id=None, email="", phone="", answers={})
    held = HeldFull(
        reason="screening",
        name=muster.name,
        company=muster.company,
        host="",
        assistance=False,
        type=full.type,
        language=full.language,
        host_id=None,
        email="",
        phone="",
        answers={},
        invitation=invitation,
        watch=(entry,),
    )
    acts = (
        Act(Kind.VISITOR_HELD, sample.STAY, full=held),
        Act(
            Kind.VISITOR_ARRIVED,
            sample.STAY,
            msgspec.structs.replace(muster, invitation=invitation),
            msgspec.structs.replace(full, watch=(entry,), admitted_by="security"),
        ),
        Act(Kind.VISITOR_ARRIVED, sample.STAY, muster, full),
    )
    events = sample.make_chain(*acts, name="held")
    return {
        "events": [event.line().decode().split("\n") for event in events],
        "hashes": [header_hash(event.raw_header) for event in events],
    }


def reception_called() -> dict[str, object]:
    """Somebody called reception at a kiosk, before they checked in."""
    full = CalledFull(zone="Lobby", language="ar", assistance=True)
    (event,) = sample.make_chain(Act(Kind.RECEPTION_CALLED, sample.STAY, full=full), name="called")
    return {"event": event.line().decode().split("\n"), "hash": header_hash(event.raw_header)}
