"""Who is on site, from the kiosk's own events: it needs neither network nor cloud.

Who was on site up to a place is kept in a table, brought up to date when nobody waits; a read folds those stays and
whatever was touched since, so it costs as much as there are people on site, not as much as was ever recorded. The table
is a hint: a stay that stands there too many is folded and left out, and it is made anew when anything changes in how
far own events are believed (``basis``).
"""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from sync.device.event_log import EventLog
from sync.device.event_rows import read_event
from sync.device.schema import UNINDEXED
from sync.device.standing import Judgement, OwnStanding
from sync.protocol.codes import readable_code
from sync.protocol.events import Event
from sync.protocol.fold import Fact, Standing, Stay, fact, fold
from sync.protocol.kinds import Kind

_FOLDED = (Kind.VISITOR_ARRIVED, Kind.VISITOR_DEPARTED, Kind.DEPARTURE_ASSUMED, Kind.DEPARTURE_REVOKED)
DEPARTURES = (Kind.VISITOR_DEPARTED, Kind.DEPARTURE_ASSUMED)
_DEPARTURES = ", ".join(f"'{kind.value}'" for kind in DEPARTURES)
_KINDS = ", ".join(f"'{kind.value}'" for kind in _FOLDED)
_PAGE = 1000
_MARK = "mark"

MARKED = "coalesce((select place from present_mark where basis = ?), 0)"
OPEN_STAYS = (
    "select stay from present_stay union "  # noqa: S608 -- constant
    f"select stay from event where place > {MARKED} and kind in ({_KINDS}) and stay is not null"
)
"""Every stay that may be open: who was on site at the mark, and all that was touched since; all, on another basis."""


class MusterRoll:
    """Answers from the table and the events after it; right whether or not the table was kept up to date."""

    def __init__(self, log: EventLog, standing: OwnStanding | None = None) -> None:
        """Without a ``standing`` no roster is known: only epochs that were enrolled are believed."""
        self._log = log
        self._database = log.database
        self._standing = (standing or OwnStanding(log)).judge
        log.when_settled(self.advance)

    def stays(self) -> tuple[Stay, ...]:
        """Every stay that the kiosk has events of, present or not, by time of arrival: reads all of them."""
        judged = self._standing()
        return _by_arrival(fold(_facts(self._log.of_kinds(_FOLDED), judged)).values())

    def on_site(self) -> tuple[Stay, ...]:
        """Everybody who has arrived and has no effective departure, by time of arrival."""
        judged = self._standing()
        stays = self._fold(OPEN_STAYS, (basis_of(judged),), judged)
        return tuple(stay for stay in stays if stay.present)

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
            f"select stay from event where {UNINDEXED} and kind = ?",
            (kind, kind),
        )
        known = (UUID(bytes=bytes(row["stay"])) for row in rows)
        return next((self.find(stay) for stay in known if readable_code(stay) == code), None)

    def basis(self) -> str:
        """What the table must have been made by to be worth anything now."""
        return basis_of(self._standing())

    def is_outdated(self) -> bool:
        """Whether the table was made by another basis, so that each read folds everything until ``advance``."""
        mark = self._mark()
        return mark is None or mark[1] != self.basis()

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
        start = mark[0] if mark is not None and mark[1] == basis else 0
        rows = self._database.read(
            "select place from event_index where place > ? order by place limit ?", (start, _PAGE)
        )
        if not rows and mark is not None and mark[1] == basis:
            return False
        end = rows[-1]["place"] if rows else start
        touched = f"select stay from event_index where place > ? and place <= ? and kind in ({_KINDS})"  # noqa: S608 -- constant
        stays = self._fold(touched, (start, end), judged)
        with self._database.transaction() as tables:
            if self._mark() != mark:
                return False
            if start == 0:
                tables.execute("delete from present_stay")
            tables.conn.executemany("delete from present_stay where stay = ?", [(stay.id.bytes,) for stay in stays])
            present = [(stay.id.bytes,) for stay in stays if stay.present]
            tables.conn.executemany("insert into present_stay (stay) values (?)", present)
            tables.table("present_mark").upsert({"name": _MARK, "place": end, "basis": basis}, pk="name")
        return len(rows) == _PAGE

    def _mark(self) -> tuple[int, str] | None:
        rows = self._database.read("select place, basis from present_mark where name = ?", (_MARK,))
        return (rows[0]["place"], rows[0]["basis"]) if rows else None

    def _fold(self, stays: str, values: tuple[object, ...], judged: dict[str, Judgement]) -> tuple[Stay, ...]:
        """Fold all events of the stays that a query names: one statement, so one moment of the database."""
        rows = self._database.read(
            f"with wanted(stay) as materialized ({stays}) "  # noqa: S608 -- constant
            f"select header, muster, case when kind in ({_DEPARTURES}) then full end as full from event "
            "where place in ("
            f"select place from event_index where stay in (select stay from wanted) and kind in ({_KINDS}) union all "
            f"select place from event where {UNINDEXED} and kind in ({_KINDS}) and stay in (select stay from wanted)"
            ") order by place",
            values,
        )
        return _by_arrival(fold(_facts(map(read_event, rows), judged)).values())


def basis_of(judged: dict[str, Judgement]) -> str:
    """One text for all judgements. An epoch of which nothing is believed yet adds nothing: its start changes none."""
    return sha256("".join(judgement.basis() for judgement in judged.values()).encode()).hexdigest()


def _facts(events: Iterable[Event], judged: dict[str, Judgement]) -> list[Fact]:
    return [fact(event, _standing(event, judged)) for event in events]


def _standing(event: Event, judged: dict[str, Judgement]) -> Standing:
    """The cloud quarantines a departure with a faulty body, so here too it takes nobody off. Arrivals always count."""
    judgement = judged.get(event.header.epoch)
    standing = Standing.UNCONFIRMED if judgement is None else judgement.of(event.header.seq)
    return Standing.QUARANTINED if standing is Standing.CLEAR and is_spoilt_departure(event) else standing


def is_spoilt_departure(event: Event) -> bool:
    """Whether this is a departure that counts for nothing, because its bodies are not what its kind asks for."""
    return event.header.kind in DEPARTURES and event.fault() is not None


def _by_arrival(stays: Iterable[Stay]) -> tuple[Stay, ...]:
    return tuple(sorted(stays, key=_arrival))


def _arrival(stay: Stay) -> tuple[str, str]:
    return ("" if stay.arrived is None else stay.arrived.header.hlc, str(stay.id))
