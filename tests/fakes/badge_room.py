"""A badge queue on a real station, with the printers and the clock that a test gives it."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kiosk.composition.print_room import build_validity
from kiosk.composition.station import Station
from kiosk.flows.printing.badge_artist import BadgeArtist
from kiosk.flows.printing.badge_job import BadgeJob
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_queue import BadgePrinter, BadgeQueue
from kiosk.flows.printing.badge_recovery import BadgeRebuilder, recover_badges
from kiosk.flows.printing.badge_reprint import ReprintDesk
from kiosk.flows.printing.badge_test_post import BadgeTestPost
from printers.bitmap import BadgeBitmap
from printers.driver import PrinterDriver
from printers.media import Medium, medium
from sync.protocol.chain import Act
from sync.protocol.exact_json import read
from sync.protocol.identifiers import stay_id
from sync.protocol.kinds import (
    NOTHING,
    ArrivedFull,
    ArrivedMuster,
    BadgeOutcomeFull,
    BadgeRequestedFull,
    DepartedFull,
    Kind,
)

NAME = "Odalys Fernhollow"
Draw = Callable[[BadgeJob, Medium], BadgeBitmap]


@dataclass
class Ticking:
    """Monotonic seconds that only a test moves."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def artist(station: Station) -> BadgeArtist:
    """The real one."""
    return BadgeArtist(
        enrolment=station.enrolment,
        key=station.log.epochs.current_key,
        configuration=station.directory.configuration,
        place=station.directory.place,
        types=station.directory.published_types,
    )


def small_badge(job: BadgeJob, paper: Medium) -> BadgeBitmap:
    """A badge that costs nothing to draw, with its stay on it in dots, so that each can be told from the others."""
    del paper
    return BadgeBitmap(128, 1, job.stay.bytes)


def printed_stays(badges: Sequence[BadgeBitmap]) -> list[UUID]:
    """Whose badges these are."""
    return [UUID(bytes=badge.black) for badge in badges]


def printer(driver: PrinterDriver, name: str = "Lobby", *, rank: int = 0, shared: bool = False) -> BadgePrinter:
    """A printer with the usual paper in it."""
    return BadgePrinter(name, driver, medium("62x100"), rank, shared=shared)


def make_queue(
    station: Station,
    *printers: BadgePrinter,
    draw: Draw = small_badge,
    mono: Callable[[], float] | None = None,
    ledger: BadgeLedger | None = None,
) -> BadgeQueue:
    """The queue as the kiosk puts it together."""
    return BadgeQueue(
        ledger=ledger or BadgeLedger(station.log, station.settings),
        printers=printers,
        draw=draw,
        lapsed=build_validity(station).lapsed,
        rebuild=BadgeRebuilder(station.log, station.roll, station.time).rebuild,
        mono=mono or Ticking(),
        random=lambda: 0.5,
        draw_test=lambda _printer, paper: artist(station).draw_test(
            "Lobby", paper, station.evacuation.words(), station.time.now()
        ),
        post=BadgeTestPost(station.settings),
    )


def two_printers(
    station: Station, lobby: PrinterDriver, desk: PrinterDriver, mono: Callable[[], float] | None = None
) -> BadgeQueue:
    """A printer and its fallback."""
    return make_queue(station, printer(lobby), printer(desk, "Desk", rank=1), mono=mono)


def recover(station: Station, queue: BadgeQueue, ledger: BadgeLedger | None = None) -> int:
    """What a kiosk does at its start."""
    ledger = ledger or BadgeLedger(station.log, station.settings)
    return recover_badges(ledger, queue, gone=build_validity(station).gone)


def arrive(station: Station, queue: BadgeQueue | None = None, *, photo: bytes | None = None) -> UUID:
    """Somebody arrives and a badge is asked for; with a queue, it is in it."""
    stay = stay_id(secrets.token_bytes)
    muster = ArrivedMuster(name=NAME, company="", host="", zone="", assistance=False)
    full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
    wanted = BadgeRequestedFull(medium="62x100", photo=photo is not None)
    station.log.append([Act(Kind.VISITOR_ARRIVED, stay, muster, full), Act(Kind.BADGE_REQUESTED, stay, full=wanted)])
    if queue is not None:
        queue.add(BadgeJob(stay, NAME, "", "", "visitor", "en", station.time.now(), photo))
    return stay


def run(queue: BadgeQueue, rounds: int = 4) -> None:
    """Every printer in turn."""
    for _ in range(rounds):
        for lane in queue.lanes:
            lane.step()


def leave(station: Station, stay: UUID) -> None:
    """They leave."""
    station.log.append([Act(Kind.VISITOR_DEPARTED, stay, NOTHING, DepartedFull(method="badge"))])


def reprints(station: Station) -> ReprintDesk:
    """The desk that asks for badges again."""
    return ReprintDesk(BadgeLedger(station.log, station.settings), station.roll)


def ledger_of(station: Station, stay: UUID | str) -> list[tuple[str, str, str, bool, int]]:
    """Kind, printer, reason, doubt and number of each thing recorded about a stay's badges."""
    told = []
    for event in station.log.of_stay(stay):
        if not event.header.kind.startswith("badge.") or event.full is None:
            continue
        raw = event.full.bytes()
        if event.header.kind == Kind.BADGE_REQUESTED:
            told.append((event.header.kind, "", "", False, read(raw, BadgeRequestedFull, what="a request").copy))
            continue
        outcome = read(raw, BadgeOutcomeFull, what="an outcome")
        told.append((event.header.kind, outcome.printer, outcome.reason, outcome.unsure, outcome.copy))
    return told
