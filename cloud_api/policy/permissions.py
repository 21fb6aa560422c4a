"""What can be allowed, named for the act."""

from enum import StrEnum


class Permission(StrEnum):
    """``subject.act``. Each has exactly one rule in ``table``."""

    VISITS_VIEW = "visits.view"
    VISITS_RECORD = "visits.record"
    PHOTOS_VIEW = "photos.view"
    EVACUATION_VIEW = "evacuation.view"
    DIRECTORY_VIEW = "directory.view"
    INVITATIONS_MANAGE = "invitations.manage"
    DELIVERIES_MANAGE = "deliveries.manage"
    WATCHLIST_VIEW = "watchlist.view"
    WATCHLIST_MANAGE = "watchlist.manage"
    KIOSKS_VIEW = "kiosks.view"
    KIOSKS_ENROL = "kiosks.enrol"
    KIOSKS_REVOKE = "kiosks.revoke"
    KIOSKS_COMMAND = "kiosks.command"
    LOGS_CONFIRM = "logs.confirm"
    QUARANTINE_VIEW = "quarantine.view"
    TEAM_VIEW = "team.view"
    TEAM_MANAGE = "team.manage"
    TEAM_MANAGE_OWNERS = "team.manage_owners"
    AUDIT_VIEW = "audit.view"
    AUDIT_EXPORT = "audit.export"
    ORGANISATION_CONFIGURE = "organisation.configure"
    SECURITY_CONFIGURE = "security.configure"
    KEYS_VIEW = "keys.view"
    API_KEYS_MANAGE = "api_keys.manage"
    WEBHOOKS_MANAGE = "webhooks.manage"
    BILLING_MANAGE = "billing.manage"
