"""Several kiosks on one networked printer: it serves one at a time, and to the others it refuses or says nothing."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from kiosk.composition.station import Station
from kiosk.flows.printing.badge_queue import BadgePrinter, BadgeQueue
from kiosk.ports import BadgeProgress, BadgeState, BadgeTrouble, PrinterState
from kiosk.threads import Loop, closing_loops
from printers.driver import PrinterState as Seen
from printers.drivers import VirtualSetup, open_printer
from printers.media import medium
from printers.models import printer_model
from printers.simulator.network import VirtualSocket
from sync.protocol.kinds import Kind
from tests.fakes.badge_room import Ticking, arrive, ledger_of, make_queue, printer
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import ScriptedPrinter
from tests.vectors.printers.samples import dot_pattern

MODEL, MEDIA = "ZD421-203", "76x51-203dpi"


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


class QuickPaper:
    """The printer's own clock: paper moves eight times as quickly."""

    def monotonic(self) -> float:
        return time.monotonic() * 8

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / 8)


def _kiosk(station: Station, port: int) -> BadgeQueue:
    address = open_printer(f"tcp:127.0.0.1:{port}?model={MODEL}")
    paper = BadgePrinter("Shared", address, medium(MEDIA), shared=True)
    size = medium(MEDIA).width_dots, medium(MEDIA).height_dots or 0
    return make_queue(
        station, paper, mono=time.monotonic, draw=lambda job, _: dot_pattern(*size, seed=job.stay.time_low)
    )


def _is_out(told: BadgeProgress | None) -> bool:
    return told is not None and told.state is BadgeState.PRINTED


def _loops(queues: list[BadgeQueue]) -> list[Loop]:
    loops = []
    for queue in queues:
        due = Event()
        queue.lanes[0].bench.wake = due.set
        loops.append(Loop("printer", queue.lanes[0].step, due))
    return loops


def test_c41_two_kiosks_share_a_network_printer_and_each_badge_comes_out_once(tmp_path: Path, station: Station) -> None:
    """C41: with their own threads, on a real socket."""
    described = VirtualSetup(printer_model(MODEL), media=MEDIA, out=tmp_path).printer(QuickPaper())
    socket = VirtualSocket(described, "127.0.0.1", 0)
    kiosks = [_kiosk(station, socket.port) for _ in range(2)]
    try:
        stays = [(arrive(station, kiosk), kiosk) for _ in range(2) for kiosk in kiosks]
        with closing_loops(_loops(kiosks)):
            end = time.monotonic() + 20
            while not all(_is_out(queue.progress(str(stay))) for stay, queue in stays):
                assert time.monotonic() < end
                time.sleep(0.05)
    finally:
        socket.close()
    badges = [path.read_bytes() for path in tmp_path.glob("badge-*.png")]
    assert len(badges) == len(set(badges)) == len(stays)
    told = Counter(kind for stay, _ in stays for kind, *_ in ledger_of(station, stay))
    assert told[Kind.BADGE_PRINTED] == len(stays)


@pytest.mark.parametrize("state", [Seen.BUSY, Seen.NOT_ANSWERING, Seen.GONE])
def test_c41_a_shared_printer_that_serves_another_kiosk_is_waited_for_and_is_no_fault_yet(
    station: Station, state: Seen
) -> None:
    """C41: nobody is sent away at its first silence; where it stays silent, everybody knows within three seconds."""
    mono, driver = Ticking(), ScriptedPrinter(states=[state])
    queue = make_queue(station, printer(driver, shared=True), mono=mono)
    started, stay = mono.now, arrive(station, queue)
    nap = queue.lanes[0].step()
    busy = state is Seen.BUSY
    assert queue.progress(str(stay)) == BadgeProgress(BadgeState.QUEUED, BadgeTrouble.BUSY if busy else None)
    assert queue.printer_state is PrinterState.READY
    assert 0.1 <= nap <= 0.3
    while (told := queue.progress(str(stay))) is not None and told.state is BadgeState.QUEUED:
        mono.now += nap + 1.0  # as long as a connection is tried for
        nap = queue.lanes[0].step()
    assert mono.now - started <= (10.0 if busy else 3.0)
    driver.states.append(Seen.READY)
    for _ in range(2):
        queue.lanes[0].step()
    assert [kind for kind, *_ in ledger_of(station, stay)[1:]] == [Kind.BADGE_FAILED, Kind.BADGE_PRINTED]


def test_a_usb_printer_that_does_not_answer_is_in_trouble_at_once(station: Station) -> None:
    queue = make_queue(station, printer(ScriptedPrinter(states=[Seen.NOT_ANSWERING])))
    stay = arrive(station, queue)
    queue.lanes[0].step()
    assert queue.progress(str(stay)) == BadgeProgress(BadgeState.FAILED, BadgeTrouble.UNREACHABLE)


def test_a_shared_printer_that_is_busy_hands_over_to_the_fallback_within_the_three_seconds(station: Station) -> None:
    mono, desk = Ticking(), ScriptedPrinter()
    lobby = printer(ScriptedPrinter(states=[Seen.NOT_ANSWERING]), shared=True)
    queue = make_queue(station, lobby, printer(desk, "Desk", rank=1), mono=mono)
    arrive(station, queue)
    while not desk.badges:
        nap = queue.lanes[0].step()
        queue.lanes[1].step()
        mono.now += nap + 0.8
    assert mono.now <= 1_003.0
