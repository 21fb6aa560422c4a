"""The organisation's logo, from its upload to what a kiosk of each site shows of it (ADR 91)."""

from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from cloud_api.api import build_logos
from cloud_api.services.organisation_file import read_organisation_file
from cloud_api.store import data_keys, feed_pages, organisations
from cloud_api.store import logos as stored_logos
from cloud_api.store.logos import LogoFacts
from kiosk.flows.organisation_logo import logo_of
from sync.protocol.feed import Configuration, PageKind, read_content
from tests.fakes.cloud_server import OPERATOR, Ground
from workbench.demo import cloud as demo
from workbench.sample_logo import draw_logo

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
SAMPLE = read_organisation_file(Path(demo.__file__).with_name("thistledown.json").read_bytes())
ANNEXE = msgspec.structs.replace(SAMPLE.sites[0], key="annexe", name="The annexe", kiosks=())


async def newest(ground: Ground) -> dict[UUID, bytes]:
    """The configuration page of each site, as it is signed and waits for kiosks."""
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        cipher, found = await data_keys.open_organisation_key(tx, ground.cloud.ring), {}
        for site_id in await organisations.list_site_ids(tx):
            page = (await feed_pages.list_newest(tx, site_id))["configuration"]
            found[site_id] = await feed_pages.read_content(tx, cipher, site_id, "configuration", page.content_hash)
    return found


def shown(pages: dict[UUID, bytes]) -> list[bool]:
    """Whether a kiosk of each site shows a logo."""
    read = [read_content(PageKind.CONFIGURATION, raw, Configuration) for raw in pages.values()]
    return [logo_of(page) is not None for page in read]


async def test_r22_a_logo_is_on_every_sites_page_from_its_upload_until_it_is_removed(ground: Ground) -> None:
    """R22: applying the file leaves it; without it pages have the bytes that they had; and a server of the version
    before, which knows no stencils, leaves none of a logo that it replaced.
    """
    wanted = msgspec.structs.replace(SAMPLE, sites=(*SAMPLE.sites, ANNEXE))
    cloud, logos, given = ground.cloud, build_logos(ground.cloud, ground.cloud.feed), BytesIO()
    draw_logo().save(given, format="WEBP", lossless=True)
    await cloud.organisations.apply(ground.tenant, wanted, OPERATOR)
    without = await newest(ground)
    assert (await logos.put(ground.tenant, given.getvalue(), OPERATOR)).on_kiosks
    assert shown(await newest(ground)) == [True, True]
    other = msgspec.structs.replace(wanted, name="Thistledown & Daughters")
    await cloud.organisations.apply(ground.tenant, other, OPERATOR)
    assert shown(await newest(ground)) == [True, True]
    async with cloud.db.tenant(ground.tenant) as tx:  # as that server does it
        cipher = await data_keys.open_organisation_key(tx, cloud.ring)
        await stored_logos.put(tx, cipher, LogoFacts(uuid4(), 3, ground.clock.now(), on_kiosks=False), b"new")
        await cloud.feed.refresh_all(tx)
    assert shown(await newest(ground)) == [False, False]
    await logos.put(ground.tenant, given.getvalue(), OPERATOR)
    await cloud.organisations.apply(ground.tenant, wanted, OPERATOR)
    assert await newest(ground) != without
    assert await logos.remove(ground.tenant, OPERATOR)
    assert await newest(ground) == without
