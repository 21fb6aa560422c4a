"""A real station on a temporary folder, enrolled without a cloud."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from kiosk.composition.station import Station, open_station
from kiosk.ports import ArrivalDraft, ConsentGiven, ConsentPurpose
from sync.protocol.feed import PageKind
from workbench.lone_kiosk import LoneKiosk, first_page, make_lone_kiosk, next_page

HASH = "a" * 64


@contextmanager
def lone_station(folder: Path, *, printer: str = "none") -> Iterator[tuple[LoneKiosk, Station]]:
    """Open it; closed at the end."""
    lone = make_lone_kiosk(folder, printer=printer)
    with open_station(lone.configuration) as station:
        yield lone, station


def draft(
    station: Station, name: str = "Odalys Fernhollow", *, assistance: bool = False, photo: bytes | None = None
) -> ArrivalDraft:
    """What a visitor enters, with a host of the directory and both consents."""
    host = station.directory.find_hosts("cald")[0]
    now = station.time.now()
    return ArrivalDraft(
        visitor_type="visitor",
        display_name=name,
        company="Larkspur Looms",
        email="odalys@example.org",
        phone="",
        host_id=host.id,
        host_name=host.name,
        needs_assistance=assistance,
        language="en",
        consents=(
            ConsentGiven(ConsentPurpose.DOCUMENT, "en", now, "site-rules", "3", HASH),
            ConsentGiven(ConsentPurpose.PHOTO, "en", now),
        ),
        photo=photo,
    )


def publish(lone: LoneKiosk, station: Station, content: msgspec.Struct, *, after: PageKind | None = None) -> None:
    """Let the kiosk take a page: its first of that kind, or the one ``after`` what it holds."""
    keys = station.settings.keys_page()
    assert keys is not None
    if after is None:
        station.feed.take(first_page(lone, content), keys[1])
        return
    held = station.database.read("select signed, version from feed_page where kind = ?", (after.value,))[0]
    station.feed.take(next_page(lone, content, version=held["version"] + 1, after=held["signed"]), keys[1])
