"""Kiosks are told what an invited person agreed to, and nothing where that is in doubt (F05, ADR 98)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from cloud_api.api import build_invitation_codes
from cloud_api.composition import DatabaseAddresses
from cloud_api.migrations.roles import WORKER
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.agreement_pages import AgreementPages
from cloud_api.services.directory import Directory
from cloud_api.services.invitation_codes import InvitationCode
from cloud_api.services.organisation_file import (
    DocumentEntry,
    DocumentRuleEntry,
    InvitationEntry,
    OrganisationFile,
    WindowEntry,
)
from cloud_api.store import erasures
from cloud_api.store.db import Database, DatabaseSettings
from sync.protocol.feed import Agreed, Invitations, PageKind, document_hash
from sync.protocol.hlc import ClockQuality
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, ConsentFull, Kind
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.feed_pages import content_of
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.kiosk_of_cloud import ask_feed

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
WINDOW = WindowEntry(begins="2026-01-01T00:00Z", ends="2027-01-01T00:00Z")
PASS = InvitationEntry(key="ada", type="visitor", name="Ada Sample", windows=(WINDOW,), uses=0)
RULES, ONCE = (
    DocumentEntry(id=name, version="1", language="en", title=name, paragraphs=("Be kind.",))
    for name in ("yard", "once")
)
RULES_HASH, ONCE_HASH = (document_hash(name, ("Be kind.",)) for name in ("yard", "once"))


def organisation(*invitations: InvitationEntry, days: int = 365) -> OrganisationFile:
    return sample_file(
        documents=(RULES, ONCE),
        document_rules=(DocumentRuleEntry(document="yard", again_after_days=days),),
        invitations=invitations or (PASS,),
    )


async def start(ground: Ground, *invitations: InvitationEntry) -> tuple[FakeKiosk, UUID]:
    await ground.cloud.organisations.apply(ground.tenant, organisation(*invitations), OPERATOR)
    code = await build_invitation_codes(ground.cloud).of_key(ground.tenant, "ada")
    assert isinstance(code, InvitationCode)
    return await ground.enrol(), code.invitation


def come(
    ground: Ground,
    kiosk: FakeKiosk,
    invitation: UUID | None,
    name: str = "Ada Sample",
    *,
    granted: bool = True,
    signature: UUID | None = None,
    ahead: timedelta = timedelta(),
) -> UUID:
    """An arrival by an invitation, with what its visitor agreed to."""
    at, stay = ground.clock.now() + ahead, uuid4()
    muster = ArrivedMuster(name=name, company="", host="", zone="", assistance=False, invitation=invitation)
    full = ArrivedFull(type="visitor", language="en", host_id=None, email="", phone="", answers={})
    kiosk.act(Kind.VISITOR_ARRIVED, at, stay=stay, muster=muster, full=full)
    for document, digest in (("yard", RULES_HASH), ("once", ONCE_HASH)):
        consent = ConsentFull(
            purpose="document",
            document=document,
            version="1",
            sha256=digest,
            language="en",
            granted=granted,
            signature=signature,
        )
        kiosk.act(Kind.CONSENT_RECORDED, at, stay=stay, full=consent, quality=ClockQuality.NTP)
    return stay


async def send(ground: Ground, kiosk: FakeKiosk, first: int) -> None:
    await ground.send(kiosk, kiosk.batch(first))


@pytest.fixture
async def worker(addresses: DatabaseAddresses) -> AsyncIterator[Database]:
    """The database as the worker reaches it, by whom the job is done."""
    async with Database(DatabaseSettings(url=addresses.worker, role=WORKER)).open() as db:
        yield db


async def told(ground: Ground, worker: Database, kiosk: FakeKiosk) -> list[tuple[Agreed, ...] | msgspec.UnsetType]:
    """What the newest page says, after the worker's job."""
    await AgreementPages(worker, ground.cloud.feed).renew(ground.tenant)
    page = content_of(await ask_feed(ground, kiosk), PageKind.INVITATIONS, Invitations)
    return [entry.agreed for entry in page.invitations]


async def count(ground: Ground, query: str) -> int:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        row = await (await tx.connection.execute(query.encode())).fetchone()
    assert row is not None
    return int(row[0])


JOBS = "select count(*) from queue.procrastinate_jobs where task_name = 'pages.invitations'"
ROWS = "select count(*) from lodge.invitation_agreement"


async def test_f05_a_consent_reaches_kiosks_in_the_invitation_and_goes_with_the_visit(
    ground: Ground, worker: Database
) -> None:
    """F05: the newest of each document, of those alone that need not be agreed to each time; one job for many."""
    kiosk, invitation = await start(ground)
    assert await told(ground, worker, kiosk) == [msgspec.UNSET]
    come(ground, kiosk, invitation)
    await send(ground, kiosk, 1)
    ground.clock.advance(days=3)
    stay = come(ground, kiosk, invitation, "ADA  SÁMPLE", signature=uuid4())
    await send(ground, kiosk, 4)
    assert await count(ground, f"{JOBS} and args->>'tenant' = '{ground.tenant}'") == 1
    at_ms = int(ground.clock.now().timestamp() * 1000)
    newest = (Agreed(document="yard", sha256=RULES_HASH, at_ms=at_ms, signed=True, right=0),)
    assert await told(ground, worker, kiosk) == [newest]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await erasures.erase(tx, stay, ground.clock.now())
    assert await told(ground, worker, kiosk) == [msgspec.UNSET]
    assert await count(ground, ROWS) == 0


async def test_f05_nothing_is_told_where_it_may_have_been_another_person(ground: Ground, worker: Database) -> None:
    """F05: another name, several people, a clock that runs ahead, no invitation, or one that is gone; and a later
    refusal takes back what was there.
    """
    twice = msgspec.structs.replace(PASS, key="team", name="Team Sample", uses=2)
    kiosk, invitation = await start(ground, PASS, twice)
    team = await build_invitation_codes(ground.cloud).of_key(ground.tenant, "team")
    assert isinstance(team, InvitationCode)
    come(ground, kiosk, invitation, "Bea Other")
    come(ground, kiosk, team.invitation, "Team Sample")
    come(ground, kiosk, None)
    come(ground, kiosk, uuid4())
    come(ground, kiosk, invitation, ahead=timedelta(hours=1))
    await send(ground, kiosk, 1)
    assert await count(ground, ROWS) == 0
    come(ground, kiosk, invitation)
    await send(ground, kiosk, 16)
    assert await count(ground, ROWS) == 1
    renamed = msgspec.structs.replace(PASS, name="Bea Other")
    await ground.cloud.organisations.apply(ground.tenant, organisation(renamed), OPERATOR)
    assert await told(ground, worker, kiosk) == [msgspec.UNSET]
    await ground.cloud.organisations.apply(ground.tenant, organisation(), OPERATOR)
    assert [len(found) for found in await told(ground, worker, kiosk) if isinstance(found, tuple)] == [1]
    come(ground, kiosk, invitation, granted=False)
    await send(ground, kiosk, 19)
    assert await told(ground, worker, kiosk) == [msgspec.UNSET]


async def test_f05_what_was_agreed_goes_with_the_invitation_and_when_a_document_is_for_every_visit(
    ground: Ground, worker: Database
) -> None:
    kiosk, invitation = await start(ground)
    come(ground, kiosk, invitation)
    await send(ground, kiosk, 1)
    await ground.cloud.organisations.apply(ground.tenant, organisation(days=0), OPERATOR)
    assert await told(ground, worker, kiosk) == [msgspec.UNSET]
    assert await count(ground, ROWS) == 1
    cloud = ground.cloud
    directory = Directory(cloud.db, cloud.ring, cloud.feed, cloud.trail, cloud.clock)
    assert await directory.call_off(ground.tenant, EVERYWHERE, invitation, OPERATOR)
    assert await count(ground, ROWS) == 0
