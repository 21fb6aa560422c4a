"""How this kiosk is, for staff: what is in order, what is not, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kiosk.navigation import Act
from kiosk.ports import BadgeTest, CameraState, KioskCondition, PrinterNow, Room
from kiosk.presenters.sheets import Sheet, SheetChoice, SheetState, Weight
from kiosk.presenters.staff_room import PRINTER
from kiosk.presenters.turn import Turn

REFRESH_SECONDS = 2.0
_CLOUD = "cloud-upload-outline"


class Standing(StrEnum):
    """Whether something is in order: told by icon and words, and only then by colour."""

    GOOD = "good"
    WAITING = "waiting"
    WRONG = "wrong"
    LEFT_OUT = "left-out"
    """There is none, as somebody has set it: nothing to see to."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One part of the kiosk."""

    id: str
    title: str
    second: str
    icon: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class DeviceState:
    """The whole screen; no rows while nothing was read yet; ``test`` is empty where no test badge can be printed."""

    title: str
    lead: str
    rows: tuple[DeviceRow, ...]
    restart: str
    test: str = ""


class DevicePresenter:
    """Reads the condition every two seconds, off the drawing thread."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._condition: KioskCondition | None = None
        self._reading = False
        self._sure = False
        self._restarting = False
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Look, and keep looking; the camera is tried out meanwhile."""
        self._turn.ports.camera.start()
        self._read()
        self._stop = self._turn.every(REFRESH_SECONDS, self._read)

    def hidden(self) -> None:
        """Let go of the camera."""
        self._stop()
        self._sure = False
        self._turn.ports.camera.stop()

    def _read(self) -> bool:
        if not self._reading:
            self._reading = True
            self._turn.work(self._turn.ports.conditions.read, self._heard)
        return True

    def _heard(self, condition: KioskCondition) -> None:
        self._reading = False
        self._condition = condition
        self._turn.changed()

    def test(self) -> None:
        """Print a test badge on each printer, for whoever may see to the printers."""
        if self._may_test:
            self._turn.ports.conditions.test_badges()
            self._read()

    @property
    def _may_test(self) -> bool:
        staff, now = self._turn.given.staff, self._condition
        return staff is not None and PRINTER in staff.scopes and now is not None and bool(now.printers)

    def restart(self) -> None:
        """Ask whether the kiosk is to be started anew."""
        self._sure = True
        self._turn.changed()

    def close_sheet(self) -> None:
        """Leave it running."""
        self._sure = False

    def choose(self, choice: str) -> None:
        """Take a choice of the sheet that is up."""
        if choice == "restart.sure" and self._sure and not self._restarting:
            self._restarting = True
            self._turn.ports.conditions.restart()
            self._turn.go(Act.START_AGAIN)

    def sheet(self) -> SheetState | None:
        """Return the sheet, None while there is none."""
        if not self._sure:
            return None
        say = self._turn.say
        choices = (
            SheetChoice("restart.sure", say("device.restart"), Weight.PRIMARY),
            SheetChoice("close", say("device.go_on"), Weight.SECONDARY),
        )
        return SheetState(Sheet.RESTART, say("device.restart_title"), say("device.restart_means"), choices)

    def view(self) -> DeviceState:
        """Return what to show."""
        say, condition = self._turn.say, self._condition
        version = "" if condition is None else condition.version
        return DeviceState(
            title=say("staff.device"),
            lead=say("device.version", version=version) if version else "",
            rows=() if condition is None else tuple(self._rows(condition)),
            restart=say("device.restart"),
            test=say("device.test") if self._may_test else "",
        )

    def _rows(self, now: KioskCondition) -> Iterator[DeviceRow]:
        say = self._turn.say
        for number, printer in enumerate(now.printers):
            yield self._printer(number, printer)
        if not now.printers:
            yield DeviceRow(
                "printer", say("device.printer"), say("device.no_printer"), "printer-alert", Standing.WAITING
            )
        yield self._camera()
        yield self._network(now)
        yield self._queue(now)
        yield from self._published(now)
        yield from self._silent(now)
        if now.unsure_clock:
            yield DeviceRow(
                "clock", say("device.clock"), say("device.clock_unsure"), "clock-alert-outline", Standing.WAITING
            )
        if now.room is Room.LOW:
            yield DeviceRow("disk", say("device.disk"), say("device.disk_low"), "alert-circle-outline", Standing.WRONG)

    def _printer(self, number: int, printer: PrinterNow) -> DeviceRow:
        say, trouble = self._turn.say, printer.trouble
        second = say("device.printer_ready", medium=printer.medium)
        if trouble is not None:
            second = say(f"device.trouble.{trouble.value}", medium=printer.medium)
        if printer.test is not None:
            second = f"{second}. {self._tested(printer, printer.test)}"
        standing = Standing.GOOD if trouble is None else Standing.WRONG
        icon = "printer-outline" if trouble is None else "printer-alert"
        return DeviceRow(f"printer.{number}", say("device.printer_named", name=printer.name), second, icon, standing)

    def _tested(self, printer: PrinterNow, test: BadgeTest) -> str:
        say, trouble = self._turn.say, test.trouble
        words = say(f"device.test.{test.state.value}")
        if trouble is None or trouble is printer.trouble:
            return words
        return f"{words}: {say(f'device.trouble.{trouble.value}', medium=printer.medium)}"

    def _camera(self) -> DeviceRow:
        say, state = self._turn.say, self._turn.ports.camera.state
        standing = {
            CameraState.LIVE: Standing.GOOD,
            CameraState.STARTING: Standing.WAITING,
            CameraState.NONE: Standing.LEFT_OUT,
        }.get(state, Standing.WRONG)
        icon = "camera-outline" if standing in {Standing.GOOD, Standing.WAITING} else "camera-off-outline"
        return DeviceRow("camera", say("device.camera"), say(f"device.camera.{state.value}"), icon, standing)

    def _network(self, now: KioskCondition) -> DeviceRow:
        say, since = self._turn.say, now.offline_since
        if since is None:
            return DeviceRow("network", say("device.network"), say("device.online"), "web", Standing.GOOD)
        second = say("device.offline", time=self._turn.clock(since))
        return DeviceRow("network", say("device.network"), second, "lan-disconnect", Standing.WAITING)

    def _queue(self, now: KioskCondition) -> DeviceRow:
        say = self._turn.say
        parts = [say("device.events", n=now.waiting)] if now.waiting else []
        parts += [say("device.photos", n=now.photos_waiting)] if now.photos_waiting else []
        if not parts:
            return DeviceRow("queue", say("device.queue"), say("device.all_sent"), _CLOUD, Standing.GOOD)
        return DeviceRow("queue", say("device.queue"), " · ".join(parts), _CLOUD, Standing.WAITING)

    def _published(self, now: KioskCondition) -> Iterator[DeviceRow]:
        if now.stale_since is not None:
            say = self._turn.say
            second = say("device.stale", time=self._turn.clock(now.stale_since))
            yield DeviceRow("published", say("device.published"), second, "clock-alert-outline", Standing.WAITING)

    def _silent(self, now: KioskCondition) -> Iterator[DeviceRow]:
        if now.kiosks_silent:
            say, words = self._turn.say, self._turn.words
            names = words.listed(map(words.whole, now.kiosks_silent))
            second = say("device.silent", names=names)
            yield DeviceRow("kiosks", say("device.kiosks"), second, "clock-alert-outline", Standing.WAITING)
