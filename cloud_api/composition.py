"""The one place where the cloud's concrete objects are built and joined; what serves HTTP is in ``serving``.

Usage::

    settings = load_settings(folder)
    async with open_cloud(settings, role=APPLICATION) as cloud:
        await cloud.organisations.create("Thistledown Works", Actor("operator"), keep_root)
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from cloud_api.clock import Clock, SystemClock
from cloud_api.config import CloudSettings
from cloud_api.erasure_journal import ErasureJournal
from cloud_api.errors import MigrationError, StoreError
from cloud_api.keys.opening import open_key_service
from cloud_api.keys.ring import KeyRing
from cloud_api.keys.settings import Provider
from cloud_api.mailing import Mailing, join_mailing
from cloud_api.migrations import UpgradeReport, current_revision, ensure_database, newest_revision, upgrade
from cloud_api.migrations.roles import APPLICATION, MIGRATOR, WORKER, RolePasswords
from cloud_api.notify.mailer import Mailer
from cloud_api.objects.folder import FolderObjects
from cloud_api.objects.port import Objects
from cloud_api.operating import Operating, join_operating
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import SUPERUSER, ClusterPlan, Server
from cloud_api.postgres.lease import lease
from cloud_api.services.arrival_alerts import ArrivalAlerts
from cloud_api.services.audit_export import AuditExport
from cloud_api.services.audit_trail import AuditTrail
from cloud_api.services.backups import Backups
from cloud_api.services.branches import Branches
from cloud_api.services.closing import ClosingPorts
from cloud_api.services.commanding import Commanding
from cloud_api.services.confirmation import Confirmation
from cloud_api.services.devices import Devices
from cloud_api.services.enrolment import Enrolment
from cloud_api.services.epochs import Epochs
from cloud_api.services.erasing import Erasing, ErasingPorts
from cloud_api.services.feed import Feed, FeedTerms
from cloud_api.services.file_fleet_writing import FleetServices
from cloud_api.services.fleet import Fleet
from cloud_api.services.fork_proofs import ForkProofs
from cloud_api.services.held_feed import HeldFeed
from cloud_api.services.hellos import Hellos
from cloud_api.services.ingest import Ingest
from cloud_api.services.key_ceremony import KeyCeremony, PageFacts
from cloud_api.services.kiosk_logs import KioskLogReading
from cloud_api.services.letters import LetterPorts
from cloud_api.services.log_files import LogFiles
from cloud_api.services.log_proofs import LogProofs
from cloud_api.services.log_witnesses import LogWitnesses
from cloud_api.services.musters import Musters
from cloud_api.services.nonces import Nonces
from cloud_api.services.object_intake import ObjectIntake
from cloud_api.services.object_retention import ObjectRetention
from cloud_api.services.organisations import Organisations
from cloud_api.services.postgres_ingest import IngestPorts, PostgresIngestStore
from cloud_api.services.postgres_intake import PostgresIntakeStore
from cloud_api.services.postgres_log import PostgresLogStore
from cloud_api.services.postgres_musters import PostgresMusterStore
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.sequencer import Sequencer
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.sign_in_names import SignInNames
from cloud_api.services.signatures import Signatures
from cloud_api.services.ticks import Ticks
from cloud_api.store import server_secrets
from cloud_api.store.changes import FEED_CHANNEL
from cloud_api.store.db import Database, DatabaseSettings
from cloud_api.store.jobs import JobQueue
from cloud_api.telling import Telling, join_telling
from cloud_api.tls import read_pin

DATABASE = "lodge"
_MAINTENANCE_DATABASE = "postgres"


@dataclass(frozen=True, slots=True)
class DatabaseAddresses:
    """Where each role connects. With ``DATABASE_URL`` all three are that address, and roles are taken on.

    ``upgraded``: what was done when our own server was found behind; ``None`` where nothing was.
    """

    migrator: str
    app: str
    worker: str
    upgraded: UpgradeReport | None = None


@dataclass(frozen=True, slots=True)
class Cloud:
    """All services of a running server."""

    settings: CloudSettings
    clock: Clock
    db: Database
    ring: KeyRing
    nonces: Nonces
    devices: Devices
    organisations: Organisations
    ceremony: KeyCeremony
    enrolment: Enrolment
    fleet: Fleet
    commanding: Commanding
    feed: Feed
    feed_ticks: Ticks
    held_feed: HeldFeed
    ingest: Ingest
    branches: Branches
    epochs: Epochs
    hellos: Hellos
    musters: Musters
    log_files: LogFiles
    log_proofs: LogProofs
    log_witnesses: LogWitnesses
    confirmation: Confirmation
    ingest_store: PostgresIngestStore
    kiosk_logs: KioskLogReading
    fork_proofs: ForkProofs
    sequencer: Sequencer
    audit_export: AuditExport
    mailing: Mailing
    trail: AuditTrail
    objects: Objects
    object_intake: ObjectIntake
    object_retention: ObjectRetention
    erasing: Erasing
    backups: Backups
    telling: Telling
    operator: Operating

    @property
    def alerts(self) -> ArrivalAlerts:
        """Messages to hosts."""
        return self.mailing.alerts


@contextmanager
def database_addresses(settings: CloudSettings, *, keep: bool = False) -> Iterator[DatabaseAddresses]:
    """Where the database is, for as long as the block lasts: ``DATABASE_URL``, else our own server, brought up
    to date. ``keep``: our own is started again if it dies meanwhile.

    Raises:
        PostgresError, MigrationError: our own server cannot be had, or not be brought up to date.
    """
    if settings.database_url is not None:
        url = settings.database_url
        yield DatabaseAddresses(url, url, url)
        return
    folder = settings.postgres_folder
    plan = ClusterPlan(folder, choose_binaries(folder=folder, major=settings.postgres_major))
    with lease(plan, keep=keep) as server:
        upgraded = _bring_up_to_date(server)
        passwords = server.passwords
        yield DatabaseAddresses(
            migrator=server.url(user=MIGRATOR, password=passwords.migrator, database=DATABASE),
            app=server.url(user=APPLICATION, password=passwords.app, database=DATABASE),
            worker=server.url(user=WORKER, password=passwords.worker, database=DATABASE),
            upgraded=upgraded,
        )


@asynccontextmanager
async def open_cloud(
    settings: CloudSettings,
    addresses: DatabaseAddresses,
    *,
    role: str = APPLICATION,
    clock: Clock | None = None,
    wraps: Provider | None = None,
) -> AsyncIterator[Cloud]:
    """All services on an open database. ``wraps``: another key service than the settings' one wraps.

    Raises:
        CloudError: the database or the key service is out of reach or not up to date, or a key or certificate cannot be
            read.
    """
    url = addresses.worker if role == WORKER else addresses.app
    ring = KeyRing(open_key_service(settings.key_service, settings.key_file, wraps=wraps))
    mailer = _mailer(settings) if role == WORKER else None  # nobody else sends
    database = Database(DatabaseSettings(url=url, role=role))
    async with database.open() as db:
        reason = await why_not_ready(db)
        if reason is not None:
            raise StoreError(reason)
        nonce_secret = await server_secrets.open_secret(db, ring, "request-nonces")
        yield build_cloud(settings, db, ring, nonce_secret, mailer, clock or SystemClock())


def build_cloud(
    settings: CloudSettings, db: Database, ring: KeyRing, nonce_secret: bytes, mailer: Mailer | None, clock: Clock
) -> Cloud:
    """Join the services."""
    jobs, signatures, trail = JobQueue(), Signatures(ring), AuditTrail(ring, clock)
    feed, devices, feed_ticks = Feed(db, ring, signatures, clock, FeedTerms()), Devices(db), Ticks(db, FEED_CHANNEL)
    logs, ports = PostgresLogStore(db, signatures, trail), IngestPorts(ring, signatures, jobs, trail, feed)
    (sequencer, audit_export), ceremony = _join_log(db, ports, logs, clock), KeyCeremony(clock, _facts(settings))
    enrolment = Enrolment(db, ring, feed, trail, clock, settings.origin)
    (objects, intake), journal = _join_objects(settings, db, ports, clock), ErasureJournal(settings.erasure_journal)
    acts = _join_acts(db, ports, clock, ErasingPorts(intake, feed, trail, journal))
    return Cloud(
        settings=settings,
        clock=clock,
        db=db,
        ring=ring,
        nonces=Nonces(nonce_secret, clock),
        devices=devices,
        organisations=Organisations(db, ring, ceremony, feed, acts, clock),
        ceremony=ceremony,
        enrolment=enrolment,
        fleet=Fleet(db, ring, enrolment, acts.confirmation, trail, clock),
        commanding=acts.commanding,
        feed=feed,
        feed_ticks=feed_ticks,
        held_feed=HeldFeed(feed, devices, feed_ticks),
        ingest=Ingest(acts.store, clock),
        branches=Branches(acts.store, clock),
        epochs=Epochs(acts.store, clock),
        hellos=Hellos(acts.store, clock),
        musters=Musters(PostgresMusterStore(db, ring), clock),
        log_files=LogFiles(db, ring),
        log_proofs=LogProofs(logs),
        log_witnesses=LogWitnesses(logs, SecurityLog(db, ServerKeys(db, ring), clock), clock),
        confirmation=acts.confirmation,
        ingest_store=acts.store,
        kiosk_logs=KioskLogReading(db, ring, clock),
        fork_proofs=ForkProofs(db),
        sequencer=sequencer,
        audit_export=audit_export,
        mailing=_join_mailing(db, ports, clock, settings, mailer),
        trail=trail,
        objects=objects,
        object_intake=intake,
        object_retention=ObjectRetention(db, objects, clock),
        erasing=acts.erasing,
        backups=Backups(db, clock),
        telling=join_telling(db, ports, trail, clock, settings.outgoing_allowed),
        operator=join_operating(db, ClosingPorts(ring, objects, audit_export, trail, journal), acts.erasing, clock),
    )


def _join_mailing(
    db: Database, ports: IngestPorts, clock: Clock, settings: CloudSettings, mailer: Mailer | None
) -> Mailing:
    names = SignInNames(ServerKeys(db, ports.ring))
    on = LetterPorts(db, ports.ring, ports.jobs, names, clock, settings.origin, FolderObjects(settings.objects_folder))
    return join_mailing(on, ports.trail, mailer)


def _join_objects(
    settings: CloudSettings, db: Database, ports: IngestPorts, clock: Clock
) -> tuple[FolderObjects, ObjectIntake]:
    objects = FolderObjects(settings.objects_folder)
    return objects, ObjectIntake(PostgresIntakeStore(db, ports.ring, ports.signatures, ports.jobs), objects, clock)


def _join_acts(db: Database, ports: IngestPorts, clock: Clock, erasing: ErasingPorts) -> FleetServices:
    """What is done to kiosks and visits, one at a time or by an organisation's file."""
    store = PostgresIngestStore(db, ports)
    return FleetServices(
        confirmation=Confirmation(store, clock),
        erasing=Erasing(db, erasing, clock),
        commanding=Commanding(db, ports.ring, ports.feed, ports.trail, clock),
        trail=ports.trail,
        store=store,
    )


def _join_log(db: Database, ports: IngestPorts, logs: PostgresLogStore, clock: Clock) -> tuple[Sequencer, AuditExport]:
    """What grows the audit log, and what exports it."""
    sequencer = Sequencer(logs, clock)
    return sequencer, AuditExport(db, ports.ring, ports.signatures, sequencer, ports.trail, clock)


def _facts(settings: CloudSettings) -> PageFacts:
    return PageFacts(settings.host, _pins(settings))


def _pins(settings: CloudSettings) -> tuple[str, ...]:
    return (read_pin(settings.tls),) if settings.tls is not None and settings.tls.pinned else ()


def _mailer(settings: CloudSettings) -> Mailer | None:
    if settings.mail is None:
        return None
    from cloud_api.notify.smtp import SmtpMailer  # noqa: PLC0415 -- Apprise takes longer to load than most commands

    return SmtpMailer(settings.mail)


async def why_not_ready(db: Database) -> str | None:
    """One line that says why the database cannot be worked with, or ``None``."""
    found = await db.revision()
    needed = newest_revision()
    if found == needed:
        return None
    if found is not None and found > needed:
        oldest = await db.oldest_served()
        if oldest is not None and oldest <= needed:
            return None  # a newer version is being brought in beside this one (ADR 66)
        return f"the database is at revision {found}, which this version ({needed}) cannot work with: run the newer one"
    return f"the database is at revision {found or 'none'}, this version needs {needed}: run lodge-cloud migrate"


def _bring_up_to_date(server: Server) -> UpgradeReport | None:
    passwords = server.passwords
    admin = server.url(user=SUPERUSER, password=passwords.superuser, database=DATABASE)
    maintenance = server.url(user=SUPERUSER, password=passwords.superuser, database=_MAINTENANCE_DATABASE)
    ensure_database(maintenance, DATABASE)
    if current_revision(admin) == newest_revision():
        return None
    report = upgrade(admin, passwords=RolePasswords(passwords.migrator, passwords.app, passwords.worker))
    if report.after != newest_revision():
        raise MigrationError("the database could not be brought up to date")
    return report
