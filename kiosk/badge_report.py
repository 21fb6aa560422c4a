"""The badges of those on site, as facts and as a table for a person at a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kiosk.composition.station import Station
from kiosk.flows.local_time import LocalTime
from kiosk.flows.printing.badge_ledger import BadgeLedger, BadgeRecord
from sync.protocol.codes import readable_code
from sync.protocol.kinds import Kind

_COLUMNS = ("Code", "Name", "Badge", "Printer", "Asked for by", "Why")
_STATES = {Kind.BADGE_PRINTED: "printed", Kind.BADGE_SENT: "sent, unconfirmed"}


def badge_facts(station: Station) -> list[dict[str, Any]]:
    """Everybody on site with their badges, the newest last; ``state`` is ``to come``, ``printed``,
    ``sent, unconfirmed``, ``not printed`` or ``perhaps printed``.

    Raises:
        StorageError: the disk refused.
    """
    ledger = BadgeLedger(station.log, station.settings)
    return [
        {
            "stay": str(stay.id),
            "code": readable_code(stay.id),
            "name": "" if stay.muster is None else stay.muster.name,
            "badges": [_facts(record, station.time) for record in ledger.of_stay(stay.id)],
        }
        for stay in station.roll.on_site()
    ]


def _facts(record: BadgeRecord, time: LocalTime) -> dict[str, Any]:
    outcome = record.outcome
    return {
        "copy": record.key[1],
        "asked": time.at_stamp(record.asked).isoformat(timespec="seconds"),
        "by": record.by,
        "why": record.why,
        "state": _state(record),
        "reason": "" if outcome is None else outcome.reason,
        "printer": "" if outcome is None else outcome.printer,
    }


def _state(record: BadgeRecord) -> str:
    if record.outcome is None or record.owed:
        return "to come"
    if record.outcome.kind is Kind.BADGE_FAILED:
        return "perhaps printed" if record.outcome.unsure else "not printed"
    return _STATES[record.outcome.kind]


def print_badges(people: list[dict[str, Any]], console: Console) -> None:
    """A line for each badge; who has none is there, too."""
    if not people:
        console.print("Nobody is on site.")
        return
    table = Table()
    for heading in _COLUMNS:
        table.add_column(heading)
    for person in people:
        for badge in person["badges"] or [None]:
            table.add_row(*(_plain(cell) for cell in (person["code"], person["name"], *_cells(badge))))
    console.print(table)


def _cells(badge: dict[str, Any] | None) -> tuple[str, str, str, str]:
    if badge is None:
        return "none here", "", "", ""
    state = badge["state"] if badge["copy"] == 1 else f"{badge['copy']}: {badge['state']}"
    if badge["reason"]:
        state = f"{state} ({badge['reason']})"
    return state, badge["printer"], badge["by"], badge["why"]


def _plain(text: str) -> Text:
    """What somebody typed is text: neither rich's markup nor a terminal's commands."""
    return Text("".join(sign for sign in text if sign.isprintable()))
