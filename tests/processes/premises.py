"""A server, its worker, its database and a kiosk without a window: real processes to start, kill and judge."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import httpx

from cloud_api.postgres.lease import await_stop
from sync.archive_file import read_archive
from sync.protocol.archive import verify_archive
from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_site import ROOT, Site
from tests.fakes.commands import lodge_kiosk, start_unseen_kiosk
from tests.fakes.forked_command import Forked

WAIT_SECONDS = 180.0


def await_true(what: str, test: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    """Wait for a state; how long it takes says nothing on a machine that does other work."""
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.1)


@dataclass
class UnseenKiosk:
    """A kiosk's folder and the program that runs on it. ``told``: the stays of those who were told "done"."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    running: Forked | subprocess.Popen[bytes] | None = None
    entrance: IO[bytes] | None = None
    """Its standard input."""
    _visitors: int = 0

    @property
    def told(self) -> list[UUID]:
        """A line that a kill cut short was not read by anybody."""
        lines = self._said.read_text("ascii").split("\n")[:-1] if self._said.exists() else []
        return [UUID(line) for line in lines]

    def start(self) -> None:
        """Start the program; what it said before stays."""
        with self._said.open("ab") as said, self.folder.with_suffix(".log").open("ab") as log:
            if not self.environment:
                self.running, self.entrance = start_unseen_kiosk(self.folder, said=said, log=log)
                return
            started = subprocess.Popen(  # what it preloads needs a start
                [sys.executable, "-P", "-m", "tests.processes.unseen_kiosk", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment},
            )
        self.running, self.entrance = started, started.stdin

    def visit(self) -> None:
        """Somebody checks in; nobody waits for the answer."""
        self._visitors += 1
        try:
            assert self.entrance is not None
            self.entrance.write(f"Visitor {self._visitors:04d}\n".encode())
            self.entrance.flush()
        except BrokenPipeError:
            self._visitors -= 1

    def kill(self) -> None:
        """SIGKILL."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """The end of its input ends it."""
        self._end(None)

    def facts(self, *words: str) -> Any:
        """What ``lodge-kiosk`` says with ``--json``."""
        if not self.environment:
            done = lodge_kiosk(*words, "--json", "--data", str(self.folder))
            assert done.returncode == 0, done
            return json.loads(done.stdout)
        command = [sys.executable, "-P", "-m", "kiosk.cli", *words, "--json", "--data", str(self.folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.environment}  # what it preloads needs a start
        return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120).stdout)

    def has_sent_everything(self) -> bool:
        return int(self.facts("status")["waiting"]) == 0

    @property
    def _said(self) -> Path:
        return self.folder.with_suffix(".told")

    def _end(self, number: int | None) -> None:
        running, self.running = self.running, None
        if running is None:
            return
        if number is not None:
            running.send_signal(number)
        assert self.entrance is not None
        with contextlib.suppress(BrokenPipeError):
            self.entrance.close()
        running.wait(60)


@dataclass
class Premises:
    """A site with its processes."""

    site: Site
    mail: MailServer
    _processes: dict[str, Forked] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start ``serve`` or ``worker``."""
        self._processes[name] = self.site.spawn(name)

    def kill(self, name: str) -> None:
        """SIGKILL; of the database: its first process."""
        if name == "database":
            await_true("the database is there to be killed", self._finds_and_kills_database)
            return
        running = self._processes.pop(name)
        running.kill()
        running.wait(60)

    def start_all(self) -> None:
        """Start server and worker, and wait until the server answers."""
        self.start("serve")
        self.start("worker")
        self.await_ready()

    def copy_to(self, folder: Path) -> None:
        """A copy of the whole server, which must be off; owners and modes stay."""
        assert await_stop(self.site.plan, seconds=60)
        subprocess.run(["cp", "-a", str(self.site.folder), str(folder)], check=True)

    def restore_from(self, folder: Path) -> None:
        """Put such a copy back."""
        assert await_stop(self.site.plan, seconds=60)
        shutil.rmtree(self.site.folder)
        subprocess.run(["cp", "-a", str(folder), str(self.site.folder)], check=True)

    def forks(self) -> int:
        """How many keys are known to have signed two histories."""
        return int(self._ask("select count(*) from lodge.kiosk_epoch where forked_seq > 0")[0][0])

    def revive(self) -> None:
        """Start again what has ended by itself, as an init system does: one cannot start while its database dies."""
        for name, running in list(self._processes.items()):
            if running.poll() is not None:
                self.start(name)

    def await_ready(self) -> None:
        """Wait until the server answers."""
        await_true("the server answers", self._answers)

    def stop(self) -> None:
        """End what runs, in good order."""
        for name in reversed(list(self._processes)):
            running = self._processes.pop(name)
            running.terminate()
            assert running.wait(60) in (0, -signal.SIGTERM), (self.site.folder / f"{name}.log").read_text()

    def enrol(self, folder: Path) -> UnseenKiosk:
        """A kiosk of its own, enrolled by its code as an operator does."""
        code = self.site.facts("kiosk", "create", folder.name, "--same-name")["code"]
        server = f"https://localhost:{self.site.port}"
        done = lodge_kiosk("enrol", code, "--server", server, "--data", str(folder))
        assert done.returncode == 0, done
        return UnseenKiosk(folder)

    def arrivals(self) -> Counter[UUID]:
        """How often each stay's arrival is in the cloud's log."""
        return Counter(
            row[0] for row in self._ask("select stay_id from lodge.event_header where kind = 'visitor.arrived'")
        )

    def present(self) -> set[UUID]:
        """Who is on the cloud's list."""
        return {row[0] for row in self._ask("select id from lodge.stay where present")}

    def alerts(self) -> Counter[str]:
        """How many alerts stand how."""
        return Counter(row[0] for row in self._ask("select standing from lodge.alert"))

    def messages(self) -> Counter[str]:
        """How often each message was accepted by the mail server, by its id."""
        return Counter(str(message["Message-ID"]) for message in self.mail.box.messages)

    def verified_events(self) -> int:
        """Export the audit log, verify it, and say how many device events it proves."""
        path = self.site.folder / "audit.zip"
        path.unlink(missing_ok=True)
        facts = self.site.facts("audit", "export", "--reason", "drill", "--force", "-o", str(path))
        return verify_archive(read_archive(path), pinned_root=facts["root"]).device_events

    def _answers(self) -> bool:
        self.revive()
        with self.site.client() as client:
            try:
                return client.get("/readyz").status_code == 200
            except httpx.TransportError:
                return False

    def _finds_and_kills_database(self) -> bool:
        """Whoever would start it again may have ended by itself, with the database that was killed before."""
        self.revive()
        return self._kill_database()

    def _kill_database(self) -> bool:
        try:
            lines = (self.site.plan.data / "postmaster.pid").read_text().splitlines()
            os.kill(int(lines[0]), signal.SIGKILL)
        except (FileNotFoundError, IndexError, ProcessLookupError):
            return False  # the one that was killed before has not been replaced yet
        return True

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.site.superuser() as connection:
            return connection.execute(query.encode()).fetchall()
