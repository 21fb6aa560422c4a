"""F14: the evacuation list on the badges' own paper."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
import zxingcpp

from kiosk.paper.badge_paper.measures import SMALLEST_MM
from kiosk.paper.badge_paper.pages import ListPages, list_pages, snapshot_signs
from kiosk.ports import EvacuationList, Freshness, KioskHeard, PersonOnSite
from kiosk.words.catalogue import languages
from printers.layout.canvas import Align, Canvas, Ink
from printers.layout.lines import SetLine
from printers.media import medium
from tests.vectors import snapshots
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

ENGLISH = languages()["en"]
LIST = EvacuationList("Thistledown Works", "Mill Lane", PEOPLE, MORNING, Freshness.COMPLETE)
STALE = replace(LIST, freshness=Freshness.STALE, stale=(KioskHeard("Gate kiosk", None),), unconfirmed=True)
PAPERS = ("62x100", "62", "80mm", "29x90", "62x29", "102x152-203dpi")


class TextCanvas(Canvas):
    """Keeps what is written and how large, instead of drawing it."""

    def __init__(self, width: int, height: int, *, two_colour: bool) -> None:
        super().__init__(width, height, two_colour=two_colour)
        self.lines: list[SetLine] = []
        self.outside: list[str] = []

    def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
        """See ``Canvas.line``."""
        self.lines.append(line)
        if left + line.ink_width > right + 1 or baseline + line.top < 0 or baseline + line.bottom > self.height + 1:
            self.outside.append(line.text)


def canvases(pages: ListPages) -> list[TextCanvas]:
    return [pages.drawn(number, TextCanvas) for number in range(len(pages))]


def texts(pages: ListPages) -> list[str]:
    return [" ".join(line.text for line in canvas.lines) for canvas in canvases(pages)]


def pages_on(paper: str, people: EvacuationList = LIST, language: str = "en") -> ListPages:
    points = {"Workshop": "North car park"}
    return list_pages(people, languages()[language], medium(paper), points=points, elsewhere="The pond")


@pytest.mark.parametrize("paper", PAPERS)
def test_f14_on_any_paper_everybody_is_named_whole_and_readable_and_every_page_says_what_it_is(paper: str) -> None:
    pages = pages_on(paper, STALE)
    drawn, dpi = canvases(pages), medium(paper).dpi
    assert [canvas.outside for canvas in drawn] == [[]] * len(pages)
    assert max(canvas.height for canvas in drawn) <= (medium(paper).height_dots or round(900 / 25.4 * dpi))
    small = {line.text for canvas in drawn for line in canvas.lines if line.size * 25.4 / dpi < SMALLEST_MM}
    # The longest name alone may be set smaller than can be read in the dark, on the lowest label; it is not cut.
    assert not small or (paper == "62x29" and all(text in PEOPLE[1].name for text in small))
    written = [" ".join(line.text for line in canvas.lines) for canvas in drawn]
    together = "".join("".join(written).split())
    for person in PEOPLE:
        assert "".join(person.name.split()) in together, person.name
    low = medium(paper).badge_height_dots < 300
    for number, page in enumerate(written, 1):
        assert "08:52" in page
        assert "12 people on site" in page
        assert (f"{number}/{len(pages)}" if low else f"Page {number} of {len(pages)}") in page
        assert number == 1 or "May be incomplete, see page 1" in page
    assert "Gate kiosk was never heard." in " ".join(written)
    assert "It may also list people who have left" in " ".join(written)
    assert sum("Muster point: North car park" in page for page in written) == sum(
        "Workshop" in page for page in written
    )


def test_f14_zones_are_handed_out_and_who_needs_assistance_stands_first() -> None:
    needing = tuple(replace(p, needs_assistance=p.name in {"Sunniva Larkmead", "Odalys Fernhollow"}) for p in PEOPLE)
    written = texts(pages_on("62x100", replace(LIST, entries=needing)))
    zones = [[name for name in ("Dock", "Offices", "Workshop") if name in page] for page in written]
    assert all(len(found) == 1 for found in zones)
    workshop = next(page for page in written if "Workshop" in page)
    assert workshop.index("Sunniva Larkmead") < workshop.index("Annelise-Marguerite") < workshop.index("Bram Oakentide")
    assert "Unnamed person" in " ".join(written)


def test_the_hand_stands_beside_who_needs_assistance_and_beside_nobody_else() -> None:
    def ink(*, needs: bool) -> int:
        entries = (replace(PEOPLE[4], zone="Dock", needs_assistance=needs),)
        return sum(pages_on("62x100", replace(LIST, entries=entries))[0].black_ink().histogram()[1:])

    disc = (4.6 / 25.4 * 300) ** 2 * 0.785
    assert ink(needs=True) - ink(needs=False) > disc


def test_a_name_of_two_hundred_letters_is_whole_on_the_smallest_label() -> None:
    name = "Wolfeschlegelsteinhausen" * 8
    pages = pages_on("62x29", replace(LIST, entries=(replace(PEOPLE[0], name=name),)))
    assert name in "".join("".join(texts(pages)).split())
    assert not any(canvas.outside for canvas in canvases(pages))


@pytest.mark.parametrize("paper", ["62x29", "62x100", "29x90"])
@pytest.mark.parametrize("zone", ["Donaudampfschifffahrtsgesellschaft", "Donaudampfschifffahrtsgesellschaft" * 2])
@pytest.mark.parametrize("name", ["Bram Oakentide", "Maximiliana " * 16])
def test_long_names_in_long_zones_with_remarks_stay_on_the_label(paper: str, zone: str, name: str) -> None:
    """On low labels such a row once ran off at the bottom; the name is whole, the remark stays where it has room."""
    entry = replace(PEOPLE[0], name=name, zone=zone[:60], again=("x",), other_zones=("Offices",), company="B" * 60)
    pages = pages_on(paper, replace(LIST, entries=(entry,)))
    assert not any(canvas.outside for canvas in canvases(pages))
    written = texts(pages)
    assert "".join(name.split()) in "".join("".join(written).split())
    if len(name) < 20:
        assert sum("Checked in 2" in page for page in written) == 2, "in each of the two zones"


@pytest.mark.parametrize(("language", "said"), [("en", "Checked in 2"), ("ar", "سُجِّل"), ("he", "נרשם"), ("hi", "2 बार")])
def test_a_remark_has_room_under_a_readable_name_on_the_lowest_label(language: str, said: str) -> None:
    entry = replace(PEOPLE[2], zone="Dock", again=("x",), other_zones=("Offices",))
    drawn = canvases(pages_on("62x29", replace(LIST, entries=(entry,)), language))
    assert not any(canvas.outside for canvas in drawn)
    lines = [line for canvas in drawn for line in canvas.lines]
    assert sum(said in line.text for line in lines) == 2, "in each of the two zones"
    assert all(line.size >= SMALLEST_MM / 25.4 * 300 for line in lines)


def test_the_number_of_a_long_zone_stays_in_its_black_bar() -> None:
    """It once stood on the baseline of a name that was set smaller, and its head stuck out at the top."""
    fills: list[tuple[int, int]] = []

    class Bars(TextCanvas):
        def fill(self, x: int, y: int, width: int, height: int, ink: Ink = Ink.BLACK) -> None:
            if width == self.width:
                fills.append((y, y + height))

        def line(self, line: SetLine, left: int, right: int, baseline: int, align: Align, ink: Ink = Ink.BLACK) -> None:
            if ink is Ink.PAPER:
                (top, bottom), *_ = fills
                assert top <= baseline + line.top
                assert baseline + line.bottom <= bottom
                self.lines.append(line)

    for zone in ("Donaudampfschifffahrtsgesellschaft", "ooze", "Dock"):
        fills.clear()
        pages = pages_on("62x100", replace(LIST, entries=(replace(PEOPLE[4], zone=zone),)))
        assert "1" in [line.text for line in pages.drawn(len(pages) - 1, Bars).lines]


def test_nobody_on_site_is_said_unless_the_records_are_damaged() -> None:
    assert "Nobody is on site" in texts(pages_on("62x100", replace(LIST, entries=())))[0]
    damaged = texts(pages_on("62x100", replace(LIST, entries=(), damaged=True)))[0]
    assert "Nobody" not in damaged
    assert "records are damaged" in damaged


def test_a_hundred_and_fifty_people_are_cut_into_strips_that_a_printer_takes() -> None:
    crowd = tuple(
        replace(PEOPLE[4], stay_id=str(UUID(int=n)), name=f"Guest Number{n}", zone="Dock") for n in range(150)
    )
    pages = pages_on("62", replace(LIST, entries=crowd))
    assert len(pages) == 2
    assert "Guest Number149" in "".join(texts(pages))


def test_the_codes_under_the_list_are_read_off_its_dots_and_narrow_labels_have_none() -> None:
    codes = snapshots.sealed()
    for paper in ("62x100", "80mm", "102x152"):
        assert snapshot_signs(medium(paper)) == 1451
        pages = list_pages(LIST, ENGLISH, medium(paper), points={}, codes=codes)
        read = {code.text for page in pages for code in zxingcpp.read_barcodes(page.preview())}
        assert read == set(codes)
    assert [snapshot_signs(medium(paper)) for paper in ("29x90", "62x29")] == [0, 0]
    assert 0 < snapshot_signs(medium("58mm")) < 1451


def test_a_stay_without_a_zone_is_listed_last_with_the_muster_point_of_the_kiosk() -> None:
    nowhere = PersonOnSite("x", "Perpetua Marrowby", "", "", "", MORNING)
    written = texts(pages_on("62x100", replace(LIST, entries=(*PEOPLE, nowhere))))
    assert "Perpetua Marrowby" in written[-1]
    assert "No zone" in written[-1]
    assert "Muster point: The pond" in written[-1]


def test_f22_a_name_in_any_script_of_the_screens_has_letters_and_no_boxes() -> None:
    names = ("สมหญิง ใจดี", "ليان", "נועה", "अनन्या", "林小溪", "Ελένη", "Żaneta", "김하늘")
    entries = tuple(replace(PEOPLE[4], stay_id=name, name=name) for name in names)
    lines = [line for canvas in canvases(pages_on("62x100", replace(LIST, entries=entries))) for line in canvas.lines]
    drawn = {"".join(run.text for run in line.runs) for line in lines}
    assert all("".join(sorted(name)) in {"".join(sorted(text)) for text in drawn} for name in names)
