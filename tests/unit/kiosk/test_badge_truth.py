"""C41 at the screen: whatever happens to whatever printer, the visitor hears within three seconds what will happen.

The production queue, driver and USB transport speak to each family's virtual printer; time is virtual, so the limits
are exact. What the drivers do in these cases is tested in ``tests/integration/printers``.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from kiosk.composition.station import Station
from kiosk.flows.printing.badge_ledger import BadgeLedger
from kiosk.flows.printing.badge_queue import BadgePrinter, BadgeQueue
from kiosk.ports import BadgeProgress, BadgeState, BadgeTrouble
from printers.media import medium
from sync.protocol.kinds import Kind
from tests.contract.printers.virtual_bus import VirtualDesk, virtual_desk
from tests.fakes.badge_room import arrive, make_queue
from tests.fakes.lone_station import lone_station
from tests.vectors.printers.samples import dot_pattern

TRUTH_SECONDS = 3.0
FAMILIES = {
    "brother": ("QL-820NWB", "62x29"),
    "zebra": ("ZD421-203", "76x51-203dpi"),
    "zebra-silent": ("GK420t", "76x51-203dpi"),
    "escpos": ("TM-T20", "80mm"),
    "dymo-450": ("LabelWriter-450", "dymo-99010"),
    "dymo-550": ("LabelWriter-550", "dymo-99010"),
}
BADGES = {
    media: dot_pattern(medium(media).width_dots, medium(media).height_dots or 200, seed=41)
    for _, media in FAMILIES.values()
}
EVERY = ("no-media", "stall", "unplug")
OF_FAMILY = {
    "brother": ("mute", "cover-open", "cutter-jam", "wrong-media"),
    "zebra": ("ribbon-out", "cover-open", "cutter-jam", "cooling", "paused"),
    "zebra-silent": (),
    "escpos": ("cover-open", "cutter-jam", "cooling"),
    "dymo-450": ("jam", "wrong-media"),
    "dymo-550": ("cover-open", "jam", "counterfeit", "locked", "wrong-media", "cooling"),
}
MOMENTS: dict[str, dict[str, object]] = {
    "before": {},
    "in-the-data": {"after_bytes": 2_000},
    "half-out": {"when": "printing"},
}
CASES = [
    *((family, fault, "before") for family in FAMILIES for fault in (*EVERY, *OF_FAMILY[family])),
    *((family, "stall", "in-the-data") for family in ("zebra", "escpos")),
    *((family, "unplug", "half-out") for family in ("brother", "zebra", "dymo-550")),
]


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


def _is_answer(told: BadgeProgress | None) -> bool:
    """Whether the screen says what will happen: it is printed, go to reception, or: yours is next, it is only busy."""
    if told is None:
        return False
    return told.state in {BadgeState.PRINTED, BadgeState.FAILED} or told.trouble is BadgeTrouble.BUSY


def _await_answer(desk: VirtualDesk, queue: BadgeQueue, stay: UUID) -> BadgeProgress:
    (lane,) = queue.lanes
    for _ in range(40):
        nap = lane.step()
        told = queue.progress(str(stay))
        if _is_answer(told):
            assert told is not None
            return told
        desk.clock.sleep(nap)
    raise AssertionError("nobody is told anything")


@pytest.mark.parametrize(("family", "fault", "moment"), CASES)
def test_c41_within_three_seconds_of_a_fault_the_visitor_knows_and_there_is_one_badge_at_most(
    tmp_path: Path, station: Station, family: str, fault: str, moment: str
) -> None:
    """C41."""
    model, media = FAMILIES[family]
    desk = virtual_desk(tmp_path, model=model, media=media)
    struck: list[float] = []
    strike = desk.printer._strike

    def note_and_strike() -> None:
        struck.append(desk.clock.now)
        strike()

    desk.printer._strike = note_and_strike  # type: ignore[method-assign]
    paper = BadgePrinter("Lobby", desk.driver, medium(media))
    queue = make_queue(station, paper, mono=desk.clock.monotonic, draw=lambda _, paper: BADGES[paper.name])
    stay = arrive(station, queue)
    desk.printer.control({"fault": fault, **MOMENTS[moment]})
    told = _await_answer(desk, queue, stay)
    assert struck, "the fault must strike for this to say anything"
    assert desk.clock.now - struck[0] <= TRUTH_SECONDS

    desk.printer.control({"fault": None})
    for _ in range(8):
        desk.clock.sleep(queue.lanes[0].step())
    (badge,) = BadgeLedger(station.log, station.settings).of_stay(stay)
    assert badge.outcome is not None
    assert badge.outcome.final, "kept until it is out, or until somebody must look"
    out = len(desk.badges())
    if badge.outcome.kind is Kind.BADGE_FAILED:
        assert badge.outcome.unsure
        assert told.state is BadgeState.FAILED
    else:
        assert out >= 1
    whole = sum(BADGES[media].preview().tobytes() == _pixels(path) for path in desk.badges())
    assert whole <= 1


def _pixels(path: Path) -> bytes:
    with Image.open(path) as picture:
        return picture.convert("RGB").tobytes()
