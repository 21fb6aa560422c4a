"""Joins the API for programs, for the composition: what ``console`` is for people.

Usage::

    api = build_api(cloud, build_logo_intake(cloud, cloud.feed))
    app = build_app(readiness=..., routers=[..., *api.routers])
"""

from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter

from cloud_api.ground import Ground
from cloud_api.http.api.audit import AuditPorts, audit_router
from cloud_api.http.api.commands import commands_router
from cloud_api.http.api.configured import ConfiguredPorts, configured_router
from cloud_api.http.api.deliveries import DeliveryPorts, deliveries_router
from cloud_api.http.api.gate import ApiGate
from cloud_api.http.api.hosts import HostPorts, hosts_router
from cloud_api.http.api.invitation_codes import InvitationCodePorts, invitation_codes_router
from cloud_api.http.api.invitations import InvitationPorts, invitations_router
from cloud_api.http.api.keys import KeyPorts, keys_router, tokens_router
from cloud_api.http.api.kiosk_logs import KioskLogPorts, kiosk_logs_router
from cloud_api.http.api.kiosks import KioskPorts, kiosks_router
from cloud_api.http.api.locations import LocationPorts, locations_router
from cloud_api.http.api.once import Once
from cloud_api.http.api.organisation import OrganisationPorts, organisation_router
from cloud_api.http.api.places import PlacePorts, places_router
from cloud_api.http.api.shapes import Pager
from cloud_api.http.api.team import TeamPorts, team_router
from cloud_api.http.api.user_invitations import UserInvitationPorts, user_invitations_router
from cloud_api.http.api.visit_acts import VisitActPorts, visit_acts_router
from cloud_api.http.api.visits import VisitPorts, visits_router
from cloud_api.http.api.watchlist import WatchlistPorts, watchlist_router
from cloud_api.http.api.webhook_messages import webhook_messages_router
from cloud_api.http.api.webhooks import WebhookPorts, webhooks_router
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.http.logo_intake import LogoIntake
from cloud_api.mailing import Mailing
from cloud_api.objects.pictures import Pictures
from cloud_api.objects.port import Objects
from cloud_api.people import build_invitations
from cloud_api.services.api_callers import ApiCallers
from cloud_api.services.api_keys import ApiKeys
from cloud_api.services.api_requests import ApiRequests
from cloud_api.services.audit_reading import AuditReading
from cloud_api.services.board import Board
from cloud_api.services.commanding import Commanding
from cloud_api.services.configuring import Configuring
from cloud_api.services.confirmation import Confirmation
from cloud_api.services.cursors import Cursors
from cloud_api.services.directory import Directory
from cloud_api.services.erasing import Erasing
from cloud_api.services.feed import Feed
from cloud_api.services.fleet import Fleet
from cloud_api.services.fleet_view import FleetReading
from cloud_api.services.invitation_codes import InvitationCodes
from cloud_api.services.kiosk_logs import KioskLogReading
from cloud_api.services.log_files import LogFiles
from cloud_api.services.logos import Logos
from cloud_api.services.places import Places
from cloud_api.services.programs import Programs
from cloud_api.services.rate_limits import SharedRateLimit
from cloud_api.services.refusal_notes import ProgramRefusals
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys
from cloud_api.services.signatures import Signatures
from cloud_api.services.team import Team
from cloud_api.services.visit_listing import VisitListing
from cloud_api.services.visit_photos import VisitPhotos
from cloud_api.services.visit_story import VisitStories
from cloud_api.services.watchlist import Watchlist
from cloud_api.telling import Telling


class Services(Ground, Protocol):
    """What the API stands on, of all that the composition has joined."""

    @property
    def fleet(self) -> Fleet:
        """Kiosks."""
        ...

    @property
    def commanding(self) -> Commanding:
        """Commands to kiosks."""
        ...

    @property
    def feed(self) -> Feed:
        """What kiosks read."""
        ...

    @property
    def kiosk_logs(self) -> KioskLogReading:
        """Logs of kiosks."""
        ...

    @property
    def confirmation(self) -> Confirmation:
        """Confirms logs."""
        ...

    @property
    def objects(self) -> Objects:
        """Photos."""
        ...

    @property
    def erasing(self) -> Erasing:
        """Erases visits."""
        ...

    @property
    def mailing(self) -> Mailing:
        """Mails to hosts and staff."""
        ...

    @property
    def telling(self) -> Telling:
        """Webhooks."""
        ...

    @property
    def log_files(self) -> LogFiles:
        """Proofs about the audit log."""
        ...


@dataclass(frozen=True, slots=True)
class Api:
    """What the application takes from here."""

    routers: tuple[APIRouter, ...]
    gate: ApiGate


def build_api(cloud: Services, intake: LogoIntake) -> Api:
    """Join the API."""
    db, ring, clock, trail = cloud.db, cloud.ring, cloud.clock, cloud.trail
    keys = ServerKeys(db, ring)
    security = SecurityLog(db, keys, clock)
    gate = ApiGate(ApiCallers(db, ring, clock), ProgramRefusals(db, trail, security, clock), security, clock)
    pager, once = Pager(Cursors(keys)), Once(ApiRequests(db, ring, clock))
    directory, board = Directory(db, ring, cloud.feed, trail, clock), Board(db, ring, clock)
    listing = VisitListing(db, ring, clock)
    configuring = Configuring(db, ring, cloud.feed, trail, clock)
    reading = FleetReading(db, ring, clock)
    key_ports = KeyPorts(gate, build_api_keys(cloud), build_programs(cloud), pager, once)
    kiosks = KioskPorts(gate, cloud.fleet, reading, cloud.commanding, pager, once, cloud.settings.origin)
    hooks = WebhookPorts(gate, cloud.telling.webhooks, pager, once)
    return Api(
        routers=(
            tokens_router(key_ports),
            visits_router(VisitPorts(gate, listing, VisitStories(db, ring, clock), board, pager)),
            visit_acts_router(
                VisitActPorts(gate, listing, VisitPhotos(db, ring, cloud.objects, Pictures()), cloud.erasing)
            ),
            places_router(PlacePorts(gate, Places(db, ring))),
            organisation_router(OrganisationPorts(gate, build_logos(cloud, cloud.feed), intake)),
            configured_router(ConfiguredPorts(gate, configuring, once)),
            locations_router(LocationPorts(gate, configuring, pager, once)),
            hosts_router(HostPorts(gate, directory, pager, once)),
            invitations_router(InvitationPorts(gate, directory, pager, once)),
            invitation_codes_router(InvitationCodePorts(gate, build_invitation_codes(cloud))),
            deliveries_router(DeliveryPorts(gate, cloud.mailing.deliveries, pager, once)),
            watchlist_router(WatchlistPorts(gate, Watchlist(db, ring, cloud.feed, trail), pager, once)),
            kiosks_router(kiosks),
            commands_router(kiosks),
            team_router(TeamPorts(gate, Team(db, ring, trail, clock), pager)),
            kiosk_logs_router(KioskLogPorts(gate, cloud.kiosk_logs, cloud.confirmation)),
            user_invitations_router(UserInvitationPorts(gate, build_invitations(cloud), pager, once)),
            keys_router(key_ports),
            webhooks_router(hooks),
            webhook_messages_router(hooks),
            audit_router(AuditPorts(gate, AuditReading(db, ring), cloud.log_files, pager, clock)),
        ),
        gate=gate,
    )


def build_logo_intake(cloud: Ground, feed: Feed) -> LogoIntake:
    """Where logos arrive, for the API and the console."""
    alone = ProcessRateLimit(cloud.clock, allowed=30)
    limit = SharedRateLimit(cloud.db, ServerKeys(cloud.db, cloud.ring), cloud.clock, alone)
    return LogoIntake(build_logos(cloud, feed), limit)


def build_logos(cloud: Ground, feed: Feed) -> Logos:
    """The organisation's logo, for the API and the console."""
    return Logos(cloud.db, cloud.ring, Pictures(), feed, cloud.trail, cloud.clock)


def build_invitation_codes(cloud: Ground) -> InvitationCodes:
    """Codes of announced visitors, for the API and the operator's commands."""
    return InvitationCodes(cloud.db, cloud.ring, Signatures(cloud.ring), cloud.clock)


def build_api_keys(cloud: Ground) -> ApiKeys:
    """API keys, for the API, the console and the operator's commands."""
    return ApiKeys(cloud.db, cloud.ring, cloud.trail, cloud.clock)


def build_programs(cloud: Ground) -> Programs:
    """Programs of people, for the API and the console."""
    security = SecurityLog(cloud.db, ServerKeys(cloud.db, cloud.ring), cloud.clock)
    return Programs(cloud.db, cloud.ring, cloud.trail, security, cloud.clock)
