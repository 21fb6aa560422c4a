"""Pages on real PostgreSQL: what the organisation's file puts on them, what is sent, and what is kept."""

from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import UNSET

from cloud_api.errors import ConfigurationError
from cloud_api.services.devices import Device
from cloud_api.services.feed import FeedTerms
from cloud_api.services.feed_contents import build_contents
from cloud_api.services.organisation_file import (
    HostEntry,
    InvitationEntry,
    OrganisationFile,
    SiteEntry,
    WindowEntry,
    ZoneEntry,
    read_organisation_file,
)
from cloud_api.store import organisations
from cloud_api.store.feed_pages import KEPT_VERSIONS
from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import (
    SHAPES,
    Attestations,
    BadgeTemplates,
    Condition,
    Configuration,
    Documents,
    Hosts,
    Invitations,
    PageKind,
    Revocations,
    StaffPins,
    VisitorTypes,
    Watchlist,
    apply_changes,
    open_head,
    read_content,
    require_content,
)
from sync.protocol.keyspage import KeyUse, open_keys_page
from sync.protocol.matching import is_met, match_tokens
from tests.fakes.cloud_kiosk import FakeKiosk
from tests.fakes.cloud_server import OPERATOR, Ground, sample_file
from tests.fakes.feed_pages import head_of, versions_of
from workbench.demo import cloud as demo

pytestmark = pytest.mark.anyio
C = TypeVar("C", bound=msgspec.Struct)
SAMPLE = read_organisation_file(Path(demo.__file__).with_name("thistledown.json").read_bytes())


class Reader:
    """A kiosk's half: verifies what it is sent, whole or as changes, and keeps it."""

    def __init__(self, ground: Ground, kiosk: FakeKiosk) -> None:
        self._ground, self._kiosk = ground, kiosk
        self.contents: dict[str, bytes] = {}
        self.versions: dict[str, int] = {}
        self.changed: set[str] = set()

    async def device(self) -> Device:
        device = await self._ground.cloud.devices.find(self._kiosk.key.epoch)
        assert device is not None
        return device

    async def ask(self) -> FeedAnswer:
        answer = await self._ground.cloud.feed.answer(await self.device(), dict(self.versions))
        self.changed = set()
        root = Ed25519PrivateKey.from_private_bytes(self._ground.root).public_key()
        keys = open_keys_page(answer.keys, root=root, tenant=self._ground.tenant)
        for sent in answer.pages:
            device = await self.device()
            head = open_head(sent.head, key=keys.current(KeyUse.FEED), tenant=device.tenant, site=device.site_id)
            raw = sent.whole
            if raw is None:
                assert sent.changes is not None
                assert sent.changes.since == self.versions[head.page]
                self.changed.add(head.page)
                raw = apply_changes(PageKind(head.page), self.contents[head.page], sent.changes)
            require_content(head, raw)
            self.contents[head.page], self.versions[head.page] = raw, head.version
        return answer

    def page(self, kind: PageKind, shape: type[C]) -> C:
        return read_content(kind, self.contents[kind], shape)


async def apply(ground: Ground, wanted: OrganisationFile) -> None:
    await ground.cloud.organisations.apply(ground.tenant, wanted, OPERATOR)


async def test_the_sample_organisation_fills_every_page_that_a_file_can_fill(ground: Ground) -> None:
    await apply(ground, SAMPLE)
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    assert set(reader.contents) == set(PageKind)
    for kind, shape in SHAPES.items():
        assert read_content(kind, reader.contents[kind], shape)
    configuration = reader.page(PageKind.CONFIGURATION, Configuration)
    assert (configuration.accent, configuration.keep_days.visits) == ("#24683A", 30)
    assert [zone.capacity for zone in configuration.zones] == [40]
    types = sorted(reader.page(PageKind.VISITOR_TYPES, VisitorTypes).types, key=lambda kind: kind.position)
    assert [kind.id for kind in types] == ["visitor", "contractor", "interview", "audit", "driver", "delivery"]
    order, car, vehicle = types[1].fields
    assert (order.basis, car.when, vehicle.when) == ("contract", UNSET, Condition(field="car", answers=("yes",)))
    assert isinstance(vehicle.notices, dict)
    assert types[1].rules.attestations == ("liability-insurance",)
    induction, rules = reader.page(PageKind.DOCUMENTS, Documents).documents
    assert ({text.language for text in rules.texts}, rules.again_after_days) == (set(configuration.languages), 365)
    assert (induction.signature, induction.pass_right, len(induction.quiz)) == (True, 2, 2)
    pins = {pin.id: pin.scopes for pin in reader.page(PageKind.STAFF_PINS, StaffPins).pins}
    assert set(pins) == {"site", "reception", "maintenance", "security"}
    assert pins["maintenance"] == ("printer", "status", "readiness")
    assert len(reader.page(PageKind.BADGE_TEMPLATES, BadgeTemplates).templates) == 2


async def test_kiosks_learn_what_they_compare_and_not_what_it_was(ground: Ground) -> None:
    """Names, addresses and reasons of the watchlist stay in the cloud; matching works all the same."""
    await apply(ground, SAMPLE)
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    sent = b"".join(reader.contents.values()).lower()
    for secret in (b"thrale", b"thefts", b"spindle", b"ottilie@", b"k7m4p9", b"246810", b"ines@example.org"):
        assert secret not in sent
    listed = reader.page(PageKind.WATCHLIST, Watchlist)
    key = bytes.fromhex(listed.key)
    given = match_tokens(key, "name", "THRALE, Bárnaby James")
    (met,) = [entry for entry in listed.entries for clue in entry.clues if is_met(clue.tokens, given)]
    assert met.action == "hold"
    invited = reader.page(PageKind.INVITATIONS, Invitations)
    (claimed,) = [item for item in invited.invitations if item.claim]
    known = {"email": "Ottilie@Example.org", "code": "k7m4p9"}
    token_key = bytes.fromhex(invited.key)
    assert all(is_met(clue.tokens, match_tokens(token_key, clue.field, known[clue.field])) for clue in claimed.claim)
    attested = reader.page(PageKind.ATTESTATIONS, Attestations)
    assert len({listed.key, invited.key, attested.key}) == 3


async def test_a_host_more_is_sent_as_a_change_and_a_page_signed_anew_as_less(ground: Ground) -> None:
    await apply(ground, SAMPLE)
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    more = msgspec.structs.replace(SAMPLE, hosts=(*SAMPLE.hosts, HostEntry(key="new", name="Newly Come")))
    ground.clock.advance(seconds=5)
    await apply(ground, more)
    answer = await reader.ask()
    assert ([head_of(sent).page for sent in answer.pages], reader.changed) == (["hosts"], {"hosts"})
    assert "Newly Come" in [host.name for host in reader.page(PageKind.HOSTS, Hosts).hosts]
    ground.clock.advance(days=2)
    answer = await reader.ask()
    assert len(answer.pages) == len(PageKind)
    assert {"hosts", "documents", "visitor_types"} <= reader.changed
    assert len(msgspec.json.encode(answer)) < 20_000


async def test_a_kiosk_whose_version_is_unknown_or_too_old_gets_the_whole_page(ground: Ground) -> None:
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    first = dict(reader.versions)
    for number in range(KEPT_VERSIONS + 1):
        ground.clock.advance(seconds=5)
        await apply(ground, sample_file(hosts=(HostEntry(key="grace", name=f"Grace {number}"),)))
    answer = await reader.ask()
    assert (len(answer.pages), reader.changed) == (1, set())
    reader.versions = {**first, "hosts": reader.versions["hosts"] - 1}
    answer = await reader.ask()
    assert answer.pages[0].whole is not None
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute("select kind, count(*) from lodge.feed_page group by kind")
        counts: dict[str, Any] = dict(await cursor.fetchall())
        cursor = await tx.connection.execute("select count(*) from lodge.feed_content where kind = 'hosts'")
        assert (counts["hosts"], await cursor.fetchone()) == (KEPT_VERSIONS, (KEPT_VERSIONS,))


async def test_applying_the_same_file_again_sends_nobody_anything(ground: Ground) -> None:
    await apply(ground, SAMPLE)
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    ground.clock.advance(minutes=1)
    await apply(ground, SAMPLE)
    assert (await reader.ask()).pages == ()


async def test_what_the_file_no_longer_names_is_gone_from_the_pages(ground: Ground) -> None:
    await apply(ground, SAMPLE)
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    ground.clock.advance(minutes=1)
    await apply(ground, msgspec.structs.replace(SAMPLE, watchlist=SAMPLE.watchlist[1:], staff_pins=()))
    await reader.ask()
    assert len(reader.page(PageKind.WATCHLIST, Watchlist).entries) == 1
    assert [pin.id for pin in reader.page(PageKind.STAFF_PINS, StaffPins).pins] == ["site"]


def _second_site() -> SiteEntry:
    return SiteEntry(
        key="weir",
        name="The Weir",
        time_zone="Europe/London",
        zones=(ZoneEntry(key="hall", name="Hall", muster_point="Bridge"),),
    )


async def test_what_is_of_one_site_stays_off_the_others_pages(ground: Ground) -> None:
    await apply(ground, msgspec.structs.replace(SAMPLE, sites=(*SAMPLE.sites, _second_site())))
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute("select id from lodge.site where key = 'weir'")
        ((site,),) = await cursor.fetchall()
        found = await build_contents(tx, ground.cloud.ring, site, ground.clock.now())
    invited, pins = found[PageKind.INVITATIONS], found[PageKind.STAFF_PINS]
    assert isinstance(invited, Invitations)
    assert isinstance(pins, StaffPins)
    assert [item.name for item in invited.invitations] == ["Caspar Holloway"]
    assert [pin.id for pin in pins.pins] == ["reception", "security"]


async def test_f02_who_was_announced_is_forgotten_a_week_after_the_last_window(ground: Ground) -> None:
    """F02: by kiosks' pages and by the table, also what the version before wrote, which says not when it ends."""
    now = ground.clock.now()
    today, tomorrow, later = ((now + timedelta(days=days)).isoformat(timespec="minutes") for days in (0, 1, 30))
    once, again = WindowEntry(begins=today, ends=tomorrow), WindowEntry(begins=tomorrow, ends=later)
    over = InvitationEntry(key="over", type="visitor", name="Over", windows=(once,))
    back = msgspec.structs.replace(over, key="back", name="Back", windows=(again, once))
    await apply(ground, sample_file(invitations=(over, back)))

    async def names(days: int) -> list[str]:
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            (site, *_) = await organisations.list_site_ids(tx)
            at, kinds = now + timedelta(days=days), [PageKind.INVITATIONS]
            page = (await build_contents(tx, ground.cloud.ring, site, at, kinds))[PageKind.INVITATIONS]
        assert isinstance(page, Invitations)
        assert {item.language for item in page.invitations} <= {""}, (
            "F22: none was named, so the place's first is meant"
        )
        return sorted(item.name for item in page.invitations)

    assert [await names(days) for days in (7, 9)] == [["Back", "Over"], ["Back"]]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await tx.connection.execute("update lodge.published_entry set ends_at = null")
    ground.clock.advance(days=9)
    assert await ground.cloud.operator.retention.purge() >= 1
    assert await names(0) == ["Back"]


async def test_c17_a_revoked_kiosk_is_named_to_every_site(ground: Ground) -> None:
    """C17: peers and codes may come from another site."""
    wanted = msgspec.structs.replace(SAMPLE, sites=(*SAMPLE.sites, _second_site()))
    await apply(ground, wanted)
    lost, reader = await ground.enrol("Lost"), Reader(ground, await ground.enrol("Other"))
    await reader.ask()
    ground.clock.advance(minutes=1)
    await ground.cloud.fleet.revoke(ground.tenant, lost.identity.kiosk, OPERATOR)
    await reader.ask()
    assert [item.id for item in reader.page(PageKind.REVOCATIONS, Revocations).revocations] == [lost.key.epoch]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cursor = await tx.connection.execute(
            "select count(distinct (site_id, content_hash)) from lodge.feed_page p where kind = 'revocations'"
            " and version = (select max(version) from lodge.feed_page q"
            " where q.site_id = p.site_id and q.kind = p.kind)"
            " and exists (select 1 from lodge.feed_page o where o.kind = p.kind and o.site_id <> p.site_id"
            " and o.content_hash = p.content_hash)"
        )
        assert await cursor.fetchone() == (2,)


async def test_an_answer_that_would_be_too_large_comes_in_parts(ground: Ground) -> None:
    """C25: a kiosk takes 16 MiB, and thirteen pages may have 4 each."""
    await apply(ground, SAMPLE)
    reader = Reader(ground, await ground.enrol())
    feed = ground.cloud.feed
    feed._terms = FeedTerms(answer_bytes=4000)
    answers = [await reader.ask()]
    while answers[-1].more:
        answers.append(await reader.ask())
    assert len(answers) > 2
    assert set(reader.contents) == set(PageKind)
    assert (await reader.ask()).pages == ()


async def test_c25_a_page_that_no_kiosk_would_take_is_refused_and_nothing_changes(ground: Ground) -> None:
    """C25."""
    reader = Reader(ground, await ground.enrol())
    await reader.ask()
    texts = tuple(
        msgspec.structs.replace(SAMPLE.documents[0], id=f"d{number}", paragraphs=("x" * 8000,) * 100)
        for number in range(6)
    )
    with pytest.raises(ConfigurationError, match=r"^documents: a site's page would have 4\.6 MiB"):
        await apply(ground, sample_file(documents=texts, name="Renamed"))
    assert (await reader.ask()).pages == ()


async def test_versions_that_a_kiosk_names_are_read_page_by_page(ground: Ground) -> None:
    kiosk = await ground.enrol()
    device = await Reader(ground, kiosk).device()
    everything = await ground.cloud.feed.answer(device, {})
    held = versions_of(everything.pages)
    assert (await ground.cloud.feed.answer(device, held)).pages == ()
    held["roster"] -= 1
    assert [head_of(sent).page for sent in (await ground.cloud.feed.answer(device, held)).pages] == ["roster"]
