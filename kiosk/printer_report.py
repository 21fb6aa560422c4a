"""The printers of the lobby that runs, or ran last, as facts and in words."""

from typing import Any

from kiosk.composition.station import Station
from kiosk.flows.printing.printer_records import PrinterRecords


def printer_facts(station: Station) -> list[dict[str, Any]]:
    """Each printer as the lobby last saw it; ``state`` and ``since`` are null where it has not looked yet.

    Raises:
        StorageError: the disk refused.
    """
    return [
        {
            "name": record.name,
            "address": record.address,
            "medium": record.medium,
            "role": record.role,
            "state": None if seen is None else seen.state,
            "since": None if seen is None else station.time.at_ms(seen.since_ms).isoformat(timespec="seconds"),
        }
        for record, seen in PrinterRecords(station.settings, station.clock.wall_ms).read()
    ]


def printer_line(facts: dict[str, Any]) -> str:
    """The same for a person."""
    what = f"{facts['name']}, {facts['role']}, {facts['medium']}"
    if facts["name"] != facts["address"].partition("?")[0]:
        what = f"{what}, {facts['address']}"
    if facts["state"] is None:
        return f"{what}: not looked at yet"
    from printers.dialogues.words import sentence  # noqa: PLC0415 -- they bring Pillow, which no other command needs
    from printers.driver import PrinterState  # noqa: PLC0415 -- as above

    state = PrinterState(facts["state"])
    words = "ready" if state is PrinterState.READY else sentence(state, needed=facts["medium"])
    return f"{what}: {words} (since {facts['since']})"
