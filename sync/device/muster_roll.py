"""Who is on site, from the kiosk's own events and what it has heard of others': it needs neither network nor cloud.

Who was on site up to a place is kept in a table, brought up to date when nobody waits; a read folds those stays and
whatever was touched since, so it costs as much as there are people on site, not as much as was ever recorded. The table
is a hint: a stay that stands there too many is folded and left out, and it is made anew when anything changes in how
far own events are believed (``basis``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sync.device.event_log import EventLog
from sync.device.event_rows import read_event
from sync.device.heard_events import Doubt
from sync.device.heard_standing import HeardJudgement, HeardStanding
from sync.device.rows import put_row
from sync.device.schema import UNINDEXED
from sync.device.standing import Judgement, OwnStanding
from sync.protocol.codes import readable_code
from sync.protocol.events import Event
from sync.protocol.fold import Fact, Standing, Stay, fact, fold
from sync.protocol.kinds import Kind
from sync.protocol.people import people

_FOLDED = (Kind.VISITOR_ARRIVED, Kind.VISITOR_DEPARTED, Kind.DEPARTURE_ASSUMED, Kind.DEPARTURE_REVOKED)
DEPARTURES = (Kind.VISITOR_DEPARTED, Kind.DEPARTURE_ASSUMED)
_DEPARTURES = ", ".join(f"'{kind.value}'" for kind in DEPARTURES)
_KINDS = ", ".join(f"'{kind.value}'" for kind in _FOLDED)
_PAGE = 1000
_MARK = "mark"
_HEARD = "select header, muster, null as full, doubt from heard_event"
_WORSE = list(Standing).index

OPEN_STAYS = (
    "with mark(own, heard) as materialized (select coalesce(max(place), 0), "  # noqa: S608 -- constant
    "case when count(*) then coalesce((select max(place) from heard_mark), 0) else 0 end "
    "from present_mark where basis = ?) "
    "select stay from present_stay union "
    "select event.stay from mark cross join event "
    f"where event.place > mark.own and kind in ({_KINDS}) and event.stay is not null union "
    "select heard_event.stay from mark cross join heard_event "
    f"where heard_event.place > mark.heard and kind in ({_KINDS}) and heard_event.stay is not null"
)
"""Every stay that may be open: who was on site at the mark, and all that was touched since; all, on another basis."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where the table is made, and by which basis."""

    own: int
    heard: int
    basis: str


@dataclass(frozen=True, slots=True)
class Judged:
    """How far own and heard events are believed."""

    own: dict[str, Judgement]
    heard: HeardJudgement


class MusterRoll:
    """Answers from the table and the events after it; right whether or not the table was kept up to date."""

    def __init__(self, log: EventLog, standing: OwnStanding | None = None) -> None:
        """Without a ``standing`` no roster is known: only epochs that were enrolled are believed."""
        self._log = log
        self._database = log.database
        self._own = standing or OwnStanding(log)
        self._heard = HeardStanding(log.database, self._own.roster, self._own.lines)
        log.when_settled(self.advance)

    def _standing(self) -> Judged:
        return Judged(self._own.judge(), self._heard.judge())

    def stays(self) -> tuple[Stay, ...]:
        """Every stay that the kiosk has events of, present or not, by time of arrival: reads all of them."""
        with self._database.lock:
            judged = self._standing()
            rows = self._database.read(f"{_HEARD} where kind in ({_KINDS})")
            own = [fact(event, _standing(event, judged.own)) for event in self._log.of_kinds(_FOLDED)]
        return _by_arrival(fold([*own, *_facts(rows, judged)]).values())

    def on_site(self) -> tuple[Stay, ...]:
        """Everybody who has arrived and has no effective departure, by time of arrival."""
        judged = self._standing()
        stays = self._fold(OPEN_STAYS, (basis_of(judged),), judged)
        return tuple(stay for stay in stays if stay.present)

    def people(self) -> tuple[tuple[Stay, ...], ...]:
        """Everybody on site by their open stays, both by time of arrival: most have one (ADR 107)."""
        return people(self.on_site(), _came)

    def find(self, stay: UUID) -> Stay | None:
        """One stay, present or not, or ``None`` when the kiosk knows nothing of it."""
        return next(iter(self._fold("select ?", (stay.bytes,), self._standing())), None)

    def find_readable(self, code: str) -> Stay | None:
        """The stay whose badge has this readable code: of those on site first, else of all that ever arrived."""
        present = next((stay for stay in self.on_site() if readable_code(stay.id) == code), None)
        if present is not None:
            return present
        kind = Kind.VISITOR_ARRIVED.value
        rows = self._database.read(
            "select stay from event_index where kind = ? union "  # noqa: S608 -- constant
            f"select stay from event where {UNINDEXED} and kind = ? union "
            "select stay from heard_event where kind = ?",
            (kind, kind, kind),
        )
        known = (UUID(bytes=bytes(row["stay"])) for row in rows)
        return next((self.find(stay) for stay in known if readable_code(stay) == code), None)

    def basis(self) -> str:
        """What the table must have been made by to be worth anything now."""
        return basis_of(self._standing())

    def parted_epochs(self) -> frozenset[str]:
        """The heard epochs of which two histories are known."""
        return frozenset(kid for kid, key in self._standing().heard.keys.items() if key.forked)

    def is_outdated(self) -> bool:
        """Whether the table was made by another basis, so that each read folds everything until ``advance``, or
        something was heard since.
        """
        mark = self._mark()
        return mark is None or mark.basis != self.basis() or mark.heard < self._newest_heard()

    def advance(self) -> None:
        """Bring the table up to date, a page of events at a time; call it when nobody waits.

        Raises:
            StorageError: the disk refused; reads stay right.
        """
        while self._advance_page():
            pass

    def _advance_page(self) -> bool:
        """Fold what one page of events touched. ``False``: up to date, or somebody else is at it."""
        judged = self._standing()
        basis, mark = basis_of(judged), self._mark()
        valid = mark is not None and mark.basis == basis
        start = mark if mark is not None and valid else Mark(0, 0, basis)
        own, heard = self._page("event_index", start.own), self._page("heard_event", start.heard)
        if not own and not heard and valid:
            return False
        end = Mark(own[-1] if own else start.own, heard[-1] if heard else start.heard, basis)
        touched = (
            f"select stay from event_index where place > ? and place <= ? and kind in ({_KINDS}) union "  # noqa: S608 -- constant
            f"select stay from heard_event where place > ? and place <= ? and kind in ({_KINDS}) and stay is not null"
        )
        stays = self._fold(touched, (start.own, end.own, start.heard, end.heard), judged)
        with self._database.transaction() as tables:
            if self._mark() != mark:
                return False
            if not valid:
                tables.execute("delete from present_stay")
            tables.execute_many("delete from present_stay where stay = ?", [(stay.id.bytes,) for stay in stays])
            present = [(stay.id.bytes,) for stay in stays if stay.present]
            tables.execute_many("insert into present_stay (stay) values (?)", present)
            put_row(tables, "present_mark", {"name": _MARK, "place": end.own, "basis": basis}, key="name")
            put_row(tables, "heard_mark", {"name": _MARK, "place": end.heard}, key="name")
        return _PAGE in (len(own), len(heard))

    def _page(self, table: str, start: int) -> list[int]:
        rows = self._database.read(
            f"select place from {table} where place > ? order by place limit ?",  # noqa: S608 -- one of two names
            (start, _PAGE),
        )
        return [row["place"] for row in rows]

    def _newest_heard(self) -> int:
        return int(self._database.read("select coalesce(max(place), 0) as place from heard_event")[0]["place"])

    def _mark(self) -> Mark | None:
        rows = self._database.read(
            "select place, basis, coalesce((select max(place) from heard_mark), 0) as heard from present_mark "
            "where name = ?",
            (_MARK,),
        )
        return Mark(rows[0]["place"], rows[0]["heard"], rows[0]["basis"]) if rows else None

    def _fold(self, stays: str, values: tuple[object, ...], judged: Judged) -> tuple[Stay, ...]:
        """Fold all events of the stays that a query names: one statement, so one moment of the database."""
        rows = self._database.read(
            f"with wanted(stay) as materialized ({stays}) "  # noqa: S608 -- constant
            f"select header, muster, case when kind in ({_DEPARTURES}) then full end as full, null as doubt from event "
            "where place in ("
            f"select place from event_index where stay in (select stay from wanted) and kind in ({_KINDS}) union all "
            f"select place from event where {UNINDEXED} and kind in ({_KINDS}) and stay in (select stay from wanted)"
            f") union all {_HEARD} where stay in (select stay from wanted) and kind in ({_KINDS})",
            values,
        )
        return _by_arrival(fold(_facts(rows, judged)).values())


def basis_of(judged: Judged) -> str:
    """One text for all judgements. An epoch of which nothing is believed yet adds nothing: its start changes none."""
    own = "".join(judgement.basis() for judgement in judged.own.values())
    return sha256(f"{own}{judged.heard.basis()}".encode()).hexdigest()


def _facts(rows: Iterable[dict[str, Any]], judged: Judged) -> list[Fact]:
    """Rows of both tables; those of heard events have a ``doubt``."""
    return [_fact(read_event(row), row["doubt"], judged) for row in rows]


def _fact(event: Event, doubt: int | None, judged: Judged) -> Fact:
    if doubt is None:
        return fact(event, _standing(event, judged.own))
    by_key = judged.heard.of(event.header.epoch, event.header.seq, event.hash)
    return fact(event, max(by_key, Doubt(doubt).standing, key=_WORSE))


def _standing(event: Event, judged: dict[str, Judgement]) -> Standing:
    """The cloud quarantines a departure with a faulty body, so here too it takes nobody off. Arrivals always count."""
    judgement = judged.get(event.header.epoch)
    standing = Standing.UNCONFIRMED if judgement is None else judgement.of(event.header.seq)
    return Standing.QUARANTINED if standing is Standing.CLEAR and is_spoilt_departure(event) else standing


def is_spoilt_departure(event: Event) -> bool:
    """Whether this is a departure that counts for nothing, because its bodies are not what its kind asks for."""
    return event.header.kind in DEPARTURES and event.fault() is not None


def _came(stay: Stay) -> tuple[UUID | None, str]:
    muster = stay.muster
    return (None, "") if muster is None else (muster.invitation, muster.name)


def _by_arrival(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    return tuple(sorted(stays, key=_arrival))


def _arrival(stay: Stay) -> tuple[str, str]:
    return ("" if stay.arrived is None else stay.arrived.header.hlc, str(stay.id))
