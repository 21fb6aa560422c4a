"""Who sets up, changes and loses a second factor while others hold sessions of the same account (R07)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.console import build_shared_limit
from cloud_api.identity import Identity, build_identity
from cloud_api.keys.service import KeyService
from cloud_api.policy.roles import Grant, Role
from cloud_api.services import totp
from cloud_api.services.factor_checks import Answer
from cloud_api.services.own_factors import Enrolled, Fault
from cloud_api.services.own_sessions import PasswordFault
from cloud_api.services.second_step import Refused
from cloud_api.services.session_start import Where
from cloud_api.services.sign_in import Staff
from cloud_api.store import data_keys, organisations, passkeys, sessions, users
from tests.fakes.authenticator import Authenticator
from tests.fakes.cloud_server import ORIGIN
from tests.fakes.role_world import Person, RoleWorld, run_role_world
from tests.fakes.second_factors import kinds

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]
OWNER = Grant(Role.OWNER)


@dataclass
class Desk:
    """The world's people at the services themselves: what is asked here happens between two requests."""

    world: RoleWorld
    identity: Identity

    async def staff(self, person: Person) -> Staff:
        found = await self.identity.sign_in.find(person.token)
        assert found is not None
        return found

    def code(self, secret: bytes) -> str:
        return totp.code_at(secret, totp.step_at(self.world.ground.clock.now()))

    async def end(self, person: Person) -> None:
        async with self.world.ground.cloud.db.tenant(self.world.ground.tenant) as tx:
            await sessions.end(tx, sha256(person.token.encode()).digest())


@pytest.fixture
async def desk(addresses: DatabaseAddresses, key_service: KeyService, tmp_path: Path) -> AsyncIterator[Desk]:
    async with run_role_world(addresses, key_service, tmp_path) as world:
        cloud = world.ground.cloud
        yield Desk(world, build_identity(cloud, build_shared_limit(cloud)))


async def test_a_session_confirms_no_secret_that_another_one_was_shown(desk: Desk) -> None:
    """R07: whoever has the password too knows no secret that the owner sets up; an offer ends after its time."""
    owner = await desk.world.person(OWNER)
    other = await desk.world.again(owner)
    staff, thief = await desk.staff(owner), await desk.staff(other)
    seen = await desk.identity.factors.offer_app(thief)
    shown = await desk.identity.factors.offer_app(staff)
    assert seen is not None
    assert shown is not None
    assert seen != shown
    assert await desk.identity.factors.offer_app(staff) == shown
    actor = staff.actor("192.0.2.7")
    for code in (desk.code(seen), desk.code(shown)):
        said = await desk.identity.factors.confirm_app(thief, other.token, code, actor)
        assert said is Fault.NO_OFFER
    assert await desk.identity.factors.confirm_app(staff, owner.token, desk.code(seen), actor) is Fault.WRONG_CODE
    desk.world.ground.clock.advance(minutes=15)
    assert await desk.identity.factors.confirm_app(staff, owner.token, desk.code(shown), actor) is Fault.NO_OFFER
    shown = await desk.identity.factors.offer_app(staff)
    assert shown is not None
    assert isinstance(await desk.identity.factors.confirm_app(staff, owner.token, desk.code(shown), actor), Enrolled)


async def test_a_session_that_was_ended_changes_nothing_while_its_request_is_under_way(desk: Desk) -> None:
    """R07, R09: the password, factors and codes; nor does it end the session that ended it."""
    owner = await desk.world.person(OWNER)
    kept = await desk.world.again(owner)
    staff, actor = await desk.staff(owner), (await desk.staff(owner)).actor("192.0.2.7")
    factors, key = desk.identity.factors, (await desk.identity.factors.view(await desk.staff(owner))).passkeys[0]
    shown, asked = await factors.offer_app(staff), await factors.offer_passkey(staff, owner.token)
    assert shown is not None
    assert asked is not None
    made = Authenticator(ORIGIN, "lodge.example.org").create(asked)
    await desk.end(owner)
    assert await factors.confirm_app(staff, owner.token, desk.code(shown), actor) is Fault.ENDED
    assert await factors.add_passkey(staff, owner.token, made, "Key", actor) is Fault.ENDED
    assert await factors.remove_app(staff, owner.token, actor) is Fault.ENDED
    assert await factors.remove_passkey(staff, owner.token, key.id, actor) is Fault.ENDED
    assert await factors.renew_codes(staff, owner.token, actor) == ()
    said = await desk.identity.sessions.change_password(staff, owner.token, "nine lamps over the weir", actor)
    assert isinstance(said, PasswordFault)
    assert await desk.identity.sessions.end_others(staff, owner.token, actor) == 0
    view = await factors.view(await desk.staff(kept))
    assert (view.app, len(view.passkeys), view.recovery_codes) == (None, 1, 0)


async def test_a_role_that_needs_a_factor_is_shut_once_the_account_has_none(desk: Desk) -> None:
    """R07: whatever the session was begun with; a passkey that is not trusted may go, and another factor comes first.
    The new one is the first again: it ends the account's other sessions.
    """
    owner = await desk.world.person(OWNER)
    other = await desk.world.again(owner)
    staff = await desk.staff(owner)
    assert not staff.must_enrol
    async with desk.world.ground.cloud.db.tenant(desk.world.ground.tenant) as tx:
        cipher = await data_keys.open_organisation_key(tx, desk.world.ground.cloud.ring)
        key = (await passkeys.list_of(tx, cipher, owner.user_id))[0]
        await passkeys.suspect(tx, key.id, desk.world.ground.clock.now())
    actor = staff.actor("192.0.2.7")
    assert await desk.identity.factors.remove_passkey(staff, owner.token, key.id, actor) is None
    staff = await desk.staff(owner)
    assert staff.must_enrol
    shown = await desk.identity.factors.offer_app(staff)
    assert shown is not None
    done = await desk.identity.factors.confirm_app(staff, owner.token, desk.code(shown), actor)
    assert isinstance(done, Enrolled)
    assert done.signed_in is not None
    assert await desk.identity.sign_in.find(other.token) is None
    found = await desk.identity.sign_in.find(done.signed_in.token)
    assert found is not None
    assert not found.must_enrol


async def test_a_challenge_is_signed_within_ten_minutes_or_not_at_all(desk: Desk) -> None:
    """R07: whoever is shown one keeps nothing that opens anything later."""
    owner = await desk.world.person(OWNER)
    staff, key = await desk.staff(owner), Authenticator(ORIGIN, "lodge.example.org")
    asked = await desk.identity.factors.offer_passkey(staff, owner.token)
    assert asked is not None
    desk.world.ground.clock.advance(minutes=10)
    said = await desk.identity.factors.add_passkey(
        staff, owner.token, key.create(asked), "Key", staff.actor("192.0.2.7")
    )
    assert said is Fault.NOT_BELIEVED


async def test_a_second_step_ends_with_its_organisation_s_opening(desk: Desk) -> None:
    """R07, C39: nor does a wrong answer come into the audit log of an organisation that is closing."""
    owner, ground = await desk.world.person(OWNER), desk.world.ground
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        user = await users.find(tx, await data_keys.open_organisation_key(tx, ground.cloud.ring), owner.user_id)
        assert user is not None
        owed = await desk.identity.steps.begin(tx, user)
    assert await desk.identity.steps.find(owed.token) is not None
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await organisations.put_standing(tx, "closing", ground.clock.now())
    assert await desk.identity.steps.finish(owed.token, Answer("app", "000000"), Where("192.0.2.7")) is Refused.OVER
    assert (await kinds(ground))["staff.second_step_failed"] == 0
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await organisations.put_standing(tx, "open", ground.clock.now())


async def test_codes_for_kiosks_and_words_on_their_logs_want_a_proof(desk: Desk) -> None:
    """R07: a session that was left open enrols no kiosk and believes no log."""
    owner = await desk.world.person(OWNER)
    place = desk.world.places[0]
    kiosk = await desk.world.new_kiosk(place)
    acts = ("/kiosks", f"/kiosks/{kiosk}/code", f"/kiosks/{kiosk}/logs/{'a' * 64}/confirm")
    form = {"name": "Canteen kiosk", "site": place.key}
    fresh = [await desk.world.ask("POST", path, owner, data=form) for path in acts]
    assert [answer.status_code for answer in fresh] == [200, 200, 409]
    desk.world.ground.clock.advance(minutes=10)
    for path in acts:
        asked = await desk.world.ask("POST", path, owner, data=form)
        assert (asked.status_code, "Is it you?" in asked.text) == (403, True), path
