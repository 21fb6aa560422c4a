"""Alerts to hosts: one an arrival, late ones say so, and no crash doubles them (F11, C10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from cloud_api.composition import DatabaseAddresses
from cloud_api.notify.mailer import Claim, Delivery, Mail
from cloud_api.notify.settings import SmtpSettings
from cloud_api.notify.smtp import SmtpMailer
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.visit_story import VisitStories
from cloud_api.store import alerts, hosts
from cloud_api.store.alerts import Alert
from sync.protocol.chain import Head
from sync.protocol.repeats import act_again
from tests.fakes.cloud_mail import MailServer
from tests.fakes.cloud_server import OPERATOR, Ground, run_ground, sample_file

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


class ScriptedMailer:
    """A mailer that asks for its claim and then answers as told."""

    def __init__(self, *outcomes: Delivery) -> None:
        self.outcomes = list(outcomes)
        self.taken: list[Mail] = []

    async def deliver(self, mail: Mail, claim: Claim) -> Delivery:
        outcome = self.outcomes.pop(0) if self.outcomes else Delivery.SENT
        if outcome is Delivery.NOT_SENT:
            return outcome
        if not await claim():
            return Delivery.NOT_OURS
        self.taken.append(mail)
        return outcome


class VanishingMailer:
    """A mailer whose process is killed right after the message went out."""

    async def deliver(self, mail: Mail, claim: Claim) -> Delivery:
        assert await claim()
        raise asyncio.CancelledError


@asynccontextmanager
async def arrived(
    addresses: DatabaseAddresses, mailer: ScriptedMailer | VanishingMailer | SmtpMailer, *, name: str = "Ada Sample"
) -> AsyncIterator[tuple[Ground, UUID, UUID]]:
    async with run_ground(addresses, mailer=mailer) as ground:
        kiosk = await ground.enrol()
        stay = kiosk.arrive(ground.clock.now(), name=name, host_id=await ground.host())
        await ground.send(kiosk, kiosk.batch())
        yield ground, stay, (await read(ground, stay)).id


async def read(ground: Ground, stay: UUID) -> Alert:
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        (found,) = (await alerts.of_stays(tx, [stay]))[stay]
    return found


async def test_a_real_mail_server_gets_one_message_in_plain_words(addresses: DatabaseAddresses) -> None:
    """C36: whatever the name holds."""
    name = "Ada\r\nBcc: eve@example.org <script>alert(1)</script> [b]"
    with MailServer() as server:
        settings = SmtpSettings(host="127.0.0.1", port=server.port, sender="lodge@example.org", security="insecure")
        async with arrived(addresses, SmtpMailer(settings), name=name) as (ground, stay, alert):
            assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 0
            assert (await read(ground, stay)).standing == "sent"
        (message,) = server.box.messages
    assert message["Subject"] == "Ada Bcc: eve@example.org <script>alert(1)</script> [b] has arrived at Mill Lane"
    assert message["Bcc"] is None
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://lodge.example.org/mail/")
    assert message["To"] == "grace@example.org"
    assert "Front lobby, Mill Lane" in message.get_content()
    assert "ago" not in message.get_content()


async def test_a_job_that_runs_twice_sends_once(addresses: DatabaseAddresses) -> None:
    mailer = ScriptedMailer()
    async with arrived(addresses, mailer) as (ground, _, alert):
        await ground.cloud.alerts.deliver(ground.tenant, [alert])
        await ground.cloud.alerts.deliver(ground.tenant, [alert, alert])
    assert len(mailer.taken) == 1


async def test_ten_workers_at_once_send_once(addresses: DatabaseAddresses) -> None:
    mailer = ScriptedMailer()
    async with arrived(addresses, mailer) as (ground, stay, alert):
        await asyncio.gather(*(ground.cloud.alerts.deliver(ground.tenant, [alert]) for _ in range(10)))
        assert (await read(ground, stay)).standing == "sent"
    assert len(mailer.taken) == 1


async def test_an_alert_that_was_not_sent_waits_and_is_sent_later_with_its_age(addresses: DatabaseAddresses) -> None:
    """F11: delayed alerts say how old the arrival is."""
    mailer = ScriptedMailer(Delivery.NOT_SENT, Delivery.NOT_SENT)
    async with arrived(addresses, mailer) as (ground, stay, alert):
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 1
        ground.clock.advance(minutes=42)
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 1
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 0
        assert (await read(ground, stay)).standing == "sent"
    (mail,) = mailer.taken
    assert "the arrival was 42 minutes ago" in mail.text


async def test_a_sender_that_vanishes_leaves_the_alert_unsure_and_never_doubles_it(
    addresses: DatabaseAddresses,
) -> None:
    """At most once: see ADR 0023."""
    async with arrived(addresses, VanishingMailer()) as (ground, stay, alert):
        with pytest.raises(asyncio.CancelledError):
            await ground.cloud.alerts.deliver(ground.tenant, [alert])
        assert (await read(ground, stay)).standing == "sending"
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 0
        ground.clock.advance(minutes=10)
        assert await ground.cloud.alerts.rescue() == 0
        assert (await read(ground, stay)).standing == "unsure"
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 0


@pytest.mark.parametrize(("outcome", "standing"), [(Delivery.REFUSED, "failed"), (Delivery.UNSURE, "unsure")])
async def test_definite_and_unsure_answers_are_final(
    addresses: DatabaseAddresses, outcome: Delivery, standing: str
) -> None:
    mailer = ScriptedMailer(outcome)
    async with arrived(addresses, mailer) as (ground, stay, alert):
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 0
        assert await ground.cloud.alerts.deliver(ground.tenant, [alert]) == 0
        assert (await read(ground, stay)).standing == standing
    assert len(mailer.taken) == 1


async def test_a_forgotten_alert_is_deferred_anew_and_after_a_day_given_up(addresses: DatabaseAddresses) -> None:
    mailer = ScriptedMailer()
    async with arrived(addresses, mailer) as (ground, stay, _):
        assert await ground.cloud.alerts.rescue() == 0
        ground.clock.advance(minutes=6)
        assert await ground.cloud.alerts.rescue() == 1
        assert await ground.cloud.alerts.rescue() == 0
        ground.clock.advance(hours=25)
        assert await ground.cloud.alerts.rescue() == 0
        assert (await read(ground, stay)).standing == "failed"


async def test_without_a_mail_server_the_alert_says_so(addresses: DatabaseAddresses) -> None:
    async with run_ground(addresses) as ground:
        kiosk = await ground.enrol()
        stay = kiosk.arrive(ground.clock.now(), host_id=await ground.host())
        await ground.send(kiosk, kiosk.batch())
        await ground.cloud.alerts.deliver(ground.tenant, [(await read(ground, stay)).id])
        assert (await read(ground, stay)).standing == "failed"


async def test_no_alert_is_made_for_a_host_without_an_address_or_that_is_not_known(ground: Ground) -> None:
    kiosk = await ground.enrol()
    quiet = kiosk.arrive(ground.clock.now(), host_id=await ground.host("Noel Mailless"))
    strange = kiosk.arrive(ground.clock.now(), host_id=UUID(int=7))
    none = kiosk.arrive(ground.clock.now(), host_id=None)
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await alerts.of_stays(tx, [quiet, strange, none]) == {}


async def test_a_host_who_left_the_organisation_is_not_written_to(ground: Ground) -> None:
    host = await ground.host()
    await ground.cloud.organisations.apply(ground.tenant, sample_file(hosts=()), OPERATOR)
    kiosk = await ground.enrol()
    stay = kiosk.arrive(ground.clock.now(), host_id=host)
    await ground.send(kiosk, kiosk.batch())
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        assert await alerts.of_stays(tx, [stay]) == {}
        assert not (await hosts.find_many(tx, ground.cloud.ring, [host]))[host].active


async def test_somebody_who_left_before_the_alert_went_out_is_not_said_to_wait(addresses: DatabaseAddresses) -> None:
    mailer = ScriptedMailer()
    async with run_ground(addresses, mailer=mailer) as ground:
        kiosk = await ground.enrol()
        stay = kiosk.arrive(ground.clock.now() - timedelta(hours=2), host_id=await ground.host())
        kiosk.depart(ground.clock.now() - timedelta(hours=1), stay)
        await ground.send(kiosk, kiosk.batch())
        await ground.cloud.alerts.deliver(ground.tenant, [(await read(ground, stay)).id])
    (mail,) = mailer.taken
    assert "the arrival was 2 hours ago" in mail.text
    assert "They left again at 8:30" in mail.text


async def test_the_job_is_deferred_with_the_arrival_and_holds_ids_only(
    addresses: DatabaseAddresses, ground: Ground
) -> None:
    """The outbox: one job a batch, in the transaction of the batch."""
    with psycopg.connect(addresses.worker) as connection:
        connection.execute("delete from queue.procrastinate_jobs")
        connection.commit()
        kiosk = await ground.enrol()
        stays = [kiosk.arrive(ground.clock.now(), host_id=await ground.host()) for _ in range(3)]
        await ground.send(kiosk, kiosk.batch())
        rows = connection.execute("select task_name, args from queue.procrastinate_jobs").fetchall()
    ((task, args),) = rows
    made = {str((await read(ground, stay)).id) for stay in stays}
    assert (task, args["tenant"], set(args["alerts"])) == ("alerts.deliver", str(ground.tenant), made)
    assert set(args) == {"tenant", "alerts"}


async def test_c05_an_arrival_that_was_recorded_again_is_told_with_the_time_of_the_first(
    addresses: DatabaseAddresses,
) -> None:
    """C05: after a salvage, in the message, on the board and on the visit's page; also once its body is not at hand."""
    mailer = ScriptedMailer()
    async with run_ground(addresses, mailer=mailer) as ground:
        kiosk = await ground.enrol()
        first = ground.clock.now()
        stay = kiosk.arrive(first, host_id=await ground.host())
        act = act_again(kiosk.events.pop())
        kiosk.head = Head.genesis(kiosk.key.epoch)
        ground.clock.advance(hours=3)
        kiosk.act(act.kind, ground.clock.now(), stay=act.stay, muster=act.muster, full=act.full)
        await ground.send(kiosk, kiosk.batch())
        waiting = await read(ground, stay)
        assert await ground.cloud.alerts.deliver(ground.tenant, [waiting.id]) == 0
        ground.clock.advance(minutes=5)
        kiosk.depart(ground.clock.now(), stay)
        await ground.send(kiosk, kiosk.batch(2))
        told = await VisitStories(ground.cloud.db, ground.cloud.ring, ground.clock).tell(
            ground.tenant, EVERYWHERE, stay
        )
    assert told is not None
    assert told.row.since == first
    assert [step.at for step in told.steps if step.title.startswith("Arrived")] == [first]
    (mail,) = mailer.taken
    assert "the arrival was 3 hours ago" in mail.text
