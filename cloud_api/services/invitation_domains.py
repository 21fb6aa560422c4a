"""Whose addresses may be invited (R09): those of chosen domains, or any."""

from collections.abc import Iterable
from uuid import UUID

from cloud_api.errors import ConfigurationError
from cloud_api.services.audit_trail import Actor, AdminAct, AuditTrail
from cloud_api.services.sign_in_names import normal_email
from cloud_api.store import invitation_domains, organisations
from cloud_api.store.db import Database

MOST = 50
_LONGEST = 253
_LONGEST_LABEL = 63


class InvitationDomains:
    """Reads and sets them."""

    def __init__(self, db: Database, trail: AuditTrail) -> None:
        self._db = db
        self._trail = trail

    async def read(self, tenant: UUID) -> tuple[str, ...]:
        """The domains; none for any."""
        async with self._db.tenant(tenant) as tx:
            return await invitation_domains.read(tx)

    async def change(self, tenant: UUID, wanted: Iterable[str], actor: Actor) -> tuple[str, ...]:
        """Set them; none for any.

        Raises:
            ConfigurationError: one cannot be a domain; the message says which.
        """
        domains = tuple(sorted({_domain(text) for text in wanted}))
        if len(domains) > MOST:
            raise ConfigurationError(f"there are at most {MOST} domains")
        async with self._db.tenant(tenant) as tx:
            if await organisations.find_name(tx) is None:
                raise ConfigurationError("there is no such organisation")
            await invitation_domains.put(tx, domains)
            detail = {"domains": ", ".join(domains) or "any"}
            await self._trail.record(tx, AdminAct("organisation.domains_set", actor, detail))
        return domains


def domain_fault(email: str, allowed: tuple[str, ...]) -> str | None:
    """Why this address may not be invited, or ``None``. A domain does not stand for those below it."""
    if not allowed or _plain(normal_email(email).rpartition("@")[2]) in allowed:
        return None
    return f"Your organisation invites addresses of {_listed(allowed)} only."


def _listed(domains: tuple[str, ...]) -> str:
    return domains[0] if len(domains) == 1 else f"{', '.join(domains[:-1])} and {domains[-1]}"


def _domain(text: str) -> str:
    plain = _plain(text.strip().removeprefix("@").casefold())
    labels = plain.split(".")
    sound = all(
        0 < len(label) <= _LONGEST_LABEL
        and label.replace("-", "").isalnum()
        and not label.startswith("-")
        and not label.endswith("-")
        for label in labels
    )
    if not sound or len(labels) == 1 or not plain.isascii() or len(plain) > _LONGEST:
        raise ConfigurationError(f'"{text.strip()}" is not a domain such as example.org')
    return plain


def _plain(domain: str) -> str:
    """A domain as it is compared: in the letters that the DNS has (RFC 5891), where it can be written so."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
