"""Reads an evacuation list back from the codes on its paper, and says who signed it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, UnidentifiedImageError

from kiosk.composition.station import Station
from kiosk.errors import KioskError
from kiosk.flows.kiosk_keys import find_kiosk_key
from kiosk.flows.local_time import LocalTime
from sync.protocol.errors import CodeError
from sync.protocol.muster_snapshot import Snapshot, SnapshotPart, check_part, join_parts, read_part

_MOST_BYTES = 64 << 20
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")  # no EPS: Pillow would start an interpreter for it
_MOST_TEXT = 4 << 20


def read_listed(files: Sequence[Path], station: Station) -> Snapshot:
    """The list in these pictures and text files, every part verified by a key of the site.

    Most pages of a list carry no code, so a file may be without one; a code that was to be there is in ``missing``.

    Raises:
        KioskError: a file cannot be read, none holds a code of a list, or a code is not signed by a kiosk of the site.
    """
    parts = [part for file in files for part in _parts(file)]
    if not parts:
        names = ", ".join(map(str, files))
        raise KioskError(f"No code of an evacuation list can be read in {names}.")
    roster, own = station.directory.roster(), station.log.epochs.public_keys()

    def check(part: SnapshotPart) -> None:
        key = find_kiosk_key(part.key_id, own, roster)
        if key is None:
            raise CodeError("it is signed by no kiosk that this one knows")
        check_part(part, key=key, tenant=station.enrolment.tenant)

    try:
        return join_parts(parts, checked=check)
    except CodeError as error:
        raise KioskError(f"This list is not believed: {error}.") from error


def _parts(file: Path) -> list[SnapshotPart]:
    found = []
    for text in _texts(file):
        try:
            found.append(read_part(text))
        except CodeError:
            continue
    return found


def _texts(file: Path) -> list[str]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise KioskError(f"{file} is larger than any picture of a page.")
        with Image.open(file, formats=_FORMATS) as picture:
            grey = picture.convert("L")
    except UnidentifiedImageError:
        return _lines(file)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise KioskError(f"{file} cannot be read: {error}.") from error
    codes = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [code.text for code in codes if code.valid]


def _lines(file: Path) -> list[str]:
    with file.open("rb") as opened:
        text = opened.read(_MOST_TEXT)
    return text.decode("ascii", errors="replace").split("\n")


def snapshot_facts(snapshot: Snapshot, time: LocalTime) -> dict[str, Any]:
    """The list as plain values for JSON; times are ISO 8601 with their offset."""
    head = snapshot.head
    return {
        "site": head.site,
        "as_of": time.at_ms(head.as_of_s * 1000).isoformat(timespec="seconds"),
        "freshness": head.freshness.name.lower(),
        "damaged": head.damaged,
        "unconfirmed": head.unconfirmed,
        "signed_by": snapshot.key_id.hex(),
        "count": snapshot.total,
        "codes_missing": list(snapshot.missing),
        "people": [
            {
                "name": person.name or "unnamed person",
                "company": person.company,
                "host": person.host,
                "zone": person.zone,
                "minutes": person.minutes,
                "needs_assistance": person.assistance,
                "badge": person.readable,
            }
            for person in snapshot.people
        ],
    }


def snapshot_lines(facts: dict[str, Any]) -> list[str]:
    """The same for a person at a terminal; what a visitor typed stays text (C37)."""
    head = f"{facts['site']} as of {facts['as_of']}: {facts['count']} on site, {facts['freshness']}"
    lines = [f"{head}, signed by the key {facts['signed_by']}"]
    if facts["damaged"]:
        lines.append("The kiosk's records were damaged: somebody may be missing.")
    if facts["codes_missing"]:
        missing = ", ".join(map(str, facts["codes_missing"]))
        lines.append(
            f"NOT THE WHOLE LIST: {len(facts['people'])} of {facts['count']} people; codes {missing} are missing."
        )
    for person in facts["people"]:
        needs = " (needs assistance)" if person["needs_assistance"] else ""
        parts = (person["zone"], person["company"], person["host"], person["badge"])
        lines.append(" · ".join([f"{person['name']}{needs}", *(part for part in parts if part)]))
    return ["".join(sign for sign in line if sign.isprintable()) for line in lines]
