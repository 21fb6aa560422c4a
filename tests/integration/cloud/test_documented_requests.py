"""Each request that the documents show, by the real curl: docs/api.md and docs/security/refusals.md (F21)."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import Grant, Role
from tests.fakes.api_program import connect, make_key
from tests.fakes.cloud_key_service import MemoryKeyService
from tests.fakes.console_browser import forget_attempts
from tests.fakes.installed_postgres import INSTALLED
from tests.fakes.role_world import RoleWorld, run_role_world
from tests.fakes.served_app import serving

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("binaries", INSTALLED[-1:], ids=["newest"], indirect=True, scope="session"),
]
OWNER = Grant(Role.OWNER)
API = Path("docs/api.md").read_text("utf-8")
REFUSALS = Path("docs/security/refusals.md").read_text("utf-8")
_OF_THE_DOCS = [
    Permission.VISITS_VIEW,
    Permission.DIRECTORY_VIEW,
    Permission.ORGANISATION_CONFIGURE,
    Permission.INVITATIONS_MANAGE,
    Permission.WATCHLIST_MANAGE,
    Permission.DELIVERIES_MANAGE,
    Permission.WEBHOOKS_MANAGE,
]


@pytest.fixture(scope="module")
async def made(
    addresses: DatabaseAddresses, key_service: MemoryKeyService, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RoleWorld]:
    async with run_role_world(addresses, key_service, tmp_path_factory.mktemp("server")) as world:
        yield world


@pytest.fixture
async def world(made: RoleWorld) -> RoleWorld:
    await forget_attempts(made.ground.cloud)
    return made


async def test_each_example_of_the_documentation_answers_as_it_says(world: RoleWorld, tmp_path: Path) -> None:
    """F21: by the real curl, one after the other, as somebody would who reads docs/api.md."""
    owner, place = await world.person(OWNER), world.places[0]
    settings = {
        "KEY": (await make_key(world, owner, _OF_THE_DOCS)).secret,
        "REFRESH": (await connect(world, owner)).refresh,
        "SITE": str(place.site),
        "VISIT": str(place.visit),
        "INVITATION": str(await world.invitation(place)),
    }
    await _follow(world, API, settings, tmp_path)


async def test_each_refusal_of_the_security_page_is_as_it_says(world: RoleWorld, tmp_path: Path) -> None:
    """R02, R05, R11, R12, R13, R19, R22, R23, R24: by the real curl."""
    owner, home, away = await world.person(OWNER), *world.places
    reader = await make_key(world, owner, [Permission.VISITS_VIEW], sites=[home.site])
    settings = {
        "KEY": (await make_key(world, owner, _OF_THE_DOCS)).secret,
        "READER": reader.secret,
        "ELSEWHERE": str(away.visit),
        "FOREIGN": str(uuid4()),
        "HOST_ID": str(world.host),
    }
    await _follow(world, REFUSALS, settings, tmp_path)


async def _follow(world: RoleWorld, page: str, settings: dict[str, str], folder: Path) -> None:
    """Run every example of a page."""
    (folder / ".curlrc").write_text('silent\nshow-error\nwrite-out = "\\n%{http_code}"\n')
    examples = re.findall(r"```sh\n# (\d{3})\n(.*?)```", page, re.DOTALL)
    assert len(examples) == page.count("```sh") >= 12
    async with serving(world.app) as address:
        surroundings = {**settings, "CURL_HOME": str(folder), "LODGE": address, "PATH": os.environ["PATH"]}
        for status, script in examples:
            for name in ("ida", "trespasser", "courier"):
                script = script.replace(f'"{name}"', f'"{name}-of-the-docs"')  # noqa: PLW2901  the same with names of ours
            run = await asyncio.create_subprocess_exec(
                "bash", "-ec", script, env=surroundings, stdout=asyncio.subprocess.PIPE
            )
            said, _ = await run.communicate()
            assert said.decode().rpartition("\n")[2] == status, (script, said)
