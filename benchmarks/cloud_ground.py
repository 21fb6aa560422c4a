"""A server's database with very many organisations and visits, filled by the database itself.

What pages show is real: the newest visits came through ingest. What lies beneath has the size and the indexes of real
rows and opens nothing; keys, tokens and headers of it are never asked for by a page that is bounded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg

from benchmarks.bench_kiosk import OPERATOR, BenchKiosk, enrol
from benchmarks.ingest import take
from cloud_api.composition import Cloud
from cloud_api.console import build_accounts
from cloud_api.policy.roles import Grant, Role
from cloud_api.services.staff_accounts import NewStaff

EMAIL, PASSWORD = "ines@example.org", "seven lamps over the weir"
TOKENS = 10
"""Search tokens of a visit that was filled in. A real one has about twenty: half of it keeps a run below its bound of
time, and a search finds its place in an index of either size by the same few pages."""
_REAL_BATCHES, _AT_ONCE, _EVENTS_A_BATCH = 4, 100_000, 256

_VISITS = (
    (
        "create temporary table filler on commit drop as select gen_random_uuid() as id, n"
        " from generate_series(%(first)s::int8, %(last)s::int8) as n"
    ),
    (
        "insert into lodge.data_key (tenant_id, id, kek_version, purpose, wrapped, created_at)"
        " select %(tenant)s, id, 1, 'stay', sha256(id::text::bytea) || 'wrapped!'::bytea, now() from filler order by id"
    ),
    (
        "insert into lodge.stay (tenant_id, id, site_id, data_key_id, present, flags, arrived_at, departed_at, name,"
        " company, host, zone, email, details, updated_at)"
        " select %(tenant)s, id, %(site)s, id, false, '{}', now() - interval '2 days' - n * interval '1 minute',"
        " now() - interval '2 days', sha256(n::text::bytea), sha256(n::text::bytea), sha256(n::text::bytea),"
        " decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex'), decode(repeat(md5(n::text), 5), 'hex'), now()"
        " from filler order by id"
    ),
    (
        "insert into lodge.stay_token (tenant_id, token, stay_id)"
        " select %(tenant)s, decode(md5(n || '/' || t), 'hex'), id from filler, generate_series(1, %(tokens)s) as t"
        " order by 2"
    ),
)
_EVENTS = (
    (
        "insert into lodge.event_header"
        " (tenant_id, kiosk_id, epoch, seq, event_id, kind, stay_id, hash, raw, received_at)"
        " select %(tenant)s, %(kiosk)s, %(epoch)s, n, gen_random_uuid(), 'visitor.arrived', gen_random_uuid(),"
        " sha256(n::text::bytea), real.raw, now() from generate_series(%(first)s::int8, %(last)s::int8) as n,"
        # Pages read headers: each is one that the kiosk sent.
        " (select raw from lodge.event_header where tenant_id = %(tenant)s and kiosk_id = %(kiosk)s"
        " and epoch = %(epoch)s and seq = 1) as real"
    ),
    (
        "insert into lodge.audit_pending (tenant_id, kiosk_id, epoch, first_seq, last_seq)"
        " select %(tenant)s, %(kiosk)s, %(epoch)s, n, least(n + %(batch)s - 1, %(last)s)"
        " from generate_series(%(first)s::int8, %(last)s::int8, %(batch)s) as n"
    ),
)


@dataclass
class CloudGround:
    """An organisation that is measured, among the others. ``admin``: a connection past the tenant door."""

    cloud: Cloud
    kiosk: BenchKiosk
    admin: psycopg.Connection
    visits: int = 0
    events: int = 0

    @property
    def tenant(self) -> UUID:
        """The organisation that is measured."""
        return self.kiosk.identity.tenant

    async def fill_visits(self, wanted: int) -> None:
        """Have so many visits beneath the real ones."""
        with careless(self.admin):
            fill_visits(self.admin, self.tenant, self.kiosk.identity.site, self.visits + 1, wanted)
        self.visits = wanted
        self.admin.execute("analyze lodge.data_key, lodge.stay, lodge.stay_token")

    async def fill_log(self, wanted: int) -> None:
        """Have so many events beneath the real ones, all in the audit log by the sequencer's own work."""
        who, base = self.kiosk.identity, 1_000_000
        values = {"tenant": who.tenant, "kiosk": who.kiosk, "epoch": who.epoch, "batch": _EVENTS_A_BATCH}
        with careless(self.admin):
            _run(self.admin, _EVENTS, values, base + self.events + 1, base + wanted)
        self.events = wanted
        await self.cloud.sequencer.run_once()
        self.admin.execute("analyze lodge.event_header, lodge.audit_entry, lodge.audit_node")

    def some_event(self) -> UUID:
        """An event from the middle of what was filled in."""
        row = self.admin.execute(
            "select event_id from lodge.event_header"
            " where tenant_id = %s and kiosk_id = %s and epoch = %s and seq = %s",
            (self.tenant, self.kiosk.identity.kiosk, self.kiosk.identity.epoch, 1_000_000 + self.events // 2),
        ).fetchone()
        if row is None:
            raise LookupError("the log was not filled")
        return UUID(str(row[0]))


async def prepare(
    cloud: Cloud, admin: psycopg.Connection, organisations: int, visits_each: int
) -> tuple[CloudGround, CloudGround]:
    """So many organisations, each with visits; two of them with a kiosk and real visits, the second with an account."""
    small, large = [await _with_kiosk(cloud, admin) for _ in range(2)]
    staff = NewStaff("Ines Caldermoor", EMAIL, PASSWORD, (Grant(Role.OWNER),))
    await build_accounts(cloud).create(large.tenant, staff, OPERATOR)
    for number in range(2, organisations):
        made = await cloud.organisations.create(f"Larkspur Looms {number}", OPERATOR, lambda _root: None)
        fill_visits(admin, made.id, made.id, 1, visits_each)
    await cloud.sequencer.run_once()
    admin.execute("analyze")
    return small, large


async def _with_kiosk(cloud: Cloud, admin: psycopg.Connection) -> CloudGround:
    ground = CloudGround(cloud, await enrol(cloud), admin)
    device = await cloud.devices.find(ground.kiosk.identity.epoch)
    if device is None:
        raise LookupError("the kiosk was not enrolled")
    for _ in range(_REAL_BATCHES):
        await take(cloud, device, ground.kiosk.seal(ground.kiosk.visits()))
    return ground


@contextmanager
def careless(admin: psycopg.Connection) -> Iterator[None]:
    """Until the block ends a crash may cost the database, which is thrown away in the end: it is filled in half the
    time.
    """
    admin.execute("alter system set full_page_writes = off")
    admin.execute("alter system set max_wal_size = '4GB'")
    admin.execute("select pg_reload_conf()")
    try:
        yield
    finally:
        admin.execute("alter system reset all")
        admin.execute("select pg_reload_conf()")
        admin.execute("checkpoint")


def fill_visits(admin: psycopg.Connection, tenant: UUID, site: UUID, first: int, last: int) -> None:
    """Visits of these numbers."""
    _run(admin, _VISITS, {"tenant": tenant, "site": site, "tokens": TOKENS}, first, last)


def _run(
    admin: psycopg.Connection, statements: tuple[str, ...], values: dict[str, object], first: int, last: int
) -> None:
    for start in range(first, last + 1, _AT_ONCE):
        chunk = values | {"first": start, "last": min(start + _AT_ONCE - 1, last)}
        with admin.transaction():
            # References and triggers are not asked of rows that the database makes up by itself.
            admin.execute("set local session_replication_role = replica")
            for statement in statements:
                admin.execute(statement.encode(), chunk)
