"""The demo's cloud: the product's own commands, in the order in which an operator types them."""

import json
import secrets
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from pathlib import Path

from workbench.demo.loopback import free_port
from workbench.demo.processes import DemoError, Processes
from workbench.demo.summary import await_true
from workbench.sample_logo import draw_logo

MODULE = "cloud_api.cli"
ORGANISATION = "Thistledown Works"
SAMPLE = Path(__file__).with_name("thistledown.json")
START_SECONDS = 60.0
SERVER, WORKER = "cloud", "worker"


@dataclass(frozen=True, slots=True)
class Account:
    """A console account."""

    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """The owner, who must set up a second factor first, and the reception, which gets in with its password alone."""

    owner: Account
    reception: Account


def new_accounts() -> Accounts:
    """Invented people with passwords of this run."""
    return Accounts(
        Account("Yarrow Wintersedge", "yarrow.wintersedge@example.org", _new_password()),
        Account("Linnet Hollowmere", "linnet.hollowmere@example.org", _new_password()),
    )


def _new_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(4))


class DemoCloud:
    """One server with its own database, its worker beside it, and an invented organisation."""

    processes = (SERVER, WORKER)
    """The names of what runs while it is on."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self._processes = processes
        self._folder = folder
        self.port = free_port()
        self.origin = f"https://127.0.0.1:{self.port}"

    def open(self, *, mail_port: int) -> None:
        """Make the data folder, start the server, which makes its database, and the worker; create the organisation."""
        self._command(
            "init", "--origin", self.origin, "--port", str(self.port),
            "--mail-host", "127.0.0.1", "--mail-port", str(mail_port),
            "--mail-sender", "lodge@example.org", "--mail-security", "insecure",
        )  # fmt: skip
        self.start()
        self._command("org", "create", ORGANISATION, "--root-key", str(self._folder.parent / "root.key"))

    def populate(self, accounts: Accounts, kiosks: Sequence[str]) -> list[str]:
        """Give the organisation its sites, hosts, accounts and logo; returns a code to enrol each kiosk with."""
        # Whoever comes first is the owner; everybody else after that.
        self._commands(("org", "apply", str(SAMPLE)), (*self._new_user(accounts.owner), "--role", "owner"))
        reception = (*self._new_user(accounts.reception), "--role", "receptionist")
        # Those that the sample names are there already, without a code.
        known = {kiosk["name"]: kiosk["id"] for kiosk in json.loads(self._command("kiosk", "list", "--json"))}
        coding = [("code", known[name]) if name in known else ("create", name) for name in kiosks]
        logo = self._folder.parent / "logo.png"
        draw_logo().save(logo)
        commands = [("org", "logo", str(logo)), *(("kiosk", *command, "--json") for command in coding)]
        _, _, *facts = self._commands(reception, *commands)
        return [str(json.loads(each)["code"]) for each in facts]

    def _new_user(self, account: Account) -> tuple[str, ...]:
        password = self._folder.parent / f"password-{account.email}"
        password.touch(mode=0o600)
        password.write_text(account.password + "\n", encoding="utf-8")
        return ("user", "create", account.email, "--name", account.name, "--password-file", str(password))

    def describe(self) -> None:
        """Give the organisation its sites and hosts."""
        self._command("org", "apply", str(SAMPLE))

    def new_kiosk(self, name: str) -> str:
        """Create a kiosk; returns the code that enrols it."""
        return str(json.loads(self._command("kiosk", "create", name, "--json"))["code"])

    def start(self) -> None:
        """Start server and worker, and wait until the server is ready."""
        self.start_server()
        self.start_worker()

    def start_server(self) -> None:
        """Start the server alone, and wait until it is ready: it takes what kiosks send, and nobody is told yet."""
        self._start(SERVER, "serve")
        await_true("the cloud answers", START_SECONDS, self._is_ready)

    def start_worker(self) -> None:
        """Start the worker, which tells hosts and keeps the audit log."""
        self._start(WORKER, "worker")

    def stop(self) -> None:
        """Stop server and worker; nothing listens then."""
        self._processes.stop(WORKER, SERVER)
        if self._answers():
            raise DemoError("the cloud still answers although it was stopped")

    def make_invitation_code(self, key: str, path: Path) -> None:
        """Write the QR code of an invitation of the organisation's file, as it would stand in a letter."""
        self._command("org", "invitation-code", key, "-o", str(path))

    def export_audit(self, path: Path) -> None:
        """Write the audit export."""
        self._command("audit", "export", "--reason", "the day is over", "--out", str(path))

    def verify(self, path: Path) -> dict[str, object]:
        """Verify an export as an auditor does, and return what was verified."""
        facts: dict[str, object] = json.loads(self._processes.run("sync.verify_cli", str(path), "--json"))
        return facts

    @property
    def _data(self) -> tuple[str, str]:
        return ("--data", str(self._folder))

    def _start(self, name: str, command: str) -> None:
        self._processes.start(name, MODULE, *self._data, command)

    def _command(self, *arguments: str) -> str:
        return self._commands(arguments)[0]

    def _commands(self, *commands: Sequence[str]) -> list[str]:
        return self._processes.run_together(MODULE, *((*self._data, *command) for command in commands))

    def _is_ready(self) -> bool:
        self._processes.require_running(SERVER)
        return self._answers()

    def _answers(self) -> bool:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = HTTPSConnection("127.0.0.1", self.port, context=context, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
