"""A visit erased on request: in the cloud at once, on kiosks by the feed; proofs stay, and the list stays true."""

from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from cloud_api.clock import unix_ms
from cloud_api.composition import DatabaseAddresses
from cloud_api.erasure_journal import ErasureJournal, JournalEntry, read_journal
from cloud_api.errors import ErasureJournalError
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.postgres.cluster import Server
from cloud_api.services.erasing import Erased
from cloud_api.services.ingest import Accepted
from cloud_api.services.visit_story import VisitStories
from cloud_api.store import stays
from sync.archive_file import read_archive
from sync.device.erasing import Erasing
from sync.device.pruning import Pruning
from sync.protocol.archive import verify_archive
from sync.protocol.feed import Erasures, PageKind, read_content
from tests.fakes.cloud_postgres import superuser_url
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.fakes.cloud_site import Site
from tests.fakes.feed_pages import head_of
from tests.fakes.kiosk_on_site import KioskOnSite, new_kiosk

CANARY = "Quillandra Zephyrwick"


async def _page(ground: Ground, epoch: str) -> Erasures:
    device = await ground.cloud.devices.find(epoch)
    assert device is not None
    answer = await ground.cloud.feed.answer(device, {})
    (sent,) = [sent for sent in answer.pages if head_of(sent).page == "erasures"]
    return read_content(PageKind.ERASURES, sent.whole or b"", Erasures)


@pytest.mark.anyio
async def test_c39_an_erased_visit_is_without_a_name_in_every_row_and_kiosks_are_told(ground: Ground) -> None:
    """C39, R32: and whoever is still inside stays on the list until they leave."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), name=CANARY, host_id=await ground.host())
    other = kiosk.arrive(ground.clock.now())
    assert isinstance(await ground.send(kiosk, kiosk.batch()), Accepted)
    assert (await _page(ground, kiosk.key.epoch)).erasures == ()
    assert await ground.cloud.erasing.erase(ground.tenant, stay, OPERATOR) is Erased.NOW
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        found = await stays.find_many(tx, ground.cloud.ring, [stay, other])
        for table, column in (("event_body", "data_key_id"), ("stay_token", "stay_id")):
            cursor = await tx.connection.execute(
                f"select count(*) from lodge.{table} where {column} = %s".encode(),  # noqa: S608  constants
                (stay,),
            )
            assert await cursor.fetchone() == (0,)
    assert (found[stay].present, found[stay].person, found[stay].host_id, found[stay].flags) == (
        True,
        None,
        None,
        ("unnamed",),
    )
    assert found[other].person is not None
    page = await _page(ground, kiosk.key.epoch)
    assert [erasure.stays for erasure in page.erasures] == [(stay,)]
    kiosk.depart(ground.clock.now(), stay)
    assert isinstance(await ground.send(kiosk, kiosk.batch(3)), Accepted)
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert [item.id for item in await stays.list_present(tx, ground.cloud.ring)] == [other]


@pytest.mark.anyio
async def test_what_is_erased_or_unknown_already_is_said(ground: Ground) -> None:
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    erase = ground.cloud.erasing.erase
    assert [await erase(ground.tenant, asked, OPERATOR) for asked in (uuid4(), ground.tenant, stay, stay)] == [
        Erased.UNKNOWN,
        Erased.UNKNOWN,
        Erased.NOW,
        Erased.BEFORE,
    ]
    assert len((await _page(ground, kiosk.key.epoch)).erasures) == 1


@pytest.mark.anyio
async def test_r13_another_organisations_visit_cannot_be_erased(ground: Ground) -> None:
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    other = await ground.cloud.organisations.create("Other Works", OPERATOR, lambda _key: None)
    assert await ground.cloud.erasing.erase(other.id, stay, OPERATOR) is Erased.UNKNOWN
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert (await stays.find_many(tx, ground.cloud.ring, [stay]))[stay].person is not None


async def _name(ground: Ground, stay: UUID) -> str | None:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        found = (await stays.find_many(tx, ground.cloud.ring, [stay]))[stay]
    return found.person.name if found.person else None


@pytest.mark.anyio
async def test_c39_without_its_journal_nothing_is_erased_and_nothing_half(ground: Ground) -> None:
    """C39: an erasure that a backup could undo unnoticed is refused."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), name=CANARY)
    await ground.send(kiosk, kiosk.batch())
    journal = ground.cloud.settings.erasure_journal
    journal.mkdir()
    with pytest.raises(ErasureJournalError, match="nothing was erased"):
        await ground.cloud.erasing.erase(ground.tenant, stay, OPERATOR)
    assert (await _name(ground, stay), (await _page(ground, kiosk.key.epoch)).erasures) == (CANARY, ())
    journal.rmdir()
    assert await ground.cloud.erasing.erase(ground.tenant, stay, OPERATOR) is Erased.NOW
    assert read_journal(journal).entries == (JournalEntry(ground.tenant, stay, unix_ms(ground.clock.now())),)


@pytest.mark.anyio
async def test_c39_what_the_journal_names_is_erased_again_also_of_visits_that_are_told_later(ground: Ground) -> None:
    """C39: a transaction that failed behind its line, a restored database, and one of before the visit began."""
    kiosk, late = await ground.enrol(), await ground.enrol("Late kiosk")
    stay = kiosk.arrive(ground.clock.now(), name=CANARY)
    other = kiosk.arrive(ground.clock.now())
    await ground.send(kiosk, kiosk.batch())
    unheard, at = uuid4(), unix_ms(ground.clock.now())
    entries = [JournalEntry(tenant, named, at) for tenant, named in ((ground.tenant, stay), (ground.tenant, unheard))]
    journal = ErasureJournal(ground.cloud.settings.erasure_journal)
    await journal.add([*entries, JournalEntry(uuid4(), uuid4(), at), JournalEntry(ground.tenant, ground.tenant, at)])
    first, second = [await ground.cloud.operator.erasure_replay.run() for _ in range(2)]
    assert (first.erased, first.elsewhere, first.faults, second.erased) == (2, 1, (), 0)
    assert {named for told in (await _page(ground, kiosk.key.epoch)).erasures for named in told.stays} == {
        stay,
        unheard,
    }
    late.arrive(ground.clock.now(), stay=unheard, name=CANARY, host_id=await ground.host())
    assert isinstance(await ground.send(late, late.batch()), Accepted)
    assert [await _name(ground, named) for named in (stay, unheard)] == [None, None]
    assert await _name(ground, other) is not None


@pytest.mark.anyio
async def test_c39_a_hosts_journal_takes_in_what_only_the_database_or_another_journal_knows(
    ground: Ground, tmp_path: Path
) -> None:
    """C39: of two servers each comes to know all; and damage is told, without keeping the rest from being repeated."""
    kiosk = await ground.enrol()
    here, there = [kiosk.arrive(ground.clock.now()) for _ in range(2)]
    await ground.send(kiosk, kiosk.batch())
    own, other = ground.cloud.settings.erasure_journal, tmp_path / "other.journal"
    await ground.cloud.erasing.erase(ground.tenant, here, OPERATOR)
    own.unlink()
    named = JournalEntry(ground.tenant, there, unix_ms(ground.clock.now()))
    other.write_bytes(b"lodge-erasure-v1 what was this\n" + named.line())
    replayed = await ground.cloud.operator.erasure_replay.run([other])
    assert (replayed.erased, replayed.damaged, len(replayed.faults)) == (1, 1, 1)
    assert {entry.stay for entry in read_journal(own).entries} >= {here, there}
    with pytest.raises(ErasureJournalError, match="there is no"):
        await ground.cloud.operator.erasure_replay.run([tmp_path / "absent"])


def test_the_application_may_note_an_erasure_and_take_none_back(server: Server, addresses: DatabaseAddresses) -> None:
    """C39: a copy that comes back is told again."""
    name = addresses.app.split("@/")[1].split("?")[0]
    with psycopg.connect(superuser_url(server, name)) as connection:
        rights = connection.execute(
            "select grantee, privilege_type from information_schema.role_table_grants"
            " where table_schema = 'lodge' and table_name = 'erasure' and grantee in ('lodge_app', 'lodge_worker')"
        ).fetchall()
    assert set(rights) == {(role, right) for role in ("lodge_app", "lodge_worker") for right in ("SELECT", "INSERT")}


def _erase_by_command(site: Site, kiosk: KioskOnSite) -> UUID:
    """Erase the visit of ``CANARY``, also on the kiosk, which still lists that somebody is there."""
    station = kiosk.station
    stay = next(item.id for item in station.roll.on_site() if item.muster and item.muster.name == CANARY)
    assert "--reason" in site.run("visit", "erase", str(stay), "--yes", code=2).stderr
    assert "no visit" in site.run("visit", "erase", str(uuid4()), "--reason", "asked", "--yes", code=1).stderr
    said = site.facts("visit", "erase", str(stay), "--reason", "the visitor asked", "--yes")
    assert said == {"stay": str(stay), "erased": "now"}
    nothing = Erasures(erasures=())
    kiosk.until(
        lambda: bool((station.feed.content(PageKind.ERASURES, Erasures) or nothing).erasures), kiosk.lines.feed.step
    )
    pruning = Pruning(log=station.log, roll=station.roll, clock=station.clock)
    Erasing(log=station.log, feed=station.feed, pruning=pruning).step()
    names = {entry.name for entry in station.evacuation.on_site().entries}
    assert (len(station.roll.on_site()), CANARY in names, "Ada Sample" in names) == (2, False, True)
    return stay


def _is_erased(site: Site, stay: UUID) -> bool:
    queries = (
        "select wrapped is null from lodge.data_key where id = %s",
        "select not exists (select from lodge.event_body where data_key_id = %s)",
        "select name is null from lodge.stay where id = %s",
        "select count(*) = 1 from lodge.erasure where stay_id = %s",
    )
    with site.superuser() as connection:
        return all(connection.execute(query, (stay,)).fetchone() == (True,) for query in queries)


def test_c39_the_command_erases_here_and_on_a_kiosk_and_no_backup_brings_anybody_back(
    own_site: Site, tmp_path: Path
) -> None:
    """C39, R32, R36: by the operator's command, over TLS, on a kiosk's own disk; an auditor can verify all of it, and
    yesterday's database, put back, has erased it again before it serves anything.
    """
    with own_site.process("serve"):
        own_site.wait_until_ready()
        made, _ = new_kiosk(own_site, tmp_path, "lobby")
        with made.open() as kiosk:
            kiosk.visit(CANARY)
            kiosk.visit("Ada Sample")
            kiosk.drain()
    begun = own_site.facts("backup", "begin")["id"]
    own_site.keep_copy("yesterday")
    with own_site.process("serve"):
        own_site.wait_until_ready()
        with made.open() as kiosk:
            stay = _erase_by_command(own_site, kiosk)
            recorded = kiosk.station.log.head.seq
        path = tmp_path / "audit.zip"
        facts = own_site.facts("audit", "export", "--reason", "drill", "--force", "-o", str(path))
    assert verify_archive(read_archive(path), pinned_root=facts["root"]).device_events >= recorded
    with own_site.superuser() as connection:
        told = connection.execute("select count(*) from lodge.audit_record where kind = 'visit.erased'").fetchone()
        assert told == (1,)
    lost = own_site.facts("backup", "begin")["id"]
    own_site.restore_copy("yesterday")
    assert not _is_erased(own_site, stay)
    with own_site.process("serve"):
        own_site.wait_until_ready()
        assert _is_erased(own_site, stay)
    assert own_site.facts("erasures", "replay")["erased"] == 0
    assert own_site.facts("backup", "confirm", begun)["confirmed"] == "now"
    assert "restored to a time before" in own_site.run("backup", "confirm", lost, code=1).stderr
    state = own_site.facts("backup", "status")
    assert (state["expected"], state["confirmed"]["id"], state["events_waiting"]) == (False, begun, 0)


@pytest.mark.anyio
async def test_the_visits_page_says_that_it_was_erased_and_shows_nobody(ground: Ground) -> None:
    """R32."""
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), name=CANARY, host_id=await ground.host())
    await ground.send(kiosk, kiosk.batch())
    await ground.cloud.erasing.erase(ground.tenant, stay, OPERATOR)
    told = await VisitStories(ground.cloud.db, ground.cloud.ring, ground.clock).tell(ground.tenant, EVERYWHERE, stay)
    assert told is not None
    assert (told.row.name, told.email, told.answers, told.photo) == (None, "", (), None)
    assert "Erased on request" in [step.title for step in told.steps]
    assert CANARY not in repr(told)
