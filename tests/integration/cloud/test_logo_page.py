"""R22: the console's page for the logo takes one file of a form, and shows how kiosks have it."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cloud_api.composition import DatabaseAddresses
from cloud_api.policy.roles import Grant, Role
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.role_world import RoleWorld, run_role_world
from workbench.sample_logo import draw_logo

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
PAGE = "/kiosks/logo"


@pytest.fixture
async def world(
    addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path: Path
) -> AsyncIterator[RoleWorld]:
    async with run_role_world(addresses, key_service, tmp_path) as made:
        yield made


async def test_r22_a_logo_is_put_looked_at_and_removed_in_the_console(world: RoleWorld) -> None:
    """R22: whatever the file is called; what is no picture, or not one file, is refused and changes nothing."""
    admin, drawn, script = await world.person(Grant(Role.ADMIN)), BytesIO(), b"<svg onload='alert(1)'/>"
    draw_logo().save(drawn, "PNG")

    async def shown() -> list[str]:
        return re.findall(r'<img src="(/files/[^"]+)"', (await world.ask("GET", PAGE, admin)).text)

    assert await shown() == []
    put = await world.ask("POST", PAGE, admin, files={"picture": ("../<b>.svg", drawn.getvalue(), "text/html")})
    assert (put.status_code, put.headers["location"]) == (303, PAGE)
    picture, stencil, same = await shown()
    assert (stencil, same) == (f"{picture}-stencil",) * 2
    answer = await world.client.get(stencil)
    assert answer.headers["content-disposition"] == 'attachment; filename="logo.png"'
    with Image.open(BytesIO(answer.content)) as seen:
        assert (seen.mode, seen.height) == ("LA", 256)
    refused = await world.ask("POST", PAGE, admin, files={"picture": ("logo.png", script, "image/png")})
    said = "This is no picture that Lodge reads: a logo is a PNG, JPEG or WebP."
    assert (refused.status_code, said in refused.text) == (422, True)
    half = {"Content-Type": "multipart/form-data; boundary=x"}
    wrong: tuple[tuple[int, dict[str, Any]], ...] = (
        (415, {"data": {"picture": "x"}}),
        (415, {"content": drawn.getvalue()}),
        (422, {"files": [("picture", drawn.getvalue()), ("another", script)]}),
        (422, {"content": b"--x\r\n\r\nhalf", "headers": half}),
    )
    for status, body in wrong:
        headers = {**admin.headers, **body.pop("headers", {})}
        given = await world.client.post(PAGE, headers=headers, **body)
        assert given.status_code == status, body
    assert await shown() == [picture, stencil, stencil]
    assert (await world.ask("POST", f"{PAGE}/remove", admin)).status_code == 303
    assert await shown() == []
    assert [(await world.client.get(path)).status_code for path in (picture, stencil)] == [404, 404]
