"""The evacuation list and its PIN, from local data alone."""

import json
import os
import resource
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk import reading_copy
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from kiosk.errors import KioskError
from kiosk.evacuation_list.muster_belief import belief
from kiosk.evacuation_list.roster_export import list_as_csv, list_as_facts
from kiosk.flows.pin_lock import FIRST_LOCK_MS, TRIES
from kiosk.ports import Freshness, PinRefused, Unlocked
from kiosk.whole_file import write_whole
from kiosk.words import moments
from kiosk.words.catalogue import languages
from sync.device.clock import SystemClock
from sync.device.errors import DiskFullError
from sync.device.stepping import LinkState
from sync.protocol.feed import Roster, RosterKey, RosterKiosk
from sync.protocol.kinds import Kind
from sync.protocol.muster_exchange import HeardKiosk
from tests.fakes.lone_station import draft, lone_station
from workbench.lone_kiosk import PIN, LoneKiosk, next_page


def _arrive(station: Station, name: str) -> None:
    build_desks(station).check_in.arrive(draft(station, name))


def test_the_right_pin_opens_the_list_and_that_is_recorded(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        _arrive(station, "Odalys Fernhollow")
        opened = station.evacuation.unlock(PIN)
        assert isinstance(opened, Unlocked)
        assert (opened.by, "reprint" in opened.scopes) == ("staff", True)
        assert station.evacuation.on_site().count == 1
        assert len(station.log.of_kinds([Kind.ROLLCALL_OPENED])) == 1


def test_c38_wrong_pins_lock_the_pad_and_a_restart_does_not_unlock_it(tmp_path: Path) -> None:
    """C38: the counter is on disk before the comparison."""
    with lone_station(tmp_path) as (lone, station):
        refusals = [station.evacuation.unlock("000000") for _ in range(TRIES)]
    assert [refusal.tries_left for refusal in refusals if isinstance(refusal, PinRefused)] == [4, 3, 2, 1, 0]
    with open_station(lone.configuration) as again:
        locked = again.evacuation.unlock(PIN)
    assert isinstance(locked, PinRefused)
    assert locked.locked_until is not None


def test_after_its_term_the_lock_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lone_station(tmp_path) as (_, station):
        for _ in range(TRIES):
            station.evacuation.unlock("000000")
        later = station.clock.wall_ms() + FIRST_LOCK_MS + 1000
        monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: later)
        assert station.evacuation.unlock(PIN) == Unlocked()


def test_a_clock_set_back_ten_years_cannot_lock_the_pad_for_ten_years(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C06."""
    with lone_station(tmp_path) as (_, station):
        for _ in range(TRIES):
            station.evacuation.unlock("000000")
        past = station.clock.wall_ms() - 10 * 365 * 24 * 3600 * 1000
        monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: past)
        refused = station.evacuation.unlock(PIN)
        assert isinstance(refused, PinRefused)
        assert refused.locked_until is not None
        assert refused.locked_until.timestamp() * 1000 <= past + FIRST_LOCK_MS


def test_alone_the_list_is_complete_and_with_another_kiosk_it_says_that_one_was_not_heard(tmp_path: Path) -> None:
    """F14: one that was created and never enrolled has no log that could be missing (ADR 52)."""
    with lone_station(tmp_path) as (lone, station):
        assert station.evacuation.on_site().freshness is Freshness.COMPLETE
        held = station.database.read("select signed from feed_page where kind = 'roster'")[0]["signed"]
        never_enrolled, dock = RosterKiosk(kiosk=uuid4(), name="Attic", keys=()), _kiosk("Dock")
        keys = station.settings.keys_page()
        assert keys is not None
        first = next_page(lone, Roster(kiosks=(never_enrolled,)), version=2, after=held)
        assert station.feed.take(first, keys[1])
        assert station.evacuation.on_site().freshness is Freshness.COMPLETE
        both = tuple(sorted((never_enrolled, dock), key=lambda kiosk: str(kiosk.kiosk)))
        assert station.feed.take(next_page(lone, Roster(kiosks=both), version=3, after=first.head), keys[1])
        listed = station.evacuation.on_site()
    assert listed.freshness is Freshness.STALE
    assert [kiosk.name for kiosk in listed.stale] == ["Dock"]


def _publish_kiosks(station: Station, lone: LoneKiosk, *kiosks: RosterKiosk) -> None:
    held = station.database.read("select signed from feed_page where kind = 'roster'")[0]["signed"]
    keys = station.settings.keys_page()
    assert keys is not None
    assert station.feed.take(
        next_page(
            lone, Roster(kiosks=tuple(sorted(kiosks, key=lambda kiosk: str(kiosk.kiosk)))), version=2, after=held
        ),
        keys[1],
    )


def _kiosk(name: str, standing: str = "current") -> RosterKiosk:
    key = RosterKey(kid="A" * 43, public="A" * 43, standing=standing, forked=0, clear=None)
    return RosterKiosk(kiosk=uuid4(), name=name, keys=(key,))


def _hear(station: Station, kiosk: RosterKiosk, *, seconds_ago: int) -> None:
    at_ms = 1_000_000_000_000
    told = (HeardKiosk(kiosk=kiosk.kiosk, at_ms=at_ms - seconds_ago * 1000),)
    station.heard.times.hear(at_ms, told, keep=False)


def test_f14_c21_a_list_is_complete_while_every_other_kiosk_was_heard_of_lately(tmp_path: Path) -> None:
    """F14, C21: on screen, as facts, and with the moment for each; a kiosk that was revoked says nothing more."""
    with lone_station(tmp_path) as (lone, station):
        dock, gate = _kiosk("Dock"), _kiosk("Gate")
        _publish_kiosks(station, lone, dock, gate, _kiosk("Lost", "revoked"))
        _hear(station, dock, seconds_ago=20)
        _hear(station, gate, seconds_ago=170)
        complete = station.evacuation.on_site()
        _hear(station, gate, seconds_ago=190)
        stale = station.evacuation.on_site()
    assert (complete.freshness, complete.stale) == (Freshness.COMPLETE, ())
    assert [kiosk.name for kiosk in complete.heard] == ["Dock", "Gate"]
    assert belief(complete, languages()["en"])[0].startswith("The list of all kiosks of this site")
    assert "Dock last heard" in belief(complete, languages()["en"])[1]
    oldest = min(kiosk.last_heard for kiosk in complete.heard if kiosk.last_heard)
    assert moments.clock(languages()["en"], oldest) in belief(complete, languages()["en"])[0], (
        "of all, so of the oldest"
    )
    assert (stale.freshness, [kiosk.name for kiosk in stale.stale]) == (Freshness.STALE, ["Gate"])
    facts = list_as_facts(stale)
    assert facts["not_heard"] == ["Gate"]
    assert [kiosk["name"] for kiosk in facts["kiosks"]] == ["Gate", "Dock"]
    assert all(kiosk["last_heard"] for kiosk in facts["kiosks"])
    strong, more = belief(stale, languages()["en"])
    assert strong.startswith("May be incomplete: what this kiosk knows and has heard")
    assert more == "Someone may be missing here."


def test_f14_a_kiosk_that_knows_that_it_hears_nothing_calls_its_list_incomplete_at_once(tmp_path: Path) -> None:
    """F14: whoever came to another kiosk meanwhile is not on it; on a kiosk that is alone nobody can be missing."""
    with lone_station(tmp_path) as (lone, station):
        desks = build_desks(station)
        alone = station.evacuation.on_site()
        dock = _kiosk("Dock")
        _publish_kiosks(station, lone, dock)
        _hear(station, dock, seconds_ago=5)
        assert station.evacuation.on_site().freshness is Freshness.COMPLETE
        desks.network.uploads._learn(LinkState.OFFLINE)
        offline = station.evacuation.on_site()
        desks.network.uploads._learn(LinkState.ONLINE)
        assert station.evacuation.on_site().freshness is Freshness.COMPLETE
    assert alone.freshness is Freshness.COMPLETE
    assert (offline.freshness, [kiosk.name for kiosk in offline.stale]) == (Freshness.STALE, ["Dock"])
    assert "Dock last heard" in belief(offline, languages()["en"])[0]


def test_c06_a_clock_set_back_makes_no_kiosk_heard_of_lately(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """C06: a moment that lies ahead tells nothing."""
    with lone_station(tmp_path) as (lone, station):
        dock = _kiosk("Dock")
        _publish_kiosks(station, lone, dock)
        _hear(station, dock, seconds_ago=0)
        past = station.clock.wall_ms() - 3_600_000
        monkeypatch.setattr(SystemClock, "wall_ms", lambda _self: past)
        assert station.evacuation.on_site().freshness is Freshness.STALE


@pytest.mark.parametrize("language", sorted(languages()))
def test_f22_the_new_words_are_there_in_every_language(language: str) -> None:
    """F22."""
    words = languages()[language]
    for key in ("evacuation.shared", "evacuation.incomplete_heard"):
        said = words.say(key, time="08:52")
        assert "08:52" in said
        assert key not in said
    assert words.say("evacuation.shared", time="") != words.say("evacuation.own", time="")


def test_a_second_process_reads_the_list_while_the_kiosk_runs(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (lone, station):
        _arrive(station, "Bram Oakentide")
        with open_station(lone.configuration) as beside:
            assert beside.evacuation.on_site().entries[0].name == "Bram Oakentide"
        _arrive(station, "Sunniva Larkmead")
        assert station.evacuation.on_site().count == 2


def test_the_pdf_is_written_where_asked_and_nowhere_when_there_is_no_place(tmp_path: Path) -> None:
    with lone_station(tmp_path / "data") as (_, station):
        _arrive(station, "Odalys Fernhollow")
        written = station.evacuation.write_pdf(tmp_path / "list.pdf")
        assert written is not None
        assert written.read_bytes().startswith(b"%PDF")
        assert station.evacuation.write_pdf(tmp_path / "missing" / "list.pdf") is None


def test_f14_of_a_pdf_for_which_the_stick_has_no_place_nothing_is_left_and_what_was_there_still_is(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    before = folder / "before.pdf"
    with lone_station(tmp_path / "data") as (_, station):
        _arrive(station, "Odalys Fernhollow")
        assert station.evacuation.write_pdf(before) == before
        whole = before.read_bytes()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # as where a disk is full, after the first page
        try:
            written = [station.evacuation.write_pdf(path) for path in (folder / "after.pdf", before)]
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert written == [None, None]
    assert list(folder.iterdir()) == [before]
    assert before.read_bytes() == whole
    assert len(whole) > 4096


def test_a_pdf_goes_where_a_link_leads_and_into_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    link, real = tmp_path / "link.pdf", tmp_path / "other" / "real.pdf"
    link.symlink_to(real)
    write_whole(link, b"whole")
    write_whole(Path(os.devnull), b"whole")
    assert (link.is_symlink(), real.read_bytes()) == (True, b"whole")
    assert list(real.parent.iterdir()) == [real]


def test_csv_cells_that_a_spreadsheet_would_run_are_made_text(tmp_path: Path) -> None:
    """C35."""
    with lone_station(tmp_path) as (_, station):
        _arrive(station, '=HYPERLINK("https://example.org")')
        listed = station.evacuation.on_site()
    assert "'=HYPERLINK" in list_as_csv(listed)
    assert json.dumps(list_as_facts(listed))


def test_the_database_cannot_be_read_without_its_key(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (_, station):
        _arrive(station, "Odalys Fernhollow")
    plain = sqlite3.connect(tmp_path / "lodge.db")
    with pytest.raises(sqlite3.DatabaseError):
        plain.execute("select count(*) from event")
    plain.close()


def test_on_a_disk_that_refuses_every_write_the_pin_still_opens_the_list_and_still_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03, C38: in a fire the list opens; the counter goes on in memory."""
    with lone_station(tmp_path) as (_, station):
        _arrive(station, "Odalys Fernhollow")

        def refuse(*_: object) -> None:
            raise DiskFullError("full")

        monkeypatch.setattr(station.settings, "put", refuse)
        monkeypatch.setattr(station.log, "append", refuse)
        assert station.evacuation.unlock(PIN) == Unlocked()
        assert station.evacuation.on_site().count == 1
        refusals = [station.evacuation.unlock("000000") for _ in range(TRIES)]
        locked = station.evacuation.unlock(PIN)
    assert [refusal.tries_left for refusal in refusals if isinstance(refusal, PinRefused)] == [4, 3, 2, 1, 0]
    assert isinstance(locked, PinRefused)


def test_a_folder_that_cannot_be_written_is_read_from_a_copy_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C03: SQLite writes to read; where the disk is full or read-only the list comes out all the same."""
    with lone_station(tmp_path) as (lone, station):
        _arrive(station, "Odalys Fernhollow")

    def full_there(configuration: KioskConfiguration) -> AbstractContextManager[Station]:
        if configuration.data_folder == tmp_path:
            raise DiskFullError("full")
        return open_station(configuration)

    monkeypatch.setattr(reading_copy, "open_station", full_there)
    with reading_copy.read_station(lone.configuration) as copied:
        place = copied.configuration.data_folder
        names = [person.name for person in copied.evacuation.on_site().entries]
    assert names == ["Odalys Fernhollow"]
    assert place.is_relative_to("/dev/shm")  # noqa: S108 -- memory, which is the point
    assert not place.exists()


def test_a_database_that_is_gone_is_not_taken_for_a_kiosk_that_never_was(tmp_path: Path) -> None:
    with lone_station(tmp_path) as (lone, _):
        pass
    (tmp_path / "lodge.db").unlink()
    with pytest.raises(KioskError, match="gone"), open_station(lone.configuration):
        pass
