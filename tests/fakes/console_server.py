"""The real application on real PostgreSQL over TLS, in a thread of its own, for browsers and for pictures."""

import asyncio
import socket
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import uvicorn

from cloud_api.composition import Cloud, DatabaseAddresses, build_cloud
from cloud_api.config import CloudSettings, TlsFiles
from cloud_api.console import build_accounts
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.notify.settings import SmtpSettings
from cloud_api.people import build_invitations
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.invitations import Invited, Wanted
from cloud_api.services.organisation_file import OrganisationFile
from cloud_api.services.signed_links import LinkPurpose
from cloud_api.services.staff_accounts import NewStaff
from cloud_api.serving import build_http, build_rate_limit
from cloud_api.store.db import Database, DatabaseSettings
from cloud_api.tls import make_certificate, server_context
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, Kind
from tests.fakes.cloud_clock import FrozenClock
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.console_browser import give_factor

EMAIL = "yuna@example.org"
NAME = "Yuna Wrenhollow"
PASSWORD = "the kettle sings at noon"
MORNING = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)

T = TypeVar("T")


@dataclass
class Arrival:
    """Who arrives, and when (hours and minutes of the clock's day)."""

    name: str
    company: str = ""
    host: str = "Grace Example"
    at: str = "8:54"
    zone: str = "Front lobby"
    assistance: bool = False
    type: str = "visitor"
    host_id: UUID | None = None
    quality: ClockQuality = ClockQuality.NTP


class ConsoleServer:
    """A running server with one organisation and one account; every method may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ground: Ground, origin: str, server: uvicorn.Server) -> None:
        self._loop = loop
        self._server = server
        self.ground = ground
        self.origin = origin

    @property
    def cloud(self) -> Cloud:
        return self.ground.cloud

    @property
    def clock(self) -> FrozenClock:
        return self.ground.clock

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the server's own loop, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def add_account(self, email: str = EMAIL, *, name: str = NAME, grants: tuple[Grant, ...] = ()) -> None:
        """An account: the organisation's owner, unless ``grants`` say otherwise."""
        wanted = NewStaff(name, email, PASSWORD, grants or (Grant(Role.OWNER),))
        self.run(build_accounts(self.cloud).create(self.ground.tenant, wanted, OPERATOR))

    def vouch(self) -> None:
        """Let the sessions that there are count as ones with a second factor."""
        self.run(self._vouch())

    async def _vouch(self) -> None:
        async with self.cloud.db.tenant(self.ground.tenant) as tx:
            cursor = await tx.connection.execute(
                "update lodge.staff_session set two_factor = true where tenant_id = %s returning user_id", (tx.id,)
            )
            accounts = {row[0] for row in await cursor.fetchall()}
        for user_id in accounts:
            await give_factor(self.cloud, self.ground.tenant, user_id)

    def enrol(self, name: str = "Lobby kiosk") -> FakeKiosk:
        return self.run(self.ground.enrol(name))

    def at(self, clock: str) -> datetime:
        hour, _, minute = clock.partition(":")
        return self.clock.now().replace(hour=int(hour), minute=int(minute), second=0)

    def arrive(self, kiosk: FakeKiosk, arrival: Arrival) -> UUID:
        """An arrival that is recorded at the kiosk; it is sent by ``send``."""
        stay = uuid4()
        muster = ArrivedMuster(
            name=arrival.name,
            company=arrival.company,
            host=arrival.host,
            zone=arrival.zone,
            assistance=arrival.assistance,
        )
        full = ArrivedFull(type=arrival.type, language="en", host_id=arrival.host_id, email="", phone="", answers={})
        at = self.at(arrival.at)
        kiosk.act(Kind.VISITOR_ARRIVED, at, stay=stay, muster=muster, full=full, quality=arrival.quality)
        return stay

    def send(self, kiosk: FakeKiosk) -> None:
        """Send what was not sent yet."""
        first = self.run(self._sent(kiosk)) + 1
        if first <= len(kiosk.events):
            self.run(self.ground.send(kiosk, kiosk.batch(first)))

    async def _sent(self, kiosk: FakeKiosk) -> int:
        from cloud_api.store import epochs  # noqa: PLC0415  beside its only use

        async with self.cloud.db.tenant(self.ground.tenant) as tx:
            head = await epochs.read_head(tx, kiosk.identity.kiosk, kiosk.key.epoch)
        return head.seq if head else 0

    def invitation(self, email: str, *grants: Grant) -> str:
        """The path of a new invitation's link, as a server without mail hands it over."""
        quiet = replace(self.cloud, settings=replace(self.cloud.settings, mail=None))
        said = self.run(
            build_invitations(quiet).invite_as_operator(self.ground.tenant, Wanted(email, grants), OPERATOR)
        )
        assert isinstance(said, Invited)
        assert said.link is not None
        return said.link.removeprefix(self.origin)

    def host_link(self, host: UUID) -> str:
        """The path of a host's own page."""
        return f"/mail/{self.run(self._link(host))}"

    async def _link(self, host: UUID) -> str:
        async with self.cloud.db.tenant(self.ground.tenant) as tx:
            return await self.cloud.mailing.links.make(tx, LinkPurpose.HOST_MAIL, host)

    def forget_attempts(self) -> None:
        """Let every address begin afresh, as after a long pause."""
        self.run(self._forget())

    async def _forget(self) -> None:
        async with self.cloud.db.server() as connection:
            await connection.execute("delete from ops.rate_allowance")

    def stop_serving(self) -> None:
        """Stop answering, as a server does that is shut down."""
        self._server.should_exit = True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_console(
    addresses: DatabaseAddresses, *, now: datetime = MORNING, file: OrganisationFile | None = None
) -> Iterator[ConsoleServer]:
    """A server with the sample organisation (or ``file``) and the account of ``EMAIL``."""
    box: list[ConsoleServer | BaseException] = []
    up, done = threading.Event(), threading.Event()

    async def live() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with _serving(addresses, now, file) as server:
            box.append(server)
            up.set()
            threading.Thread(target=lambda: (done.wait(), loop.call_soon_threadsafe(stop.set)), daemon=True).start()
            await stop.wait()
        await _end_connections(loop)

    def main() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:  # noqa: BLE001  handed over to the test's own thread
            box.append(error)
            up.set()

    thread = threading.Thread(target=main, name="console-server")
    thread.start()
    up.wait(60)
    try:
        server = box[0]
        if isinstance(server, BaseException):
            raise server
        server.add_account()
        yield server
    finally:
        done.set()
        thread.join(30)
    if isinstance(box[-1], BaseException):
        raise box[-1]


async def _end_connections(loop: asyncio.AbstractEventLoop) -> None:
    """A browser's TLS connections are half shut when the server has ended; found by the collector later, they would
    fail a test that has nothing to do with them.
    """
    for transport in list(vars(loop).get("_transports", {}).values()):
        transport.abort()
    await asyncio.sleep(0)  # the loop closes their sockets


@asynccontextmanager
async def _serving(addresses: DatabaseAddresses, now: datetime, file: OrganisationFile | None) -> Any:
    port, clock = free_port(), FrozenClock(now)
    origin = f"https://localhost:{port}"  # browsers keep passkeys for names only
    with tempfile.TemporaryDirectory(prefix="lodge-console-") as name:
        folder = Path(name)
        tls = TlsFiles(folder / "tls.crt", folder / "tls.key", pinned=True)
        make_certificate(tls, origin, datetime.now(UTC) - timedelta(days=1))  # noqa: TID251  browsers compare with today
        mail = SmtpSettings(host="127.0.0.1", port=9, sender="lodge@example.org", security="insecure")  # no worker runs
        settings = CloudSettings(folder, origin, "127.0.0.1", port, tls, mail, None, None)
        async with Database(DatabaseSettings(url=addresses.app, role=APPLICATION, pool_size=6)).open() as db:
            cloud = build_cloud(settings, db, KeyRing(MemoryKeyService()), b"n" * 32, None, clock)
            kept: list[bytes] = []
            created = await cloud.organisations.create("Thistledown Works", OPERATOR, kept.append)
            await cloud.organisations.apply(created.id, file or sample_file(), OPERATOR)
            app = build_http(cloud, build_rate_limit(cloud))
            server = uvicorn.Server(
                uvicorn.Config(
                    app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False,
                    ssl_context_factory=lambda _config, _default: server_context(tls),
                    timeout_graceful_shutdown=1,
                )
            )  # fmt: skip
            serving = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110  uvicorn offers no event
                await asyncio.sleep(0.02)
            yield ConsoleServer(asyncio.get_running_loop(), Ground(cloud, clock, created.id, kept[0]), origin, server)
            server.should_exit = True
            await serving
