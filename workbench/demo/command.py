"""``./lodge demo``: a whole Lodge on this machine, to use or, with ``--headless``, to watch working by itself.

Usage::

    ./lodge demo                              a window for a person; Ctrl-C, or closing it, ends everything
    ./lodge demo --headless --out out         plays real visits by touches; the exit code says whether all held
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import click

from workbench.demo.attended import Attended
from workbench.demo.cloud import Accounts, DemoCloud, new_accounts
from workbench.demo.console import ConsoleCamera
from workbench.demo.display import require_display
from workbench.demo.endings import heed_requests, ignore_requests
from workbench.demo.lobby import PRINTERS, DemoKiosk
from workbench.demo.mail import MailFolder
from workbench.demo.portrait import ODALYS, draw_portrait
from workbench.demo.processes import DemoError, Processes, await_nobody_in
from workbench.demo.summary import Summary
from workbench.demo.visits import Visits
from workbench.touch_server import TouchRefusedError

ROOT = Path(__file__).resolve().parents[2]
LAST_ONES_SECONDS = 10.0
_OF_THE_DEMO_ALONE = {"DATABASE_URL": "", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
"""Whatever the person's shell says: the invented organisation never goes into a real database, nor through a proxy."""

_LOGS = "demo-logs"
_OURS = (
    *(
        "badge-*.png",
        "alert-*.eml",
        "letter-*.eml",
        "invitation.png",
        "kiosk-*.png",
        "console-*.png",
        "evacuation*.pdf",
        "copy.pdf",
        "audit.zip",
        "summary.json",
    ),
    f"{_LOGS}/*.log",
)


@click.command()
@click.option("--headless", is_flag=True, help="Drive it by touches and write what comes out; alone without a display.")
@click.option("--kiosks", type=click.IntRange(1, 4), default=1, show_default=True, help="How many kiosks.")
@click.option("--printer", type=click.Choice(sorted(PRINTERS)), default="brother", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True)
def main(*, headless: bool, kiosks: int, printer: str, out: Path) -> None:
    """Start database, cloud, worker, mail server, virtual printer and kiosk with an invented organisation."""
    headless = headless or not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    try:
        _clear(out)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error
    summary = Summary()
    with work_folder() as work:
        demo = Demo(summary, Processes(ROOT, work / "logs", _OF_THE_DEMO_ALONE), work, out.resolve(), printer)
        with ended_whatever_happens(demo), told(demo), MailFolder(out) as mail:
            demo.play(mail, kiosks=kiosks) if headless else demo.stay(mail, kiosks=kiosks)
    if headless:
        summary.write(out / "summary.json")
        _account_for(summary, out)
    sys.exit(demo.exit_code)


@dataclass(slots=True)
class Demo:
    """What both ways of showing it work with. ``at_rest``: a person uses it, and may stop it at any time."""

    summary: Summary
    processes: Processes
    work: Path
    out: Path
    printer: str
    at_rest: bool = field(default=False, init=False)

    @property
    def exit_code(self) -> int:
        """0 where all held, or where a person who used it wished to stop."""
        return 0 if self.summary.error is None else 1

    def play(self, mail: MailFolder, *, kiosks: int) -> None:
        """Drive it by touches."""
        cloud, accounts, lobbies = self._set_up(mail, kiosks=kiosks, touchable=True)
        with ConsoleCamera(cloud.origin, accounts.owner, self.out) as camera:
            Visits(self.summary, cloud, lobbies[0], mail, self.out, camera.photograph).play()
        with self.summary.step("everything is stopped"):
            self.processes.stop_all()

    def stay(self, mail: MailFolder, *, kiosks: int) -> None:
        """Leave it to a person until they close a window or press Ctrl-C."""
        require_display()
        cloud, accounts, lobbies = self._set_up(mail, kiosks=kiosks, touchable=False)
        self.at_rest = True
        Attended(self.summary.say, cloud, lobbies, self.processes).stay(accounts, self.out)

    def _set_up(self, mail: MailFolder, *, kiosks: int, touchable: bool) -> tuple[DemoCloud, Accounts, list[DemoKiosk]]:
        accounts = new_accounts()
        cloud = DemoCloud(self.processes, self.work / "cloud")
        step = self.summary.step
        with step("the cloud answers over TLS 1.3, with a database of its own and an organisation"):
            cloud.open(mail_port=mail.port)
        lobbies = [_make_kiosk(self.processes, self.work, self.out, index, self.printer) for index in range(kiosks)]
        with step("hosts, accounts, and codes for the kiosks"):
            codes = cloud.populate(accounts, [lobby.name for lobby in lobbies])
        for lobby, code in zip(lobbies, codes, strict=True):
            with step(f"{lobby.name}: enrolled with its code"):
                lobby.enrol(code, cloud.origin)
                lobby.show_to_camera(draw_portrait(ODALYS))
        for lobby in lobbies:
            with step(f"{lobby.name}: the window is open"):
                lobby.start(touchable=touchable)
        return cloud, accounts, lobbies


@contextmanager
def ended_whatever_happens(demo: Demo) -> Iterator[None]:
    """Whatever happens, and however often it is asked to stop meanwhile, no process stays."""
    heed_requests()
    try:
        yield
    finally:
        ignore_requests()
        demo.processes.stop_all()
        await_nobody_in(demo.work, seconds=LAST_ONES_SECONDS)


@contextmanager
def told(demo: Demo) -> Iterator[None]:
    """A failure is one line, and the logs stay; a person's wish to stop is none, unless the script was playing."""
    summary, out = demo.summary, demo.out
    try:
        yield
    except (DemoError, TouchRefusedError) as error:
        ignore_requests()
        summary.fail(str(error))
        summary.say(f"\nThe demo failed. {summary.error}")
        if any((demo.work / "logs").iterdir()):
            shutil.copytree(demo.work / "logs", out / _LOGS, dirs_exist_ok=True)
            summary.say(f"Its logs are in {out / _LOGS}.")
    except KeyboardInterrupt as asked:
        ignore_requests()
        summary.say("\nStopping.")
        if not demo.at_rest:
            summary.fail(f"interrupted by {asked}")
    except BaseException as error:
        summary.fail(type(error).__name__)
        raise


@contextmanager
def work_folder() -> Iterator[Path]:
    """A folder for everything that the demo needs only while it runs."""
    work = Path(tempfile.mkdtemp(prefix="lodge-demo-"))
    try:
        work.chmod(0o711)  # the database runs as a user of its own and must pass through
        (work / "logs").mkdir()
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _make_kiosk(processes: Processes, work: Path, out: Path, index: int, printer: str) -> DemoKiosk:
    name = "Lobby" if index == 0 else f"Lobby {index + 1}"
    tray = out if index == 0 else out / f"kiosk-{index + 1}"
    tray.mkdir(exist_ok=True)
    return DemoKiosk(processes, work / f"kiosk-{index + 1}", tray, name=name, printer=printer)


def _clear(out: Path) -> None:
    """Only files of an earlier demo are removed from the folder."""
    out.mkdir(parents=True, exist_ok=True)
    for pattern in _OURS:
        for path in out.glob(pattern):
            path.unlink()
    with suppress(OSError):  # there is none, or somebody keeps something in it
        (out / _LOGS).rmdir()


def _account_for(summary: Summary, out: Path) -> None:
    for name, count in summary.counts.items():
        summary.say(f"  {name.replace('_', ' '):<16}{count}")
    verdict = "All steps held." if summary.ok else "Not all steps held."
    summary.say(f"{verdict} Pictures, badges, messages, list and audit export are in {out}.")
