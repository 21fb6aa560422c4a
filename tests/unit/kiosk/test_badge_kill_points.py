"""C01, C41: the kiosk is cut off at every step of a badge; afterwards no badge is lost and none is double."""

from collections.abc import Callable, Iterator
from enum import Enum

import pytest

from kiosk.composition.station import Station, open_station
from kiosk.flows.printing.badge_job import BadgeKey
from kiosk.flows.printing.badge_ledger import BadgeLedger, Outcome
from kiosk.flows.printing.badge_marks import BadgeMarks
from printers.bitmap import BadgeBitmap
from printers.driver import PrinterState as Seen
from printers.driver import PrintOutcome
from printers.media import Medium
from sync.protocol.kinds import Kind
from tests.fakes.badge_room import Ticking, arrive, make_queue, printed_stays, printer, recover, reprints, run
from tests.fakes.lone_station import lone_station
from tests.fakes.scripted_printer import ScriptedPrinter, failed


class Cut(BaseException):
    """The power fails: nothing that follows is done, not even what an error would have led to."""


class At(Enum):
    """Where it fails."""

    MARK_BEFORE = "before the mark"
    MARK_AFTER = "after the mark"
    PAPER = "with the badge out and nothing told"
    OUTCOME_BEFORE = "before the outcome is recorded"
    OUTCOME_AFTER = "after the outcome was recorded"
    CLEAR_BEFORE = "before the first printer's mark is taken back"
    CLEAR_AFTER = "after the first printer's mark was taken back"


class CutMarks(BadgeMarks):
    """Marks beside which the power fails."""

    cut: Callable[[At], None]

    def set(self, badge: BadgeKey, printer: str) -> None:
        self.cut(At.MARK_BEFORE)
        super().set(badge, printer)
        self.cut(At.MARK_AFTER)

    def clear(self, badge: BadgeKey) -> None:
        self.cut(At.CLEAR_BEFORE)
        super().clear(badge)
        self.cut(At.CLEAR_AFTER)


class CutLedger(BadgeLedger):
    """A ledger beside which the power fails."""

    def __init__(self, station: Station, cut: Callable[[At], None]) -> None:
        super().__init__(station.log, station.settings)
        self._cut = cut
        self.marks = CutMarks(station.settings)
        self.marks.cut = cut

    def settle(self, badge: BadgeKey, outcome: Outcome) -> bool:
        self._cut(At.OUTCOME_BEFORE)
        recorded = super().settle(badge, outcome)
        self._cut(At.OUTCOME_AFTER)
        return recorded


class CutPrinter(ScriptedPrinter):
    """A printer whose badge comes out as the power fails."""

    def __init__(self, cut: Callable[[At], None], outcomes: list[PrintOutcome] | None = None) -> None:
        super().__init__(outcomes=outcomes)
        self._cut = cut

    def print_badge(self, bitmap: BadgeBitmap, medium: Medium) -> PrintOutcome:
        outcome = super().print_badge(bitmap, medium)
        self._cut(At.PAPER)
        return outcome


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with lone_station(tmp_path_factory.mktemp("kiosk")) as (_, opened):
        yield opened


LOST = Outcome(Kind.BADGE_FAILED, "Lobby", "gone", unsure=True)
NOT_BEGUN = {At.MARK_BEFORE, At.CLEAR_AFTER}
"""Where nothing can have come out, the badge is printed after the restart; elsewhere a person is asked to look."""


@pytest.mark.parametrize("copy", [1, 2], ids=["first-badge", "reprint"])
@pytest.mark.parametrize("at", At)
def test_c01_c41_cut_off_at_any_step_no_badge_is_lost_and_none_is_double(station: Station, at: At, copy: int) -> None:
    """C01, C41: with two printers, of which the first gives up half way; the log is read anew by another program."""
    falls_back = at in {At.CLEAR_BEFORE, At.CLEAR_AFTER}

    def cut(here: At) -> None:
        if here is at:
            raise Cut

    lobby = CutPrinter(cut, outcomes=[failed(Seen.COVER_OPEN)] if falls_back else None)
    desk, mono, ledger = ScriptedPrinter(), Ticking(), CutLedger(station, cut)
    queue = make_queue(station, printer(lobby), printer(desk, "Desk", rank=1), mono=mono, ledger=ledger)
    stay = arrive(station, queue if copy == 1 else None)
    if copy == 2:
        BadgeLedger(station.log, station.settings).settle((stay, 1), LOST)
        reprints(station).reprint(str(stay), by="Desk", why="never came out")
        mono.now += 3
    with pytest.raises(Cut):
        run(queue)

    before = len(lobby.badges)
    with open_station(station.configuration) as again:
        after = ScriptedPrinter()
        restarted = make_queue(again, printer(after), printer(ScriptedPrinter(), "Desk", rank=1))
        assert recover(again, restarted) == (1 if at in NOT_BEGUN else 0)
        run(restarted)
        assert recover(again, make_queue(again, printer(after))) == 0, "and the next start finds all settled"
        record = BadgeLedger(again.log, again.settings).of_stay(stay)[-1]
    out = printed_stays([*lobby.badges, *desk.badges, *after.badges]).count(stay)
    assert record.outcome is not None
    assert not record.owed
    assert out <= 1
    assert out == 1 or record.outcome.unsure, "lost without anybody being told"
    assert (before == 0) == (at not in {At.PAPER, At.OUTCOME_BEFORE, At.OUTCOME_AFTER})
    assert record.outcome.printer == "Lobby"
