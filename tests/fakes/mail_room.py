"""A console whose server sends mail: to a mailer that keeps what it is given."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import psycopg
from fastapi import FastAPI

from cloud_api.composition import DatabaseAddresses
from cloud_api.notify.mailer import Claim, Delivery, Mail
from cloud_api.notify.settings import SmtpSettings
from tests.fakes.cloud_server import NOWHERE, Ground, run_ground
from tests.fakes.console_browser import browse, build


@dataclass
class KeepingMailer:
    """Takes what it is given, or does as ``outcomes`` say."""

    taken: list[Mail] = field(default_factory=list)
    outcomes: list[Delivery] = field(default_factory=list)

    async def deliver(self, mail: Mail, claim: Claim) -> Delivery:
        outcome = self.outcomes.pop(0) if self.outcomes else Delivery.SENT
        if outcome is Delivery.NOT_SENT:
            return outcome
        if not await claim():
            return Delivery.NOT_OURS
        self.taken.append(mail)
        return outcome


@dataclass
class MailRoom:
    """An organisation, its application, and the mails that its worker has sent."""

    ground: Ground
    app: FastAPI
    mailer: KeepingMailer
    worker_url: str

    async def forget(self) -> None:
        """Let nothing wait."""
        async with self.ground.cloud.db.tenant(self.ground.tenant) as tx:
            for table in ("letter", "staff_invitation"):
                await tx.connection.execute(f"delete from lodge.{table} where tenant_id = %s".encode(), (tx.id,))  # noqa: S608  constants
        with psycopg.connect(self.worker_url) as connection:
            connection.execute("delete from queue.procrastinate_jobs where task_name = 'letters.deliver'")

    def without_mail(self) -> FastAPI:
        """The application as it is where no mail server is configured."""
        return build(replace(self.ground.cloud, settings=replace(self.ground.cloud.settings, mail=None)))

    async def work(self) -> list[Mail]:
        """Do the jobs that wait, as the worker does; the mails of this round."""
        before = len(self.mailer.taken)
        async with self.ground.cloud.db.server() as connection:
            cursor = await connection.execute(
                "select args from queue.procrastinate_jobs where task_name = 'letters.deliver' order by id"
            )
            jobs = [row[0] for row in await cursor.fetchall()]
        for job in jobs:
            await self.ground.cloud.mailing.letters.deliver(self.ground.tenant, job["letters"])
        return self.mailer.taken[before:]

    @asynccontextmanager
    async def browser(self, address: str = "192.0.2.44") -> AsyncIterator[httpx.AsyncClient]:
        async with browse(self.app, address=address) as client:
            yield client


@asynccontextmanager
async def run_mail_room(addresses: DatabaseAddresses, folder: Path = NOWHERE) -> AsyncIterator[MailRoom]:
    """The room, on a database of its own. ``folder``: for what is kept beside it."""
    mailer = KeepingMailer()
    async with run_ground(addresses, mailer=mailer, folder=folder) as ground:
        settings = SmtpSettings(host="127.0.0.1", port=25, sender="lodge@example.org", security="insecure")
        ground.cloud = replace(ground.cloud, settings=replace(ground.cloud.settings, mail=settings))
        yield MailRoom(ground, build(ground.cloud), mailer, addresses.worker)


def path_in(mail: Mail) -> str:
    """The path of the one link in a mail."""
    (found,) = re.findall(r"https://lodge\.example\.org(/\S+)", mail.text)
    return str(found)
