"""C05: whatever happens to whichever pages, all that they leave readable is saved, and the rest is told."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.device.salvage.draft import Refusal
from sync.device.salvage.pages import PAGE_BYTES
from sync.device.salvage.salvage import NothingWrong, Salvaged
from sync.device.schema import SEQ_BITS
from sync.protocol.kinds import Kind
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_damage import leaves, listed, page_with, root_of, salvage_folder
from tests.fakes.sync_kiosk import enrol_rig, open_rig
from tests.fakes.sync_records import arrival

VISITS = 14
SECTOR = 512


@dataclass(frozen=True)
class Card:
    """A sound database: which page each event's row lies in, and the pairs of pages of which one is needed."""

    cloud: SyncCloud
    files: dict[str, bytes]
    page_of: dict[int, int]
    header_of: dict[int, bytes]
    vital: tuple[frozenset[int], ...]

    @property
    def pages(self) -> int:
        return len(self.files["lodge.db"]) // PAGE_BYTES


@cache
def card() -> Card:
    """Two epochs, half of the first one's events known to the cloud."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rig = enrol_rig(folder, SyncCloud())
        for number in range(VISITS):
            rig.log.append(arrival(f"Visitor {number}"))
            if number == VISITS // 2:
                rig.drain()
        rig.log.begin_epoch("asked", after=rig.log.head.epoch)
        rig.log.append(arrival("The last one"))
        rig.log.settle()
        rig.close()
        path = folder / "lodge.db"
        rows = [(number, row) for number, found in leaves(path) for row in found if len(row) == 7]
        copy = root_of(path, "second_copy")
        firsts = (root_of(path, "epoch"), page_with(path, lambda row: row[1] == "enrolment"))
        vital = tuple(frozenset({first, copy}) for first in firsts)
        return Card(
            rig.cloud,
            {name: (folder / name).read_bytes() for name in ("lodge.db", "lodge.db-salt", "witness")},
            {int(str(row[0])): number for number, row in rows},
            {int(str(row[0])): bytes(row[4]) for _, row in rows if isinstance(row[4], bytes)},
            vital,
        )


@st.composite
def damage(draw: st.DrawFn) -> tuple[dict[str, bytes], frozenset[int]]:
    """Files with damaged pages, and which those are."""
    content = bytearray(card().files["lodge.db"])
    hit = draw(st.frozensets(st.integers(1, card().pages), min_size=1, max_size=6))
    for page in sorted(hit):
        start = (page - 1) * PAGE_BYTES
        at = draw(st.integers(0, PAGE_BYTES - 1))
        match draw(st.sampled_from(("bit", "zeros", "sector", "swap"))):
            case "bit":
                content[start + at] ^= 1 << draw(st.integers(0, 7))
            case "zeros":
                content[start : start + PAGE_BYTES] = bytes(PAGE_BYTES)
            case "sector":
                first = start + at // SECTOR * SECTOR
                content[first : first + 64] = draw(st.binary(min_size=64, max_size=64))
            case "swap":
                other = page % card().pages * PAGE_BYTES
                content[start : start + PAGE_BYTES] = card().files["lodge.db"][other : other + PAGE_BYTES]
    return {**card().files, "lodge.db": bytes(content)}, hit


@settings(max_examples=120)
@given(damage())
def test_c05_everything_that_is_readable_is_saved_and_the_rest_is_told(
    damaged: tuple[dict[str, bytes], frozenset[int]],
) -> None:
    """C05: the new database opens, holds each event of an undamaged page byte by byte, and lists whoever arrived."""
    files, hit = damaged
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        outcome = salvage_folder(folder)
        if isinstance(outcome, NothingWrong):
            assert files == card().files
            return
        if isinstance(outcome, Refusal):
            assert any(pair <= hit for pair in card().vital)
            assert (folder / "lodge.db").read_bytes() == files["lodge.db"]
            return
        assert isinstance(outcome, Salvaged)
        assert (outcome.evidence / "lodge.db").read_bytes() == files["lodge.db"]
        _require_all_that_is_readable(folder, hit)


def _require_all_that_is_readable(folder: Path, hit: frozenset[int]) -> None:
    readable = {place for place, page in card().page_of.items() if page not in hit}
    rig = open_rig(folder, card().cloud)
    try:
        rows = rig.records.database.read("select place, kind, stay, header from event")
        found = {row["place"]: bytes(row["header"]) for row in rows}
        assert {place: found.get(place) for place in readable} == {place: card().header_of[place] for place in readable}
        lost = set(card().page_of) - set(found)
        assert not lost or rig.log.incomplete is not None
        assert all(found[place] == card().header_of[place] for place in found if place in card().header_of)
        begun = [place for place in found if place not in card().header_of]
        assert all(place >> SEQ_BITS > 2 for place in begun), "no number is used twice"
        arrivals = {bytes(row["stay"]) for row in rows if row["kind"] == Kind.VISITOR_ARRIVED}
        assert {stay.bytes for stay in listed(rig.log)} == arrivals
        assert rig.records.database.read("pragma integrity_check") == [{"integrity_check": "ok"}]
    finally:
        rig.close()
