"""What the feed's page of commands asks of this kiosk: each is obeyed once, and what became of it is an event (ADR 57).

A stepper. It acts on what the cloud has confirmed in this run, by a clock that is believed, and never on a command
that it cannot verify. What must end the program (a restart, a wipe) is only asked for here.
"""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from sync.device.clock import DeviceClock
from sync.device.closing import closing_acts
from sync.device.epochs import ASKED
from sync.device.event_log import EventLog
from sync.device.feed_store import FeedStore
from sync.device.muster_roll import MusterRoll
from sync.device.photo_stop import PhotoStop
from sync.device.settings import Enrolment, Settings, put_setting
from sync.device.tables import Tables
from sync.protocol import jws
from sync.protocol.chain import Act
from sync.protocol.errors import ProtocolError
from sync.protocol.feed import Commands, PageKind, SentCommand
from sync.protocol.feed.orders import Command, KnownOrder, open_command
from sync.protocol.hlc import ClockQuality
from sync.protocol.keyspage import KeyUse
from sync.protocol.kinds import CommandAnsweredFull, Kind

PAUSE_SECONDS = 2.0
OBEYED, EXPIRED, UNKNOWN = "obeyed", "expired", "unknown"
_DONE, _BEGUN = b"answered", b"begun"
_WIPE = "wipe-begun"

Write = Callable[[Tables], None]


class EndOfProgram(Protocol):
    """Whoever runs the program can be asked for its end."""

    def restart(self) -> None:
        """End as soon as nobody is in the middle of something, to be started anew."""
        ...

    def wipe(self) -> None:
        """End at once, and leave nothing."""
        ...


class Obeying:
    """Obeys. ``heard``: whether the cloud's feed has answered in this run; ``recorded`` is called after each answer, to
    wake the uploader.
    """

    def __init__(  # noqa: PLR0913 -- one part each
        self,
        *,
        log: EventLog,
        roll: MusterRoll,
        feed: FeedStore,
        enrolment: Enrolment,
        clock: DeviceClock,
        photos: PhotoStop,
        heard: Callable[[], bool],
        end: EndOfProgram,
        recorded: Callable[[], None] = lambda: None,
    ) -> None:
        self._log = log
        self._roll = roll
        self._feed = feed
        self._enrolment = enrolment
        self._clock = clock
        self._photos = photos
        self._heard = heard
        self._end = end
        self._recorded = recorded
        self._settings = Settings(log.database)
        self._seen: Commands | None = None
        self._current = False
        self.refused = 0
        """How many commands could not be verified, for logs."""

    def step(self) -> float:
        """Look at a new page; returns the seconds until the next look.

        Raises:
            StorageError: the disk refused; what is left is done by a later step.
        """
        self._current = self._current or self._heard()
        page = self._feed.content(PageKind.COMMANDS, Commands)
        ready = self._current and self._clock.quality() is not ClockQuality.UNSYNCED
        if page is None or page is self._seen or not ready:
            return PAUSE_SECONDS
        commands = [command for sent in page.commands if (command := self._open(sent)) is not None]
        for command in sorted(commands, key=lambda command: (command.issued_ms, command.id)):
            self._answer(command)
        self._seen = page
        return PAUSE_SECONDS

    def _open(self, sent: SentCommand) -> Command | None:
        """The command, if it is one for this kiosk by the organisation's command key."""
        keys, own = self._settings.keys_page(), self._enrolment
        if keys is None:
            return None
        try:
            kid = jws.read_header(sent.signed, what="a command").kid
            key = keys[1].find(KeyUse.COMMAND, kid)
            command = open_command(sent.signed, key=key, tenant=own.tenant, site=own.site)
        except ProtocolError:
            self.refused += 1
            return None
        return command if command.kiosk in (None, own.kiosk) else None

    def _answer(self, command: Command) -> None:
        mark = self._settings.get(_mark(command.id))
        if mark == _DONE:
            return
        if mark == _BEGUN:
            self._record(command, OBEYED)  # a power cut came between the new epoch and its answer
        elif command.expires_ms <= self._clock.wall_ms():
            self._record(command, EXPIRED)
        else:
            self._obey(command)

    def _obey(self, command: Command) -> None:
        match command.order:
            case KnownOrder.RESTART:
                self._record(command, OBEYED)
                self._end.restart()
            case KnownOrder.WIPE:
                self._record(command, OBEYED, _begin_wipe)
                self._end.wipe()
            case KnownOrder.BEGIN_EPOCH:
                self._begin_epoch(command)
            case KnownOrder.STOP_PHOTOS | KnownOrder.ALLOW_PHOTOS:
                stopped = command.order == KnownOrder.STOP_PHOTOS
                self._record(command, OBEYED, lambda tables: self._photos.write(tables, stopped=stopped))
                self._photos.forget()
            case KnownOrder.CLOSE_STAY:
                self._close(command)
            case _:
                self._record(command, UNKNOWN)

    def _close(self, command: Command) -> None:
        with self._log.database.lock:  # whoever leaves meanwhile does so before or after this, not in between
            acts = closing_acts(command.arguments, self._roll)
            self._record(command, UNKNOWN if acts is None else OBEYED, acts=acts or ())

    def _begin_epoch(self, command: Command) -> None:
        def note(tables: Tables) -> None:
            put_setting(tables, _mark(command.id), _BEGUN)

        while not self._log.begin_epoch(ASKED, after=self._log.epochs.current, beside=note):
            pass  # another thread has begun one just now, for another reason
        self._record(command, OBEYED)

    def _record(
        self, command: Command, outcome: str, write: Write = lambda _tables: None, *, acts: Sequence[Act] = ()
    ) -> None:
        """The answer, its mark and what was ordered, in one transaction."""
        full = CommandAnsweredFull(command=command.id, order=command.order, outcome=outcome)

        def beside(tables: Tables, _events: object) -> None:
            put_setting(tables, _mark(command.id), _DONE)
            write(tables)

        self._log.append([*acts, Act(Kind.COMMAND_ANSWERED, None, full=full)], beside=beside)
        self._recorded()


def wipe_was_begun(settings: Settings) -> bool:
    """Whether this kiosk was told to wipe itself, and has said that it does: nothing else is to be done with it.

    Raises:
        StorageError: the disk refused.
    """
    return settings.get(_WIPE) is not None


def _begin_wipe(tables: Tables) -> None:
    put_setting(tables, _WIPE, b"1")


def _mark(command: UUID) -> str:
    return f"command:{command}"
