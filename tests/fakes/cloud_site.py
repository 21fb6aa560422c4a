"""A server's folder, its real processes, and a kiosk that speaks to them over TLS."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
from psycopg import sql

from cloud_api.config import load_settings
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import ClusterPlan, read_passwords
from cloud_api.postgres.lease import await_stop, lease
from sync.protocol import exact_json
from sync.protocol.enrolment import StartResponse, parse_code
from sync.protocol.exchange import ENROL_FINISH_PATH, ENROL_START_PATH, FEED_PATH, FeedAnswer
from sync.protocol.feed import Hosts, PageKind, read_content
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.cloud_mail import MailServer
from tests.fakes.commands import lodge_cloud, start_lodge_cloud
from tests.fakes.feed_pages import head_of
from tests.fakes.forked_command import Forked

ROOT = Path(__file__).resolve().parents[2]
ORGANISATION = {
    "name": "Thistledown Works",
    "sites": [
        {
            "key": "mill-lane",
            "name": "Mill Lane",
            "time_zone": "Europe/London",
            "zones": [{"key": "lobby", "name": "Front lobby", "muster_point": "Car park B"}],
        }
    ],
    "visitor_types": [{"id": "visitor", "words": {"en": "Visitor"}, "badge": "visitor"}],
    "hosts": [{"key": "grace", "name": "Grace Example", "email": "grace@example.org"}],
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Site:
    """A server's folder and how to run commands on it."""

    folder: Path
    port: int

    def run(self, *arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        done = lodge_cloud("--data", str(self.folder), *arguments, environment=self._environment())
        assert done.returncode == code, done
        return done

    def facts(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def spawn(self, *arguments: str) -> Forked:
        with (self.folder / f"{arguments[0]}.log").open("ab") as log:
            return start_lodge_cloud("--data", str(self.folder), *arguments, environment=self._environment(), log=log)

    @contextmanager
    def process(self, *arguments: str) -> Iterator[Forked]:
        running = self.spawn(*arguments)
        try:
            yield running
        finally:
            if running.poll() is None:
                running.terminate()
                assert running.wait(30) in (0, -signal.SIGTERM)

    def client(self) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.folder / "tls.crt"))
        return httpx.Client(base_url=f"https://localhost:{self.port}", verify=context, timeout=20)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        with self.client() as client:
            while time.monotonic() < deadline:
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text())

    def keep_copy(self, name: str) -> None:
        """Copy the database, as a backup does; nothing may be connected to it."""
        with self.superuser("postgres") as connection:
            connection.execute(sql.SQL("create database {} template lodge").format(sql.Identifier(name)))

    def restore_copy(self, name: str) -> None:
        """Put the copy in the place of the database; nothing may be connected to it."""
        with self.superuser("postgres") as connection:
            connection.execute("drop database lodge with (force)")
            connection.execute(sql.SQL("alter database {} rename to lodge").format(sql.Identifier(name)))

    @property
    def plan(self) -> ClusterPlan:
        return ClusterPlan(self.folder / "postgres", choose_binaries(folder=self.folder / "postgres"))

    def superuser(self, database: str = "lodge") -> psycopg.Connection:
        host, password = str(self.plan.socket_folder), read_passwords(self.plan).superuser
        return psycopg.connect(host=host, user="postgres", password=password, dbname=database, autocommit=True)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return {**kept, "PYTHONPATH": str(ROOT)}


@contextmanager
def open_site(mail_server: MailServer) -> Iterator[Site]:
    """A server's folder with one organisation; all of it is gone afterwards, its database's process too."""
    folder, port = Path(tempfile.mkdtemp(prefix="lodge-test-cloud-")), free_port()
    made = Site(folder, port)
    made.run(
        *("init", "--origin", f"https://localhost:{port}", "--port", str(port)),
        *("--mail-host", "127.0.0.1", "--mail-port", str(mail_server.port)),
        *("--mail-sender", "lodge@example.org", "--mail-security", "insecure"),
    )
    (folder / "organisation.json").write_text(json.dumps(ORGANISATION))
    with lease(made.plan):
        made.run("org", "create", "Thistledown Works", "--root-key", str(folder / "root.key"))
        made.run("org", "apply", str(folder / "organisation.json"))
    yield made
    assert await_stop(made.plan, seconds=30)
    shutil.rmtree(folder)


def send(
    client: httpx.Client, kiosk: FakeKiosk, method: str, path: str, body: bytes = b"", **headers: str
) -> httpx.Response:
    nonce = client.get(FEED_PATH).headers["lodge-nonce"]
    request = kiosk.request(method, path, body, nonce=nonce, **headers)
    return client.request(method, path, content=request.body, headers=dict(request.headers.items()))


def enrol(site: Site, client: httpx.Client) -> FakeKiosk:
    shown = site.facts("kiosk", "create", "Lobby kiosk", "--same-name", "--qr", str(site.folder / "code.png"))
    code, key = parse_code(shown["code"]), KioskKey()
    answer = client.post(ENROL_START_PATH, content=exact_json.encode(key.start(code)))
    started = exact_json.read(answer.content, StartResponse, what="start")
    finished = client.post(ENROL_FINISH_PATH, content=exact_json.encode(key.finish(code, started)))
    assert finished.status_code == 200
    return FakeKiosk(started, key)


def await_mail(mail_server: MailServer, count: int) -> None:
    deadline = time.monotonic() + 60
    while len(mail_server.box.raw) < count:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.05)


def grace(client: httpx.Client, kiosk: FakeKiosk) -> UUID:
    answer = exact_json.read(send(client, kiosk, "GET", FEED_PATH).content, FeedAnswer, what="feed")
    for sent in answer.pages:
        if head_of(sent).page == "hosts":
            return read_content(PageKind.HOSTS, sent.whole or b"", Hosts).hosts[0].id
    raise AssertionError("no page of hosts")


class Tarpit:
    """Points the settings at a mail server that takes connections and never greets, for as long as it lasts."""

    def __init__(self, site: Site) -> None:
        self._path = site.folder / "lodge-cloud.toml"
        self._before = self._path.read_text()
        self._socket = socket.create_server(("127.0.0.1", 0))
        mail = load_settings(site.folder).mail
        assert mail is not None
        self._after = self._before.replace(f"port = {mail.port}", f"port = {self._socket.getsockname()[1]}")

    def __enter__(self) -> None:
        assert self._after != self._before
        self._path.write_text(self._after)

    def __exit__(self, *_reason: object) -> None:
        self._socket.close()
        self._path.write_text(self._before)


def await_job(site: Site, status: str) -> None:
    deadline = time.monotonic() + 90
    query = (
        "select status::text from queue.procrastinate_jobs where task_name = 'alerts.deliver' order by id desc limit 1"
    )
    with site.superuser() as connection:
        while time.monotonic() < deadline:
            row = connection.execute(query).fetchone()
            if row == (status,):
                return
            time.sleep(0.05)
    raise AssertionError(f"the job is {row}")
