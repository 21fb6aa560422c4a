"""The evacuation list on its way through the badge printer, and back from its codes."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image

from kiosk.cli import main
from kiosk.composition.artists import build_list_artist
from kiosk.composition.desks import build_desks
from kiosk.data_folder import hold_data_folder
from kiosk.flows.printing.list_printing import GIVE_UP_SECONDS, RETRY_SECONDS, DriverPrinter, ListPrinting
from kiosk.flows.printing.queued_list import QueuedList
from kiosk.ports import BadgeTrouble, EvacuationList, Freshness, ListPrint, ListPrintState
from printers.bitmap import BadgeBitmap
from printers.driver import Failed, Printed, PrinterState, PrintOutcome, SentUnconfirmed
from printers.media import medium
from sync.protocol import base45
from tests.fakes.lone_station import draft, lone_station
from tests.fakes.paper_desk import FakePaperDesk
from tests.fakes.scripted_printer import ScriptedPrinter, failed
from workbench.still_time import MORNING

PEOPLE = EvacuationList("Thistledown Works", "Mill Lane", (), MORNING, Freshness.COMPLETE)
PAGES = tuple(BadgeBitmap(8, 1, bytes([number])) for number in (1, 2, 3))


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ms = 0

    def mono_ms(self) -> int:
        return self.ms


def printing_on(outcomes: list[PrintOutcome]) -> tuple[ListPrinting, ScriptedPrinter, HandClock]:
    printer, clock = ScriptedPrinter(outcomes=outcomes), HandClock()
    made = ListPrinting(printer=DriverPrinter(printer, medium("62x100")), draw=lambda *_: PAGES, clock=clock)  # type: ignore[arg-type]
    return made, printer, clock


def test_f14_the_pages_come_out_in_order_and_the_progress_tells_which() -> None:
    printing, printer, _ = printing_on([Printed(), SentUnconfirmed("a file"), Printed()])
    printing.begin(PEOPLE)
    seen = [printing.progress()]
    while printing.step() == 0:
        seen.append(printing.progress())
    seen.append(printing.progress())
    assert [progress.printed for progress in seen] == [0, 0, 1, 2, 3]
    assert seen[0].state is ListPrintState.PREPARING
    assert seen[-1] == ListPrint(ListPrintState.PRINTED, 3, 3)
    assert tuple(printer.badges) == PAGES


@pytest.mark.parametrize("may_have_printed", [False, True])
def test_c41_a_list_that_is_held_up_goes_on_by_itself_and_a_doubtful_page_is_printed_again(
    *, may_have_printed: bool
) -> None:
    held: Failed = failed(PrinterState.NO_MEDIA, may_have_printed=may_have_printed)
    printing, printer, _ = printing_on([Printed(), held, Printed(), Printed()])
    printing.begin(PEOPLE)
    assert [printing.step(), printing.step(), printing.step()] == [0, 0, RETRY_SECONDS]
    assert printing.progress() == ListPrint(ListPrintState.HELD, 1, 3, BadgeTrouble.NO_MEDIA)
    printing.begin(PEOPLE)
    while printing.step() == 0:
        continue
    assert tuple(printer.badges) == PAGES
    assert printing.progress().state is ListPrintState.PRINTED


def test_c41_a_printer_that_never_comes_back_is_given_up_and_another_list_may_begin() -> None:
    printing, _, clock = printing_on([failed(PrinterState.GONE)])
    printing.begin(PEOPLE)
    printing.step()
    assert printing.step() == RETRY_SECONDS
    clock.ms += int(GIVE_UP_SECONDS * 1000) + 1
    printing.step()
    assert printing.progress() == ListPrint(ListPrintState.GIVEN_UP, 0, 3, BadgeTrouble.UNREACHABLE)
    printing.begin(PEOPLE)
    assert printing.progress().state is ListPrintState.PREPARING


def test_without_a_printer_that_is_what_is_said() -> None:
    def no_pages(*_: object) -> tuple[BadgeBitmap, ...]:
        raise AssertionError

    printing = ListPrinting(printer=None, draw=no_pages, clock=HandClock())  # type: ignore[arg-type]
    printing.begin(PEOPLE)
    assert printing.progress().state is ListPrintState.NO_PRINTER
    assert printing.step() > 1


def test_f14_in_the_lobby_the_list_goes_to_the_badges_printer_before_any_badge(tmp_path: Path) -> None:
    tray = tmp_path / "tray"
    with lone_station(tmp_path / "kiosk", printer=f"virtual:QL-820NWB?out={tray}&media=62x100") as (_, station):
        desks, woken = build_desks(station), Event()
        (lane,) = desks.badges.lanes
        lane.bench.wake = woken.set
        desks.check_in.arrive(draft(station, "Odalys Fernhollow"))
        woken.clear()
        listed = station.evacuation.on_site()
        desks.list_paper.begin(listed)
        assert woken.is_set()
        desks.list_paper.begin(listed)  # a second touch is no second list
        while desks.list_paper.progress().state is not ListPrintState.PRINTED:
            lane.step()
        (page,) = tray.iterdir()
        assert (
            Image.open(page).tobytes()
            == build_list_artist(station).draw(listed, medium("62x100"))[0].preview().tobytes()
        )
        while len(list(tray.iterdir())) < 2:
            lane.step()
        assert desks.list_paper.progress() == ListPrint(ListPrintState.PRINTED, 1, 1)


def test_f14_what_holds_the_list_up_is_told_and_it_goes_on_by_itself() -> None:
    desk = FakePaperDesk(trouble=BadgeTrouble.NO_MEDIA)
    paper = QueuedList(desk, lambda *_: PAGES)
    assert paper.progress() == ListPrint(ListPrintState.IDLE)
    paper.begin(PEOPLE)
    assert paper.progress().state is ListPrintState.PREPARING
    desk.work()
    assert paper.progress() == ListPrint(ListPrintState.HELD, trouble=BadgeTrouble.NO_MEDIA)
    paper.begin(PEOPLE)
    desk.trouble = None
    desk.work()
    assert (paper.progress(), len(desk.out)) == (ListPrint(ListPrintState.PRINTED, 3, 3), 3)
    desk.paper = None
    paper.begin(PEOPLE)
    assert paper.progress().state is ListPrintState.NO_PRINTER


def run_cli(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.output


def test_f14_the_command_prints_the_list_and_reads_it_back_from_a_picture_of_its_code(tmp_path: Path) -> None:
    with lone_station(tmp_path / "kiosk") as (lone, station):
        desks = build_desks(station)
        desks.check_in.arrive(draft(station, "Odalys Fernhollow", assistance=True))
        desks.check_in.arrive(draft(station, "ليان وادي النسيم"))
    data, tray = ("--data", lone.configuration.data_folder), tmp_path / "tray"
    printer = f"virtual:QL-820NWB?out={tray}&media=62x100"
    code, output = run_cli("roster", *data, "--print", "--printer", printer, "--png", tmp_path / "pages")
    assert (code, output.splitlines()[-1]) == (0, "Printed 2 of 2 pages")
    printed, drawn = sorted(tray.glob("*.png")), sorted((tmp_path / "pages").glob("*.png"))
    assert len(printed) == len(drawn) == 2
    for one, other in zip(printed, drawn, strict=True):
        with Image.open(one) as out, Image.open(other) as expected:
            assert out.convert("1").tobytes() == expected.convert("1").tobytes()
    code, output = run_cli("read-list", *data, "--json", *printed)
    assert code == 0
    facts = json.loads(output)
    assert [person["name"] for person in facts["people"]] == ["Odalys Fernhollow", "ليان وادي النسيم"]
    assert facts["people"][0]["needs_assistance"] is True
    assert len(facts["people"][0]["badge"]) == 8
    assert facts["codes_missing"] == []
    with Image.open(printed[1]) as picture:
        (seen,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    forged = bytearray(base45.decode(seen.text))
    forged[21] ^= 1
    (tmp_path / "forged.txt").write_text(base45.encode(bytes(forged)), encoding="ascii")
    code, output = run_cli("read-list", *data, tmp_path / "forged.txt")
    assert (code, "not believed" in output) == (1, True)
    code, output = run_cli("read-list", *data, printed[0])
    assert (code, "No code of an evacuation list" in output) == (1, True)


def test_c33_a_list_that_another_organisations_kiosk_signed_is_not_believed(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    for folder in ("ours", "theirs"):
        with lone_station(tmp_path / folder):
            pass
    assert run_cli("roster", "--data", tmp_path / "theirs", "--png", pages, "--medium", "62x100")[0] == 0
    code, output = run_cli("read-list", "--data", tmp_path / "ours", *sorted(pages.glob("*.png")))
    assert (code, "not believed" in output) == (1, True)


def test_the_command_leaves_the_printer_to_a_lobby_that_runs(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (lone, _):
        folder = lone.configuration.data_folder
    with hold_data_folder(folder):
        code, output = run_cli(
            "roster", "--data", folder, "--print", "--printer", f"virtual:QL-800?out={tmp_path / 'o'}"
        )
    assert (code, "The lobby runs here" in output) == (1, True)
