"""The badge ledger: what the event log says of badges, and the only hand that writes it (C41, ADR 87).

A badge is a stay and its how manieth. It is *owed* from its request until it was printed, sent, or given up; a failure
that only holds it (no paper, cover open) changes nothing about that. The fold does not depend on order, so events that
were recorded again after a salvage count once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from kiosk.flows.printing.badge_job import BadgeKey
from kiosk.flows.printing.badge_marks import BadgeMarks
from sync.device.errors import StorageError, UnfitActError
from sync.device.event_log import EventLog
from sync.device.settings import Settings
from sync.protocol.chain import Act
from sync.protocol.errors import EncodingError
from sync.protocol.events import Event
from sync.protocol.exact_json import read
from sync.protocol.kinds import BadgeOutcomeFull, BadgeRequestedFull, Kind

BADGE_KINDS = (Kind.BADGE_REQUESTED, Kind.BADGE_PRINTED, Kind.BADGE_SENT, Kind.BADGE_FAILED)
INTERRUPTED = "interrupted"
_SETTLED = "badges-settled"
_LEGACY_FINAL = ("abandoned", "layout")
_WORTH_SAVING = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last thing that is known of a badge. ``kind`` is printed, sent or failed; ``final``: nothing more comes."""

    kind: Kind
    printer: str = ""
    reason: str = ""
    unsure: bool = False
    abandoned: bool = False

    @property
    def final(self) -> bool:
        """Whether nothing is owed any more."""
        if self.kind is not Kind.BADGE_FAILED or self.unsure or self.abandoned:
            return True
        return self.reason.startswith(_LEGACY_FINAL)


@dataclass(frozen=True, slots=True)
class BadgeRecord:
    """A badge by its ledger. ``asked`` is the request's clock stamp; ``by`` and ``why`` are empty where nobody of the
    staff asked for it.
    """

    key: BadgeKey
    asked: str
    by: str = ""
    why: str = ""
    outcome: Outcome | None = None

    @property
    def owed(self) -> bool:
        """Whether it is still to be printed."""
        return self.outcome is None or not self.outcome.final


class BadgeLedger:
    """Reads and writes it. Any thread may ask; other programs may write meanwhile."""

    def __init__(self, log: EventLog, settings: Settings) -> None:
        self._log = log
        self._settings = settings
        self.marks = BadgeMarks(settings)
        self._read_to = self._tidied = 0

    @property
    def kiosk(self) -> UUID:
        """Whose ledger this is."""
        return self._log.kiosk

    def owed(self) -> list[BadgeRecord]:
        """Every badge that is owed, oldest request first; reads what was recorded since all before was settled.

        Raises:
            StorageError: the disk refused.
        """
        self._tidied = self._settled()
        self._read_to, events = self._log.of_kinds_after(BADGE_KINDS, self._tidied)
        return sorted(self._still_owed(events), key=lambda record: record.asked)

    def news(self) -> list[BadgeRecord]:
        """Badges that somebody of the staff asked for, in whatever program, since this or ``owed`` was asked last.
        Those of check-ins are not among them: whoever recorded one queues it, with its photo.

        Raises:
            StorageError: the disk refused; ask again.
        """
        read_to, events = self._log.of_kinds_after(BADGE_KINDS, self._read_to)
        self._read_to = read_to
        return [record for record in self._still_owed(events) if record.by]

    def _still_owed(self, events: Iterable[Event]) -> list[BadgeRecord]:
        """What a part of the log asks for may be settled in another: a request that was recorded again after a salvage
        stands after its outcome.
        """
        wanted = [record.key for record in fold_badges(events) if record.owed]
        whole = {record.key: record for stay in {stay for stay, _ in wanted} for record in self.of_stay(stay)}
        return [whole[key] for key in wanted if key in whole and whole[key].owed]

    def of_stay(self, stay: UUID) -> list[BadgeRecord]:
        """A stay's badges, the first one first.

        Raises:
            StorageError: the disk refused.
        """
        events = [event for event in self._log.of_stay(stay) if event.header.kind in BADGE_KINDS]
        return sorted(fold_badges(events), key=lambda record: record.key[1])

    def tidy(self) -> None:
        """Now and then, note up to where all is settled: the next start need not read that again.

        Raises:
            StorageError: the disk refused; the next start reads more.
        """
        if self._read_to - self._tidied < _WORTH_SAVING:
            return
        read_to, events = self._log.of_kinds_after(BADGE_KINDS, self._settled())
        if not any(record.owed for record in fold_badges(events)):
            self._settings.put(_SETTLED, str(read_to).encode())
        self._tidied = read_to

    def settle(self, badge: BadgeKey, outcome: Outcome) -> bool:
        """Record a final outcome and clear the mark, in one transaction; ``False`` where the disk refused both: then
        the mark stays, so that a restart does not print again either.
        """
        return self._record(badge, outcome, clear=True)

    def hold(self, badge: BadgeKey, printer: str, reason: str) -> bool:
        """Record that a badge could not be printed yet."""
        return self._record(badge, Outcome(Kind.BADGE_FAILED, printer, reason), clear=False)

    def ask_again(self, badge: BadgeKey, *, medium: str, by: str, why: str) -> None:
        """Record the wish for a reprint.

        Raises:
            StorageError: the disk refused; nothing was recorded.
            UnfitActError: a text is too long.
        """
        stay, copy = badge
        full = BadgeRequestedFull(medium=medium, photo=False, copy=copy, by=by, why=why)
        self._log.append([Act(Kind.BADGE_REQUESTED, stay, full=full)])

    def _settled(self) -> int:
        raw = self._settings.get(_SETTLED)
        return 0 if raw is None else int(raw)

    def _record(self, badge: BadgeKey, outcome: Outcome, *, clear: bool) -> bool:
        stay, copy = badge
        full = BadgeOutcomeFull(
            printer=outcome.printer,
            reason=outcome.reason[:200],
            unsure=outcome.unsure,
            copy=copy,
            abandoned=outcome.abandoned,
        )
        act = Act(outcome.kind, stay, full=full)
        try:
            self._log.append([act], beside=self.marks.clearing(badge) if clear else None)
        except (StorageError, UnfitActError):
            return False
        return True


def fold_badges(events: Iterable[Event]) -> list[BadgeRecord]:
    """Every badge that these events ask for, with the last that they say of it; a final outcome is never undone.

    A request without a body was erased, or is older than anybody waits for: nothing is owed. So is an outcome.
    """
    asked: dict[BadgeKey, BadgeRecord] = {}
    known: dict[BadgeKey, Outcome] = {}
    for event in sorted(events, key=lambda event: event.header.hlc):
        stay = event.header.stay
        if stay is None:
            continue
        if event.header.kind == Kind.BADGE_REQUESTED:
            request = _body(event, BadgeRequestedFull)
            if request is not None:
                key = stay, request.copy
                asked.setdefault(key, BadgeRecord(key, event.header.hlc, request.by, request.why))
            continue
        key, outcome = _outcome(event, stay)
        before = known.get(key)
        if before is None or not before.final:
            known[key] = outcome
    return [
        BadgeRecord(record.key, record.asked, record.by, record.why, known.get(key)) for key, record in asked.items()
    ]


def _outcome(event: Event, stay: UUID) -> tuple[BadgeKey, Outcome]:
    kind = Kind(event.header.kind)
    told = _body(event, BadgeOutcomeFull)
    if told is None:
        return (stay, 1), Outcome(kind, abandoned=True)
    return (stay, told.copy), Outcome(kind, told.printer, told.reason, told.unsure, told.abandoned)


def _body(event: Event, shape: type[T]) -> T | None:
    if event.full is None:
        return None
    try:
        return read(event.full.bytes(), shape, what="a badge's record")
    except EncodingError:
        return None
