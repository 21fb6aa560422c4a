"""Joins the console for the composition: its services, its pages, and the middlewares that guard every route.

Usage::

    console = build_console(cloud, intake)
    app = build_app(readiness=..., routers=[..., *console.routers], middleware=console.middleware,
                    lifespan=console.ticks.running)
    console.finish(app)
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from fastapi import APIRouter, FastAPI
from starlette.middleware import Middleware

from cloud_api.api import build_api_keys, build_logos, build_programs
from cloud_api.clock import Clock
from cloud_api.ground import Ground
from cloud_api.http.console.account_pages import AccountPorts, account_router
from cloud_api.http.console.address_pages import AddressPorts, address_router
from cloud_api.http.console.assets import Assets
from cloud_api.http.console.attempts import Attempts
from cloud_api.http.console.audit_export_pages import AuditExportPorts, audit_export_router
from cloud_api.http.console.audit_pages import AuditPorts, audit_router
from cloud_api.http.console.board_pages import BoardPorts, board_router
from cloud_api.http.console.check_in_pages import CheckInPorts
from cloud_api.http.console.check_in_routes import check_in_routers
from cloud_api.http.console.document_pages import DocumentPorts, document_router
from cloud_api.http.console.factor_pages import FactorPorts, factor_router
from cloud_api.http.console.failures import answer_with, install_failures
from cloud_api.http.console.gate import COOKIE, ConsoleGate
from cloud_api.http.console.host_mail_pages import HostMailPorts, host_mail_router
from cloud_api.http.console.invitation_pages import InvitationPorts, invitation_router
from cloud_api.http.console.join_pages import JoinPorts, join_router
from cloud_api.http.console.key_pages import KeyPagePorts, key_router
from cloud_api.http.console.kiosk_log_pages import KioskLogPorts, kiosk_log_router
from cloud_api.http.console.kiosk_pages import KioskPorts, kiosk_router
from cloud_api.http.console.logo_pages import LogoPorts, logo_router
from cloud_api.http.console.organisation_key_pages import OrganisationKeyPorts, organisation_key_router
from cloud_api.http.console.pages import Pages
from cloud_api.http.console.photo_pages import PhotoPorts, photo_router
from cloud_api.http.console.program_pages import ProgramPorts, program_router
from cloud_api.http.console.proofs import ProofPorts, Proofs
from cloud_api.http.console.reset_pages import ResetPorts, reset_router
from cloud_api.http.console.second_step_pages import second_step_router
from cloud_api.http.console.sign_in_pages import SignInPagePorts, sign_in_router
from cloud_api.http.console.streams import ChangeStreams
from cloud_api.http.console.team_pages import TeamPorts, team_router
from cloud_api.http.console.team_rule_pages import TeamRulePorts, team_rule_router
from cloud_api.http.cors import CrossOrigin
from cloud_api.http.files import files_router
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.http.live_sessions import LiveSessions
from cloud_api.http.logo_intake import LogoIntake
from cloud_api.http.security import OriginGuard, RequestAllowance, SecurityHeaders
from cloud_api.identity import Identity, build_identity
from cloud_api.mailing import Mailing
from cloud_api.objects.pictures import Pictures
from cloud_api.objects.port import Objects
from cloud_api.people import People, build_people
from cloud_api.services.account_notices import nobody_told, notices_by
from cloud_api.services.audit_explaining import AuditExplaining
from cloud_api.services.audit_export import AuditExport
from cloud_api.services.audit_reading import AuditReading
from cloud_api.services.audit_tables import AuditTables
from cloud_api.services.board import Board
from cloud_api.services.commanding import Commanding
from cloud_api.services.configuring import Configuring
from cloud_api.services.confirmation import Confirmation
from cloud_api.services.earlier_visits import EarlierVisits
from cloud_api.services.feed import Feed
from cloud_api.services.fleet import Fleet
from cloud_api.services.fleet_view import FleetReading
from cloud_api.services.keys_reading import KeysReading
from cloud_api.services.kiosk_logs import KioskLogReading
from cloud_api.services.log_contests import LogContests
from cloud_api.services.log_files import LogFiles
from cloud_api.services.overstays import Overstays
from cloud_api.services.passwords import Passwords
from cloud_api.services.rate_limits import SharedRateLimit
from cloud_api.services.refusal_notes import RefusalNotes
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.session_policies import SessionPolicies
from cloud_api.services.sign_in_names import SignInNames
from cloud_api.services.staff_accounts import StaffAccounts
from cloud_api.services.team import Team
from cloud_api.services.ticks import Ticks
from cloud_api.services.visit_copies import VisitCopies
from cloud_api.services.visit_photos import VisitPhotos
from cloud_api.services.visit_story import VisitStories

_CHEAP_REQUESTS = 1200  # pictures, fonts and health checks, a minute and address
_MINUTE = timedelta(minutes=1)


class Services(Ground, Protocol):
    """What the console stands on, of all that the composition has joined."""

    @property
    def fleet(self) -> Fleet:
        """Kiosks."""
        ...

    @property
    def feed(self) -> Feed:
        """What kiosks read."""
        ...

    @property
    def commanding(self) -> Commanding:
        """Commands to kiosks."""
        ...

    @property
    def kiosk_logs(self) -> KioskLogReading:
        """Logs of kiosks."""
        ...

    @property
    def confirmation(self) -> Confirmation:
        """An administrator's word on logs."""
        ...

    @property
    def objects(self) -> Objects:
        """Where photos are."""
        ...

    @property
    def mailing(self) -> Mailing:
        """What goes out by mail."""
        ...

    @property
    def audit_export(self) -> AuditExport:
        """Exports of the audit log."""
        ...


@dataclass(frozen=True, slots=True)
class Console:
    """What the application takes from here."""

    routers: tuple[APIRouter, ...]
    middleware: tuple[Middleware, ...]
    ticks: Ticks
    pages: Pages
    gate: ConsoleGate
    proofs: Proofs

    def finish(self, app: FastAPI) -> None:
        """What can be added to an application only once it exists: static files, and pages for failures."""
        app.mount("/static", Assets(), name="static")
        install_failures(app, self.pages, self.gate)
        self.proofs.install(app)
        app.state.end_streams = self.ticks.end


@dataclass(frozen=True, slots=True)
class _Around:
    """What pages of every kind have around them."""

    clock: Clock
    pages: Pages
    gate: ConsoleGate
    proofs: Proofs


def build_console(cloud: Services, intake: LogoIntake) -> Console:
    """Join the console."""
    pages, ticks, limit = Pages(), Ticks(cloud.db), build_shared_limit(cloud)
    notify = notices_by(cloud.mailing.ports) if cloud.settings.mail is not None else nobody_told
    identity = build_identity(cloud, limit, notify=notify)
    people, live = build_people(cloud, identity), LiveSessions(cloud.clock, cookie=COOKIE)
    logos, contests = build_logos(cloud, cloud.feed), LogContests(cloud.db, cloud.ring)
    gate = ConsoleGate(identity.sign_in, build_security_log(cloud), contests, live, logos)
    proofs = Proofs(ProofPorts(pages, gate, identity.step_up, identity.guard, cloud.clock))
    around = _Around(cloud.clock, pages, gate, proofs)
    board = BoardPorts(
        pages=pages,
        gate=gate,
        board=Board(cloud.db, cloud.ring, cloud.clock),
        stories=VisitStories(cloud.db, cloud.ring, cloud.clock),
        earlier=EarlierVisits(cloud.db, cloud.ring),
        streams=ChangeStreams(ticks, identity.sign_in),
        reception=cloud.mailing.reception,
        overstays=Overstays(cloud.db, cloud.ring, cloud.commanding, cloud.feed, cloud.clock),
    )
    team = Team(cloud.db, cloud.ring, cloud.trail, cloud.clock)
    reading = FleetReading(cloud.db, cloud.ring, cloud.clock)
    return Console(
        routers=(
            *_identity_routers(around, identity, team, people),
            *_people_routers(around, identity, people, Attempts(limit)),
            invitation_router(InvitationPorts(pages, gate, team, people.invitations, people.domains, proofs)),
            board_router(board),
            document_router(DocumentPorts(gate, VisitCopies(cloud.db, cloud.ring, cloud.objects))),
            photo_router(PhotoPorts(gate, VisitPhotos(cloud.db, cloud.ring, cloud.objects, Pictures()))),
            kiosk_log_router(KioskLogPorts(pages, gate, proofs, cloud.kiosk_logs, cloud.confirmation)),
            logo_router(LogoPorts(pages, gate, logos, intake)),
            *_check_in_routers(cloud, around),
            kiosk_router(KioskPorts(pages, gate, proofs, cloud.fleet, reading, cloud.clock, cloud.settings.origin)),
            key_router(KeyPagePorts(pages, gate, proofs, build_api_keys(cloud), cloud.clock)),
            program_router(ProgramPorts(pages, gate, proofs, build_programs(cloud), cloud.clock)),
            team_rule_router(TeamRulePorts(pages, gate, SessionPolicies(cloud.db, cloud.trail, cloud.clock), proofs)),
            team_router(TeamPorts(pages, gate, team, people.invitations, proofs)),
            *_audit_routers(cloud, pages, gate, proofs),
            files_router(logos),
        ),
        middleware=_guards(cloud, pages, limit, live),
        ticks=ticks,
        pages=pages,
        gate=gate,
        proofs=proofs,
    )


def build_shared_limit(cloud: Services) -> SharedRateLimit:
    """Limits that all replicas share."""
    return SharedRateLimit(cloud.db, ServerKeys(cloud.db, cloud.ring), cloud.clock, ProcessRateLimit(cloud.clock))


def build_accounts(cloud: Services) -> StaffAccounts:
    """Staff accounts, for the operator's commands."""
    names = SignInNames(ServerKeys(cloud.db, cloud.ring))
    return StaffAccounts(cloud.db, cloud.ring, Passwords(), names, cloud.trail, cloud.clock)


def build_security_log(cloud: Services) -> SecurityLog:
    """The operator's log of security events."""
    return SecurityLog(cloud.db, ServerKeys(cloud.db, cloud.ring), cloud.clock)


def _identity_routers(around: _Around, identity: Identity, team: Team, people: People) -> tuple[APIRouter, ...]:
    clock, pages, gate, proofs = around.clock, around.pages, around.gate, around.proofs
    signing_in = SignInPagePorts(pages, gate, identity.sign_in, identity.steps, identity.guard, clock)
    account = AccountPorts(pages, gate, proofs, identity.factors, identity.sessions, team, people.address, clock)
    return (
        sign_in_router(signing_in),
        second_step_router(signing_in),
        proofs.router(),
        account_router(account),
        factor_router(FactorPorts(pages, gate, proofs, identity.factors, clock)),
    )


def _people_routers(around: _Around, identity: Identity, people: People, attempts: Attempts) -> tuple[APIRouter, ...]:
    pages, gate = around.pages, around.gate
    signing_in = SignInPagePorts(pages, gate, identity.sign_in, identity.steps, identity.guard, around.clock)
    return (
        join_router(JoinPorts(signing_in, people.joining, attempts)),
        reset_router(ResetPorts(pages, people.reset, people.address, attempts)),
        address_router(AddressPorts(pages, gate, people.address, around.proofs)),
        host_mail_router(HostMailPorts(pages, people.host_mail, attempts)),
    )


def _check_in_routers(cloud: Services, around: _Around) -> tuple[APIRouter, ...]:
    configuring = Configuring(cloud.db, cloud.ring, cloud.feed, cloud.trail, cloud.clock)
    return check_in_routers(CheckInPorts(around.pages, around.gate, configuring, around.clock))


def _audit_routers(cloud: Services, pages: Pages, gate: ConsoleGate, proofs: Proofs) -> tuple[APIRouter, ...]:
    db, ring, clock = cloud.db, cloud.ring, cloud.clock
    tables = build_audit_tables(cloud)
    return (
        organisation_key_router(OrganisationKeyPorts(pages, gate, KeysReading(db, ring), clock)),
        audit_export_router(AuditExportPorts(pages, gate, proofs, cloud.audit_export, tables, clock)),
        audit_router(
            AuditPorts(pages, gate, AuditReading(db, ring), AuditExplaining(db, ring), LogFiles(db, ring), clock)
        ),
    )


def build_audit_tables(cloud: Services) -> AuditTables:
    """Exports of the audit log as tables, for pages and commands."""
    return AuditTables(cloud.db, cloud.ring, cloud.trail, cloud.clock)


def _guards(cloud: Services, pages: Pages, limit: SharedRateLimit, live: LiveSessions) -> tuple[Middleware, ...]:
    answer = answer_with(pages)
    own = ProcessRateLimit(cloud.clock, allowed=_CHEAP_REQUESTS, seconds=int(_MINUTE.total_seconds()))
    return (
        Middleware(SecurityHeaders, answer=answer),
        Middleware(RequestAllowance, shared=limit, own=own, live=live, answer=answer),
        Middleware(CrossOrigin, allowed=cloud.settings.api_origins),
        Middleware(
            OriginGuard,
            origin=cloud.settings.origin,
            answer=answer,
            note=RefusalNotes(build_security_log(cloud), cloud.clock).note,
            api_origins=cloud.settings.api_origins,
        ),
    )
