"""The evacuation list: from what the kiosk has recorded and heard, without a network, and honest about what it cannot
know.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.flows.directory import FeedDirectory
from kiosk.flows.list_doubt import ListDoubt
from kiosk.flows.local_time import LocalTime
from kiosk.flows.people_on_site import person_on_site
from kiosk.flows.pin_lock import PinLock
from kiosk.ports import EvacuationList, Freshness, KioskHeard, PinRefused, Unlocked
from kiosk.whole_file import write_whole
from kiosk.words.catalogue import Words, languages
from sync.device.errors import StorageError, WrongKeyError
from sync.device.event_log import EventLog
from sync.device.muster_asker import can_speak
from sync.device.muster_roll import MusterRoll
from sync.device.settings import Enrolment
from sync.protocol.chain import Act
from sync.protocol.kinds import Kind, RollCallFull

_SAVED_FOR = timedelta(seconds=30)
"""How long what was saved of damaged records is shown before it is read out of them again."""
LATELY = timedelta(minutes=3)
"""As long as a kiosk may be silent before the cloud's board, too, calls it quiet."""


class EvacuationDesk:
    """The kiosk's ``Evacuation``.

    ``doubt`` tells why the list may be wrong; ``export_folder`` where a PDF may be written now, if anywhere.
    """

    def __init__(
        self,
        *,
        log: EventLog,
        roll: MusterRoll,
        directory: FeedDirectory,
        enrolment: Enrolment,
        lock: PinLock,
        time: LocalTime,
        doubt: Callable[[], ListDoubt],
        export_folder: Callable[[], Path | None],
    ) -> None:
        self._log = log
        self._roll = roll
        self._directory = directory
        self._enrolment = enrolment
        self._lock = lock
        self._time = time
        self._doubt = doubt
        self._export_folder = export_folder
        self._saved: EvacuationList | None = None
        self.damaged = False
        """Whether what is read here is all that could be saved of damaged records."""
        self.offline: Callable[[], bool] = lambda: False
        """Whether this kiosk knows that it cannot hear of the others now."""
        self.rescue: Callable[[], EvacuationList | None] | None = None
        """Gives what can be saved of the list where the kiosk's database is damaged (C05)."""

    def unlock(self, pin: str) -> Unlocked | PinRefused:
        """Check the PIN and record who is listed, or that it was refused."""
        if self._lock.check(pin):
            with suppress(StorageError):
                self._record(Act(Kind.ROLLCALL_OPENED, None, full=RollCallFull(listed=len(self._roll.people()))))
            known = self._directory.staff_pin(self._lock.matched)
            return Unlocked() if known is None else Unlocked(by=known.id, scopes=frozenset(known.scopes))
        self._record(Act(Kind.STAFF_REFUSED, None))
        until = self._lock.locked_until_ms()
        return PinRefused(
            tries_left=0 if until is not None else self._lock.tries_left(),
            locked_until=None if until is None else self._time.at_ms(until),
        )

    def on_site(self) -> EvacuationList:
        """Everybody who may be in the building; of a damaged database, whoever can be read."""
        try:
            return self._own_list()
        except WrongKeyError:
            if self.rescue is None:
                raise
        now = self._time.now()
        if self._saved is None or now - self._saved.as_of > _SAVED_FOR:
            nobody = EvacuationList("", "", (), as_of=now, freshness=Freshness.UNKNOWN, damaged=True)
            self._saved = self.rescue() or nobody
        return self._saved

    def _own_list(self) -> EvacuationList:
        organisation = self._directory.organisation()
        doubt = self._doubt()
        expired = doubt.expired_ms
        freshness, stale, heard = self._freshness(doubt)
        since = doubt.missing_since_ms
        people = [person_on_site(stays, self._time) for stays in self._roll.people()]
        return EvacuationList(
            organisation=organisation.name,
            site=organisation.site,
            entries=tuple(people),
            as_of=self._time.now(),
            freshness=freshness if since is None else Freshness.UNKNOWN,
            stale=stale,
            heard=heard,
            unchecked_since=None if since is None else self._time.at_ms(since),
            unconfirmed=doubt.unconfirmed,
            expired_since=None if expired is None else self._time.at_ms(expired),
            damaged=self.damaged,
        )

    def silent(self) -> tuple[str, ...]:
        """The names of kiosks of the site that were not heard lately."""
        return tuple(kiosk.name for kiosk in self._freshness(self._doubt())[1])

    def write_pdf(self, path: Path | None = None) -> Path | None:
        """Write the list; ``None`` when there is nowhere to write it or the medium refused: no part of it is left."""
        listed = self.on_site()
        target = path or self._default_path(listed.as_of)
        if target is None:
            return None
        from kiosk.paper.evacuation_pdf import evacuation_pdf  # noqa: PLC0415 -- the list on screen needs no ReportLab

        try:
            write_whole(target, evacuation_pdf(listed, self.words()))
        except OSError:
            return None
        return target

    def _default_path(self, now: datetime) -> Path | None:
        folder = self._export_folder()
        return None if folder is None else folder / f"evacuation-{now:%Y%m%d-%H%M%S}.pdf"

    def words(self) -> Words:
        """The site's first language that the kiosk speaks."""
        configuration = self._directory.configuration()
        spoken = languages()
        wanted = () if configuration is None else configuration.languages
        return next((spoken[code] for code in wanted if code in spoken), spoken["en"])

    def _freshness(self, doubt: ListDoubt) -> tuple[Freshness, tuple[KioskHeard, ...], tuple[KioskHeard, ...]]:
        """Complete only where every other kiosk was heard of lately, by a roster of these days, and nothing keeps this
        one from hearing more; then those that were not, and those that were.
        """
        roster = self._directory.roster()
        if roster is None:
            return Freshness.UNKNOWN, (), ()
        now, expired = self._time.now(), doubt.expired_ms is not None
        kiosks = [
            KioskHeard(entry.name, None if (at := doubt.heard_ms.get(entry.kiosk)) is None else self._time.at_ms(at))
            for entry in sorted(roster.kiosks, key=lambda entry: entry.name)
            if entry.kiosk != self._enrolment.kiosk and can_speak(entry)
        ]
        lately = timedelta() if self.offline() else LATELY
        heard = tuple(kiosk for kiosk in kiosks if kiosk.last_heard and abs(now - kiosk.last_heard) < lately)
        stale = tuple(kiosk for kiosk in kiosks if kiosk not in heard)
        return (Freshness.STALE if stale or expired else Freshness.COMPLETE), stale, heard

    def _record(self, act: Act) -> None:
        """The list must open in a fire even when the disk is full."""
        try:
            self._log.append([act])
        except StorageError:
            return
