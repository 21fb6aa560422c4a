"""The displayed demo at rest: what a person is told, and what they may do from the terminal."""

import os
import select
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from workbench.demo.cloud import Accounts, DemoCloud
from workbench.demo.lobby import PIN, DemoKiosk
from workbench.demo.processes import Processes

LOOK_SECONDS = 0.25


class Attended:
    """Watches over everything until a person ends it; Enter in the terminal takes the cloud away and brings it back."""

    def __init__(
        self, say: Callable[[str], None], cloud: DemoCloud, lobbies: Sequence[DemoKiosk], processes: Processes
    ) -> None:
        self._say = say
        self._cloud = cloud
        self._lobbies = lobbies
        self._processes = processes
        self._terminal = _terminal()
        self._cloud_is_on = True

    def stay(self, accounts: Accounts, out: Path) -> None:
        """Return when a window was closed.

        Raises:
            DemoError: cloud, worker or a kiosk broke down.
        """
        say = self._say
        say("")
        say(f"  Console    {self._cloud.origin}   (its certificate is its own: the browser will ask)")
        say(f"  Account    {accounts.reception.email}   {accounts.reception.password}")
        say(f"  Owner      {accounts.owner.email}   {accounts.owner.password}   (have an authenticator app to hand)")
        say(f"  Staff PIN  {PIN}")
        say(f"  Badges and messages arrive in {out}")
        say("")
        if self._terminal is not None:
            say("Press Enter to take the cloud away, and again to bring it back.")
        say("Close the kiosk's window or press Ctrl-C to stop.")
        while not any(self._processes.ended_well(lobby.name) for lobby in self._lobbies):
            self._require_sound()
            if self._was_enter_pressed():
                self._switch_cloud()
        say("\nThe window was closed: stopping.")

    def _require_sound(self) -> None:
        if self._cloud_is_on:
            for name in self._cloud.processes:
                self._processes.require_running(name)
        for lobby in self._lobbies:
            lobby.require_sound()

    def _switch_cloud(self) -> None:
        if self._cloud_is_on:
            self._cloud_is_on = False
            self._cloud.stop()
            self._say("The cloud is stopped: no server, no database. Check somebody in. Enter brings it back.")
        else:
            self._cloud.start()
            self._cloud_is_on = True
            self._say("The cloud is back. The kiosk sends what it kept as soon as it notices. Enter takes it away.")

    def _was_enter_pressed(self) -> bool:
        """Wait a moment for a line from the terminal; a terminal that has gone is not asked again."""
        if self._terminal is None:
            time.sleep(LOOK_SECONDS)
            return False
        try:
            readable, _, _ = select.select([self._terminal], [], [], LOOK_SECONDS)
            if not readable:
                return False
            line = os.read(self._terminal, 1024)
        except OSError:
            line = b""
        if not line:
            self._terminal = None
        return line.endswith(b"\n")


def _terminal() -> int | None:
    """Where a person's lines come from; ``None`` where nobody types, as in a script."""
    return sys.stdin.fileno() if sys.stdin is not None and sys.stdin.isatty() else None
