"""Joins how people come to accounts and keep them (invitations, other passwords, addresses), and what hosts choose.

Usage::

    people = build_people(cloud, identity)
    await people.invitations.invite(staff, Wanted("robin@example.org", (Grant(Role.RECEPTIONIST),)), actor)
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from cloud_api.ground import Ground
from cloud_api.http.limits import ProcessRateLimit
from cloud_api.identity import Identity
from cloud_api.mailing import Mailing
from cloud_api.services.even_time import Rest
from cloud_api.services.host_mail import HostMail
from cloud_api.services.invitation_domains import InvitationDomains
from cloud_api.services.invitations import Invitations
from cloud_api.services.joining import Joining
from cloud_api.services.own_address import OwnAddress
from cloud_api.services.password_reset import PasswordReset
from cloud_api.services.rate_limits import SharedRateLimit
from cloud_api.services.security_log import SecurityLog
from cloud_api.services.server_keys import ServerKeys


class Services(Ground, Protocol):
    """What this stands on, of all that the composition has joined."""

    @property
    def mailing(self) -> Mailing:
        """What goes out by mail."""
        ...


@dataclass(frozen=True, slots=True)
class People:
    """What pages take from here."""

    invitations: Invitations
    domains: InvitationDomains
    joining: Joining
    reset: PasswordReset
    address: OwnAddress
    host_mail: HostMail


def build_invitations(cloud: Services) -> Invitations:
    """Invitations alone, for the operator's commands."""
    limit = SharedRateLimit(cloud.db, ServerKeys(cloud.db, cloud.ring), cloud.clock, ProcessRateLimit(cloud.clock))
    return Invitations(cloud.mailing.ports, cloud.trail, limit, mails=cloud.settings.mail is not None)


def build_people(cloud: Services, identity: Identity, *, rest: Rest = asyncio.sleep) -> People:
    """Join it."""
    ports, trail, mails = cloud.mailing.ports, cloud.trail, cloud.settings.mail is not None
    security = SecurityLog(cloud.db, ServerKeys(cloud.db, cloud.ring), cloud.clock)
    return People(
        invitations=build_invitations(cloud),
        domains=InvitationDomains(cloud.db, trail),
        joining=Joining(ports, identity.passwords, identity.start, trail, rest),
        reset=PasswordReset(ports, identity.passwords, security, trail, mails=mails, rest=rest),
        address=OwnAddress(ports, trail, mails=mails, rest=rest),
        host_mail=HostMail(cloud.db, cloud.ring, cloud.mailing.links, trail, cloud.clock),
    )
