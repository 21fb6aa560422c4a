"""Webhooks on a real database and a real TLS server: R24, R45, C32."""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hmac import digest
from threading import Event
from uuid import UUID

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.errors import ConfigurationError
from cloud_api.migrations.roles import WORKER
from cloud_api.notify.destinations import DestinationError, Destinations
from cloud_api.notify.posting import Posted, Poster
from cloud_api.services.agreement_pages import AgreementPages
from cloud_api.services.audit_trail import AdminAct, AuditTrail
from cloud_api.services.kek_rotation import destroy_keys
from cloud_api.services.webhook_delivery import WebhookDelivery, WebhookTerms
from cloud_api.services.webhooks import Made, Wanted, WebhookPorts, Webhooks
from cloud_api.serving import worker_terms
from cloud_api.store import alerts
from cloud_api.store.db import Database, DatabaseSettings, Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.webhook_messages import Message
from cloud_api.worker.jobs import QUEUES, WEBHOOK_QUEUES, Desks, QueueConnection, build_queue, build_webhook_queue
from tests.fakes.cloud_server import OPERATOR, Ground, run_ground

pytestmark = pytest.mark.anyio
URL = "https://hooks.example.org/lodge"


@dataclass
class ScriptedPoster(Poster):
    """Answers as told, 200 once nothing more is said; ``seen``: the headers and bodies of each attempt."""

    answers: list[Posted] = field(default_factory=list)
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    dies: bool = False

    def post(self, url: str, body: bytes, headers: object) -> Posted:
        assert url == URL
        self.seen.append((dict(headers), body))  # type: ignore[call-overload]  # a mapping, as the port says
        if self.dies:
            raise asyncio.CancelledError
        return self.answers.pop(0) if self.answers else Posted(200)


@pytest.fixture
async def fresh(addresses: DatabaseAddresses) -> AsyncIterator[Ground]:
    async with run_ground(addresses) as ground:
        yield ground


def delivery(ground: Ground, poster: Poster, **terms: int | timedelta) -> WebhookDelivery:
    cloud = ground.cloud
    made = WebhookTerms(**terms)  # type: ignore[arg-type]  # fields by name
    return WebhookDelivery(cloud.db, cloud.ring, poster, JobQueue(), cloud.trail, clock=cloud.clock, terms=made)


async def create(ground: Ground, url: str = URL, **wanted: object) -> Made:
    return await ground.cloud.telling.webhooks.create(ground.tenant, Wanted("Doors", url, **wanted), OPERATOR)  # type: ignore[arg-type]  # fields by name


async def messages(ground: Ground) -> Sequence[Message]:
    return await ground.cloud.telling.webhooks.messages(ground.tenant)


async def deliver(ground: Ground, poster: Poster, **terms: int | timedelta) -> int:
    waiting = [item.id for item in await messages(ground) if item.standing == "waiting"]
    return await delivery(ground, poster, **terms).deliver(ground.tenant, waiting)


async def visit(ground: Ground) -> UUID:
    kiosk = await ground.enrol(f"Kiosk {len(await messages(ground))}")
    stay = kiosk.arrive(ground.clock.now(), name="Ada Sample")
    await ground.send(kiosk, kiosk.batch())
    kiosk.depart(ground.clock.now(), stay)
    await ground.send(kiosk, kiosk.batch())
    return stay


async def test_r24_an_arrival_and_a_departure_are_told_once_each_signed_and_without_a_name(
    fresh: Ground, addresses: DatabaseAddresses
) -> None:
    made = await create(fresh, site="mill-lane")
    stay, poster = await visit(fresh), ScriptedPoster()
    assert await deliver(fresh, poster) == 0
    bodies = [json.loads(body) for _, body in poster.seen]
    assert {body["type"]: body["data"] for body in bodies} == {
        "visit.arrived": {"id": str(stay), "site": "mill-lane"},
        "visit.departed": {"id": str(stay), "site": "mill-lane"},
    }
    for headers, body in poster.seen:
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = digest(b64decode(made.secret.removeprefix("whsec_")), text, "sha256")
        assert headers["webhook-signature"] == f"v1,{b64encode(mac).decode()}"
        assert b"Ada" not in body
    assert await deliver(fresh, poster) == 0
    assert len(poster.seen) == len({headers["webhook-id"] for headers, _ in poster.seen}) == 2
    with psycopg.connect(addresses.migrator) as connection:  # the queue is outside the tenant door: ids alone
        connection.execute("set role lodge_owner")
        jobs = connection.execute("select args from queue.procrastinate_jobs where task_name = 'webhooks.deliver'")
        assert all(set(args) == {"tenant", "messages"} for (args,) in jobs.fetchall())


async def test_r24_a_sender_that_is_killed_after_the_receiver_took_a_message_sends_it_again_under_its_own_id(
    fresh: Ground,
) -> None:
    await create(fresh, kinds=("visit.arrived",))
    await visit(fresh)
    dying = ScriptedPoster(dies=True)
    with pytest.raises(asyncio.CancelledError):
        await deliver(fresh, dying)
    after = ScriptedPoster()
    fresh.clock.advance(hours=7)
    assert await delivery(fresh, after).rescue() >= 1
    assert await deliver(fresh, after) == 0
    assert [headers["webhook-id"] for headers, _ in dying.seen] == [headers["webhook-id"] for headers, _ in after.seen]
    assert dying.seen[0][1] == after.seen[0][1]


async def test_r45_what_is_refused_is_tried_again_then_given_up_in_the_open_and_can_be_sent_again(
    fresh: Ground,
) -> None:
    await create(fresh, kinds=("visit.arrived",))
    await visit(fresh)
    poster = ScriptedPoster([Posted(503, "it answered 503"), Posted(0, "no answer within 10 seconds")])
    assert await deliver(fresh, poster, most_attempts=2) == 1
    assert await deliver(fresh, poster, most_attempts=2) == 0
    (given_up,) = await messages(fresh)
    assert (given_up.standing, given_up.attempts, given_up.fault) == ("failed", 2, "no answer within 10 seconds")
    hooks = fresh.cloud.telling.webhooks
    (hook,) = await hooks.all(fresh.tenant)
    assert hook.failing_since is not None
    assert await hooks.send_again(fresh.tenant, given_up.id, OPERATOR)
    assert not await hooks.send_again(fresh.tenant, given_up.id, OPERATOR)
    assert await deliver(fresh, poster) == 0
    assert [item.standing for item in await messages(fresh)] == ["sent"]
    assert (await hooks.all(fresh.tenant))[0].failing_since is None


@pytest.mark.parametrize(("status", "days"), [(410, 0), (500, 3)])
async def test_a_webhook_that_is_gone_or_takes_nothing_for_days_is_stopped_until_somebody_resumes_it(
    fresh: Ground, status: int, days: int
) -> None:
    made, hooks = await create(fresh, kinds=("visit.arrived",)), fresh.cloud.telling.webhooks
    await visit(fresh)
    poster = ScriptedPoster([Posted(status, "no")] * (days + 1))
    for _ in range(days):
        assert await deliver(fresh, poster) == 1
        fresh.clock.advance(days=1)
    assert await deliver(fresh, poster) == 0
    (hook,) = await hooks.all(fresh.tenant)
    assert hook.stopped_at is not None
    before = len(poster.seen)
    await visit(fresh)
    assert await deliver(fresh, poster) == 0
    assert len(poster.seen) == before
    assert await hooks.resume(fresh.tenant, made.id, OPERATOR)
    await visit(fresh)
    assert await deliver(fresh, poster) == 0
    assert len(poster.seen) == before + 1


async def test_r45_a_quiet_webhook_is_not_stopped_by_two_failures_days_apart(fresh: Ground) -> None:
    made, hooks = await create(fresh), fresh.cloud.telling.webhooks
    for fault in ("on Monday", "on Friday"):
        message = await hooks.test(fresh.tenant, made.id)
        assert message is not None
        poster = ScriptedPoster([Posted(503, fault)])
        await delivery(fresh, poster, most_attempts=1).deliver(fresh.tenant, [message])
        fresh.clock.advance(days=4)
    (hook,) = await hooks.all(fresh.tenant)
    assert hook.stopped_at is None
    assert [item.fault for item in await messages(fresh)] == ["on Friday", "on Monday"]


@dataclass
class SilentPoster(Poster):
    """One that never answers, save to ``/well``; ``held`` until then."""

    held: Event = field(default_factory=Event)
    begun: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list)

    def post(self, url: str, body: bytes, headers: object) -> Posted:
        del body, headers
        self.asked.append(url)
        if url.endswith("/well"):
            return Posted(200)
        if url.endswith("/odd"):
            raise UnicodeError(url)
        self.begun.set()
        assert self.held.wait(10)
        return Posted(0, "no answer within 10 seconds")


async def test_r24_a_webhook_that_never_answers_or_cannot_be_sent_to_holds_up_no_other(fresh: Ground) -> None:
    poster, silent, well = SilentPoster(), f"{URL}/silent", f"{URL}/well"
    for url in (silent, f"{URL}/odd", well):
        await create(fresh, url, kinds=("visit.arrived",))
    for _ in range(2):
        await visit(fresh)
    sender = delivery(fresh, poster)
    waiting = [item.id for item in await messages(fresh)]
    poster.held.set()
    assert await sender.deliver(fresh.tenant, waiting) == 4
    assert (poster.asked.count(silent), poster.asked.count(well)) == (1, 2)
    poster.held.clear()
    poster.begun.clear()
    first = asyncio.create_task(sender.deliver(fresh.tenant, waiting))
    assert await asyncio.to_thread(poster.begun.wait, 10)
    assert await sender.deliver(fresh.tenant, waiting) == 4  # at once: the silent one is being asked already
    assert poster.asked.count(silent) == 2
    poster.held.set()
    assert await first == 4


async def test_r24_a_worker_tells_hosts_while_messages_wait_for_webhooks(
    fresh: Ground, addresses: DatabaseAddresses
) -> None:
    await create(fresh)
    kiosk = await fresh.enrol()
    stay = kiosk.arrive(fresh.clock.now(), name="Ada Sample", host_id=await fresh.host())
    await fresh.send(kiosk, kiosk.batch())
    of_worker = Database(DatabaseSettings(url=addresses.worker, role=WORKER))
    cloud, terms = fresh.cloud, replace(worker_terms(), concurrency=1)
    hooks, connection = delivery(fresh, SilentPoster()), QueueConnection(addresses.worker, of_worker.configure)
    retention = cloud.operator.system_log_retention
    desks = Desks(
        cloud.alerts,
        cloud.mailing.letters,
        cloud.object_retention,
        hooks,
        retention,
        cloud.mailing.deliveries,
        cloud.operator.retention,
        cloud.mailing.reception,
        AgreementPages(cloud.db, cloud.feed),
    )
    queue, telling = (
        build_queue(connection, desks, terms),
        build_webhook_queue(connection, hooks),
    )
    assert not set(QUEUES) & set(WEBHOOK_QUEUES)
    assert "webhooks.deliver" in telling.tasks
    assert "webhooks.deliver" not in queue.tasks
    assert "pages.invitations" in queue.tasks
    async with queue.open_async():
        await queue.run_worker_async(queues=list(QUEUES), concurrency=1, wait=False, install_signal_handlers=False)
    async with cloud.db.tenant(fresh.tenant) as tx:
        (told,) = (await alerts.of_stays(tx, [stay]))[stay]
    assert told.standing == "failed"  # there is no mail server: it was taken up
    assert [item.standing for item in await messages(fresh)] == ["waiting"]


async def test_another_secret_signs_beside_the_former_one_for_a_day(fresh: Ground) -> None:
    first, hooks = await create(fresh), fresh.cloud.telling.webhooks
    second = await hooks.replace_secret(fresh.tenant, first.id, OPERATOR)
    assert second is not None
    poster = ScriptedPoster()
    for _ in range(2):
        await hooks.test(fresh.tenant, first.id)
        await deliver(fresh, poster)
        fresh.clock.advance(days=1, seconds=1)
    both, alone = (headers["webhook-signature"].split(" ") for headers, _ in poster.seen)
    assert (len(both), len(alone)) == (2, 1)


class NotingTrail(AuditTrail):
    """Keeps acts for the test."""

    def __init__(self) -> None:
        self.acts: list[AdminAct] = []

    async def record(self, tx: Tenant, act: AdminAct) -> UUID:
        self.acts.append(act)
        return tx.id


async def test_r24_the_audit_log_has_a_webhooks_host_and_not_what_may_be_secret_in_its_address(fresh: Ground) -> None:
    cloud, trail = fresh.cloud, NotingTrail()
    hooks = Webhooks(WebhookPorts(cloud.db, cloud.ring, Destinations(), JobQueue(), trail, cloud.clock))
    await hooks.create(fresh.tenant, Wanted("Doors", f"{URL}/T0/s3cret?key=s3cret"), OPERATOR)
    (act,) = trail.acts
    assert (act.kind, act.detail.get("host"), "s3cret" in str(act)) == ("webhook.created", "hooks.example.org", False)


async def test_r17_messages_of_an_organisation_whose_keys_are_gone_are_not_taken_up(fresh: Ground) -> None:
    await create(fresh)
    await visit(fresh)
    fresh.clock.advance(hours=7)
    for destroyed in (False, True):
        if destroyed:
            async with fresh.cloud.db.tenant(fresh.tenant) as tx:
                await destroy_keys(tx, fresh.clock)
        async with fresh.cloud.db.lookup() as lookups:
            found = await lookups.list_webhook_backlogs(fresh.clock.now())
        assert (fresh.tenant in found) is not destroyed


async def test_what_cannot_be_a_webhook_is_refused_in_words(fresh: Ground) -> None:
    for wanted, error in (
        ({"url": "https://169.254.169.254/latest"}, DestinationError),
        ({"kinds": ("visit.erased",)}, ConfigurationError),
        ({"site": "nowhere"}, ConfigurationError),
    ):
        with pytest.raises(error):
            await create(fresh, **wanted)
    assert await fresh.cloud.telling.webhooks.all(fresh.tenant) == []
    for _ in range(20):
        await create(fresh)
    with pytest.raises(ConfigurationError, match="20 webhooks"):
        await create(fresh)
