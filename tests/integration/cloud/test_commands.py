"""Commands to kiosks: on the page until they are answered, listed with the answers, and what a wipe leaves open."""

from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from cloud_api.erasure_journal import read_journal
from cloud_api.errors import ConfigurationError
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.board import Board
from cloud_api.services.file_fleet_writing import FleetDone
from cloud_api.services.ingest import Accepted
from cloud_api.services.organisation_file import (
    CommandEntry,
    ErasureEntry,
    KioskEntry,
    OrganisationFile,
    RevocationEntry,
)
from cloud_api.services.organisations import Applied
from sync.protocol.feed import Commands, PageKind, Roster, read_content
from sync.protocol.feed.orders import open_command
from sync.protocol.keys import private_key
from sync.protocol.keyspage import KeyUse, open_keys_page
from sync.protocol.kinds import CommandAnsweredFull, Kind
from sync.protocol.muster_exchange import MusterQuestion
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.feed_pages import head_of

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


async def _commands(ground: Ground, kiosk: FakeKiosk) -> dict[UUID, str]:
    """What the page commands, verified as a kiosk does, by command."""
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    answer = await ground.cloud.feed.answer(device, {})
    (sent,) = [sent for sent in answer.pages if head_of(sent).page == "commands"]
    keys = open_keys_page(answer.keys, root=private_key(ground.root).public_key(), tenant=ground.tenant)
    page = read_content(PageKind.COMMANDS, sent.whole or b"", Commands)
    key = keys.current(KeyUse.COMMAND)
    opened = [open_command(item.signed, key=key, tenant=ground.tenant, site=device.site_id) for item in page.commands]
    assert [(item.id, item.kiosk) for item in page.commands] == [(item.id, item.kiosk) for item in opened]
    return {command.id: command.order for command in opened}


async def _give(ground: Ground, order: str, *, kiosk: str | None = None, hours: int = 1) -> UUID:
    commanding = ground.cloud.commanding
    given = await commanding.command(ground.tenant, order, site=None, kiosk=kiosk, hours=hours, actor=OPERATOR)
    return given.id


async def _answer(ground: Ground, kiosk: FakeKiosk, command: UUID, order: str) -> None:
    full = CommandAnsweredFull(command=command, order=order, outcome="obeyed")
    kiosk.act(Kind.COMMAND_ANSWERED, ground.clock.now(), full=full)
    assert isinstance(await ground.send(kiosk, kiosk.batch(len(kiosk.events))), Accepted)


async def test_f19_a_command_is_on_the_page_until_its_kiosk_has_answered_or_it_expires(ground: Ground) -> None:
    """F19: a card that is put back from a copy has forgotten that it obeyed; so the page must not say it again."""
    lobby, gate = await ground.enrol("Lobby"), await ground.enrol("Gate")
    own, for_all = await _give(ground, "restart", kiosk="Lobby"), await _give(ground, "stop_photos", hours=2)
    assert await _commands(ground, lobby) == {own: "restart", for_all: "stop_photos"}
    await _answer(ground, lobby, for_all, "stop_photos")
    await _answer(ground, gate, own, "restart")  # of a command that is not the gate's
    assert own in await _commands(ground, gate)
    await _answer(ground, lobby, own, "restart")
    assert await _commands(ground, gate) == {for_all: "stop_photos"}
    told = {item.command.id: item for item in await ground.cloud.commanding.list(ground.tenant)}
    (reply,) = told[own].replies
    assert (reply.kiosk, reply.outcome, reply.seq, reply.head) == ("Lobby", "obeyed", 2, lobby.head.hash)
    assert (told[own].kiosk, told[own].site, told[for_all].kiosk) == ("Lobby", "mill-lane", "")
    ground.clock.advance(hours=3)
    await ground.cloud.organisations.apply(ground.tenant, sample_file(), OPERATOR)
    assert await _commands(ground, gate) == {}
    for kiosk, words in (("Attic", 'there is no kiosk "Attic"'), (None, "a wipe names the one kiosk")):
        with pytest.raises(ConfigurationError, match=words):
            await _give(ground, "wipe", kiosk=kiosk)


async def test_c47_lists_say_incomplete_after_a_wipe_until_a_person_has_looked(ground: Ground) -> None:
    """C47: whoever arrived there stays listed; neither an answer nor revoking the kiosk ends the doubt."""
    lobby, gate = await ground.enrol("Lobby"), await ground.enrol("Gate")
    stay = lobby.arrive(ground.clock.now())
    assert isinstance(await ground.send(lobby, lobby.batch()), Accepted)
    board = Board(ground.cloud.db, ground.cloud.ring, ground.clock)
    given = ground.clock.now()
    command = await _give(ground, "wipe", kiosk="Lobby")
    ground.clock.advance(minutes=10)
    with pytest.raises(ConfigurationError, match="in its place would be wiped"):
        await ground.cloud.fleet.renew_code(ground.tenant, lobby.identity.kiosk, OPERATOR)
    await _answer(ground, lobby, command, "wipe")
    await ground.cloud.fleet.renew_code(ground.tenant, lobby.identity.kiosk, OPERATOR)
    gate.arrive(ground.clock.now())
    await ground.send(gate, gate.batch())

    async def quiet() -> list[tuple[str, bool]]:
        view = await board.view(ground.tenant, EVERYWHERE)
        assert view is not None
        assert stay in {row.id for row in view.on_site}
        return [(kiosk.name, kiosk.wiped or kiosk.revoked) for kiosk in view.freshness.quiet]

    device = await ground.cloud.devices.find(gate.key.epoch)
    assert device is not None
    told = await ground.cloud.musters.answer(device, MusterQuestion(v=1, logs=(), stays=(), present=()))
    heard = {item.kiosk: item.at_ms for item in told.heard}
    assert heard[lobby.identity.kiosk] == int(given.timestamp() * 1000)
    assert heard[gate.identity.kiosk] == int(ground.clock.now().timestamp() * 1000)
    assert await quiet() == [("Lobby", True)]
    await ground.cloud.fleet.revoke(ground.tenant, lobby.identity.kiosk, OPERATOR)
    assert await quiet() == [("Lobby", True)]
    assert await ground.cloud.commanding.reviewed(ground.tenant, lobby.identity.kiosk, OPERATOR)
    assert not await ground.cloud.commanding.reviewed(ground.tenant, lobby.identity.kiosk, OPERATOR)
    assert await quiet() == []


async def _acts(ground: Ground) -> list[str]:
    """The kinds of all administrative acts but those of applying."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute("select kind from lodge.audit_record")
        return [row[0] for row in await cursor.fetchall() if row[0] != "configuration.applied"]


async def test_the_file_names_kiosks_revokes_erases_and_commands_once_or_is_refused_whole(ground: Ground) -> None:
    lobby, lost = await ground.enrol("Lobby"), await ground.enrol("Lost")
    stay = lobby.arrive(ground.clock.now(), name="Quillandra Zephyrwick")
    assert isinstance(await ground.send(lobby, lobby.batch()), Accepted)
    (site,) = sample_file().sites
    reason = "asked for"
    kiosks = (KioskEntry(name="Lobby", zone="lobby"), KioskEntry(name="Gate"))
    wanted = sample_file(
        sites=(replace(site, kiosks=kiosks),),
        revocations=(RevocationEntry(site=site.key, kiosk="Lost", reason=reason),),
        erasures=(ErasureEntry(stay=str(stay), reason=reason),),
        commands=(
            CommandEntry(name="night-1", site=site.key, kiosk="Gate", order="restart", hours=2, reason=reason),
            CommandEntry(name="all-1", site=site.key, order="allow_photos", reason=reason),
        ),
    )
    wrong = sample_file(
        sites=wanted.sites,
        revocations=(*wanted.revocations, RevocationEntry(site=site.key, kiosk="Attic", reason=reason)),
        erasures=(*wanted.erasures, ErasureEntry(stay=str(uuid4()), reason=reason)),
        commands=(replace(wanted.commands[0], name="a", kiosk="Lost"), *wanted.commands),
    )
    before = await _acts(ground)
    with pytest.raises(ConfigurationError) as refused:
        await _apply(ground, wrong)
    places = [fault.partition(":")[0] for fault in str(refused.value).split("; ")]
    assert places == ["revocations[1].kiosk", "commands[0].kiosk", "erasures[1].stay"]
    assert await _acts(ground) == before
    assert (await _apply(ground, wanted)).fleet == FleetDone(kiosks=1, revoked=1, erased=1, commands=2)
    assert [entry.stay for entry in read_journal(ground.cloud.settings.erasure_journal).entries] == [stay]
    after = ["command.given", "command.given", "kiosk.created", "kiosk.revoked", "visit.erased"]
    assert sorted(await _acts(ground)) == sorted([*before, *after])
    given = {item.command.name: item for item in await ground.cloud.commanding.list(ground.tenant)}
    assert (given["night-1"].kiosk, given["all-1"].kiosk) == ("Gate", "")
    assert await _commands(ground, lobby) == {item.command.id: item.command.order for item in given.values()}
    roster = await _roster(ground, lobby)
    zones = {entry.name: entry.zone for entry in roster.kiosks}
    assert zones == {"Lobby": "lobby", "Gate": "", "Lost": ""}
    standings = {entry.kiosk: [key.standing for key in entry.keys] for entry in roster.kiosks}
    assert standings[lost.identity.kiosk] == ["revoked"]
    for again in (wanted, sample_file()):
        assert (await _apply(ground, again)).fleet == FleetDone(0, 0, 0, 0)
    assert sorted(await _acts(ground)) == sorted([*before, *after])
    assert await _roster(ground, lobby) == roster
    other = CommandEntry(name="all-1", site=site.key, order="stop_photos", reason=reason)
    await ground.enrol("Lost")
    with pytest.raises(ConfigurationError, match=r"^revocations\[0\].kiosk: another kiosk .*; commands\[0\].name: "):
        await _apply(ground, sample_file(revocations=wanted.revocations, commands=(other,)))


async def _apply(ground: Ground, wanted: OrganisationFile) -> Applied:
    return await ground.cloud.organisations.apply(ground.tenant, wanted, OPERATOR)


async def _roster(ground: Ground, kiosk: FakeKiosk) -> Roster:
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    (sent,) = [sent for sent in (await ground.cloud.feed.answer(device, {})).pages if head_of(sent).page == "roster"]
    return read_content(PageKind.ROSTER, sent.whole or b"", Roster)
