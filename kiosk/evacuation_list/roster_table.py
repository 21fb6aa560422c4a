"""The evacuation list for a person at a terminal."""

from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kiosk.evacuation_list.muster_belief import belief
from kiosk.evacuation_list.muster_order import in_muster_order
from kiosk.evacuation_list.remarks import remarks
from kiosk.evacuation_list.since import since_when
from kiosk.ports import EvacuationList, PersonOnSite
from kiosk.words.catalogue import Words, languages

_COLUMNS = ("Zone", "Company", "Visiting", "Since", "")
_WHOLE_NAME = 28
"""A name up to this long is never broken, however narrow the terminal; the other columns give way."""


def print_list(listed: EvacuationList, console: Console) -> None:
    """Print place, moment and count, how far to believe it, and everybody; who needs assistance stands first."""
    english = languages()["en"]
    place = " · ".join(part for part in (listed.organisation, listed.site) if part)
    console.print(Text(f"{place} · {listed.as_of:%H:%M, %d %B %Y}"))
    console.print(Text(f"{listed.count} {english.count('evacuation.count', listed.count)}", style="bold"))
    console.print(Text(" ".join(belief(listed, english)).strip()))
    if not listed.entries:
        return
    rows = [_cells(person, english, listed.as_of) for person in in_muster_order(listed.entries)]
    table = Table()
    table.add_column("Name", min_width=min(_WHOLE_NAME, max(row[0].cell_len for row in rows)))
    for heading in _COLUMNS:
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _cells(person: PersonOnSite, english: Words, now: datetime) -> tuple[Text, ...]:
    name = english.say("evacuation.unnamed") if person.unnamed else person.name
    assistance = [english.say("evacuation.assistance")] if person.needs_assistance else []
    said = " · ".join([*assistance, *remarks(person, english)])
    cells = (name, person.zone, person.company, person.host, since_when(person, english, now), said)
    # What a visitor typed is text: neither rich's markup nor a terminal's commands.
    return tuple(Text("".join(sign for sign in cell if sign.isprintable())) for cell in cells)
