"""The audit log for people: each entry in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from cloud_api.clock import from_unix_ms
from cloud_api.keys.ring import KeyRing
from cloud_api.services.board import place_zone
from cloud_api.store import audit_listing, data_keys, kiosks, organisations
from cloud_api.store.audit_listing import ListedEntry, LogHead
from cloud_api.store.db import Database
from sync.protocol import exact_json
from sync.protocol.audit import AdminBody, decode_admin_header
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import ProtocolError
from sync.protocol.events import decode_header
from sync.protocol.hlc import Hlc
from sync.protocol.kinds import Kind

PAGE = 50
_DEVICE_WORDS: Mapping[str, str] = {
    Kind.VISITOR_ARRIVED: "A visitor arrived",
    Kind.VISITOR_DEPARTED: "A visitor left",
    Kind.DEPARTURE_ASSUMED: "A departure was assumed",
    Kind.DEPARTURE_REVOKED: "A departure was taken back",
    Kind.CONSENT_RECORDED: "A consent was asked and answered",
    Kind.BADGE_REQUESTED: "A badge was asked for",
    Kind.BADGE_PRINTED: "A badge was printed",
    Kind.BADGE_SENT: "A badge was sent to the printer",
    Kind.BADGE_FAILED: "A badge could not be printed",
    Kind.ROLLCALL_OPENED: "The evacuation list was opened",
    Kind.STAFF_REFUSED: "A wrong staff PIN was typed",
    Kind.KIOSK_STARTED: "The kiosk started",
    Kind.EPOCH_STARTED: "The kiosk began a new log by itself",
    Kind.COMMAND_ANSWERED: "The kiosk answered a command",
}
_ADMIN_WORDS: Mapping[str, str] = {
    "organisation.created": "Organisation created: {name}",
    "configuration.applied": "Settings applied (sites: {sites}, hosts: {hosts})",
    "keys.published": "Keys page {version} published",
    "kiosk.created": "Kiosk created: {name}",
    "kiosk.code_issued": "New enrolment code for {kiosk_name}",
    "kiosk.enrolled": "{kiosk_name} enrolled",
    "kiosk.revoked": "{kiosk_name} revoked",
    "kiosk.reviewed": "The list was compared after {kiosk_name} was to be wiped",
    "command.given": "Command given: {order}",
    "epoch.begun": "{kiosk_name} began a new log by itself",
    "epoch.forked": "Two histories of {kiosk_name} are known from its entry {seq} on",
    "branch.kept": "A second history of {kiosk_name} was kept (entries {first} to {last})",
    "epoch.confirmed": "The new log of {kiosk_name} was confirmed",
    "staff.created": "Account created for {name}{as_roles}",
    "staff.password_set": "Password changed",
    "staff.roles_changed": "{name}: {before} became {after}",
    "staff.removed": "{name} removed from the team ({before})",
    "staff.ownership_handed_on": "Ownership handed on from {before} to {after}",
    "staff.signed_in": "Signed in",
    "staff.signed_out": "Signed out",
    "staff.signin_failed": "Sign-in refused: wrong password",
    "staff.second_step_failed": "Sign-in refused: right password, wrong second factor ({factor})",
    "staff.besieged": "Very many wrong passwords for this account within an hour",
    "staff.factor_added": "Second factor set up: {factor} {name}",
    "staff.factor_removed": "Second factor removed: {factor} {name}",
    "staff.factors_reset": "All second factors of {name} taken away",
    "staff.passkey_suspect": "A passkey may have been copied and opens nothing any more: {name}",
    "staff.recovery_codes_made": "New recovery codes made",
    "staff.recovery_code_used": "A recovery code was used; {left} left",
    "staff.proved": "Proved who they are before an act ({factor})",
    "staff.proof_failed": "A proof before an act was wrong",
    "staff.session_ended": "A session was ended",
    "staff.sessions_ended": "All other sessions were ended ({count})",
    "organisation.sessions_set": "Sessions: {idle} minutes without use, {longest} at most",
    "organisation.domains_set": "Who may be invited: addresses of {domains}",
    "staff.invited": "{name} invited{as_roles}",
    "staff.invited_again": "{name} invited again",
    "staff.invitation_withdrawn": "The invitation of {name} was taken back",
    "staff.joined": "{name} accepted an invitation{as_roles}",
    "staff.reset_asked": "A link for another password was asked for",
    "staff.password_reset": "Password changed by a link that was sent by mail",
    "staff.address_asked": "A link to confirm {name} was asked for",
    "staff.address_proved": "E-mail address confirmed",
    "staff.address_changed": "E-mail address changed from {before} to {after}",
    "links.revoked": "All links that were sent to people without an account were revoked",
    "host.muted": "A host wants no mail of arrivals until {until}",
    "host.unmuted": "A host wants mail of arrivals again",
    "audit.exported": "Audit log exported",
    "staff.program_connected": "Program connected: {name}",
    "staff.program_ended": "Program disconnected",
    "staff.token_reused": "A used refresh token came again: every session and program of the account was ended",
    "apikey.made": "API key made: {name}",
    "apikey.revoked": "API key revoked: {name}",
    "host.added": "Host added: {name}",
    "host.changed": "Host changed: {name}",
    "invitation.added": "Visitor announced",
    "invitation.called_off": "Announced visitor called off",
}
_BY_ROLE = {"kiosk": "A kiosk", "host": "A host, by their link"}
_SECURITY = {
    "staff.signin_failed",
    "staff.second_step_failed",
    "staff.besieged",
    "staff.factor_added",
    "staff.factor_removed",
    "staff.factors_reset",
    "staff.passkey_suspect",
    "staff.recovery_codes_made",
    "staff.recovery_code_used",
    "staff.proof_failed",
    "organisation.sessions_set",
    "staff.program_connected",
    "staff.token_reused",
    "apikey.made",
    "apikey.revoked",
    "organisation.domains_set",
    "staff.invited",
    "staff.invited_again",
    "staff.joined",
    "staff.reset_asked",
    "staff.password_reset",
    "staff.address_changed",
    "links.revoked",
    "staff.roles_changed",
    "staff.removed",
    "staff.ownership_handed_on",
    "kiosk.revoked",
    "command.given",
    "epoch.begun",
    "epoch.forked",
    "epoch.confirmed",
    Kind.STAFF_REFUSED,
}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry. ``who`` is empty once its personal part was erased; ``id`` is that of the event or act."""

    number: int
    at: datetime
    what: str
    why: str
    who: str
    address: str
    kind: str
    security: bool
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log, newest first; ``older`` continues it, ``None`` at the beginning of the log."""

    now: datetime
    head: LogHead
    signed_at: datetime | None
    lines: tuple[AuditLine, ...]
    older: int | None


class AuditReading:
    """Reads the log."""

    def __init__(self, db: Database, ring: KeyRing) -> None:
        self._db = db
        self._ring = ring

    async def page(self, tenant: UUID, now: datetime, *, before: int | None = None, limit: int = PAGE) -> AuditPage:
        """The entries numbered below ``before``, or the newest."""
        async with self._db.tenant(tenant, snapshot=True) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ring)
            head = await audit_listing.read_head(tx)
            found = await audit_listing.list_before(tx, cipher, before=before, limit=limit)
            zone = place_zone(await organisations.list_sites(tx, cipher), None)
            names = {str(kiosk.id): kiosk.name for kiosk in await kiosks.list_all(tx)}
        lines = tuple(_line(entry, names, zone) for entry in found)
        return AuditPage(
            now=now.astimezone(zone),
            head=head,
            signed_at=head.signed_at.astimezone(zone) if head.signed_at else None,
            lines=lines,
            older=lines[-1].number if len(lines) == limit and lines[-1].number > 1 else None,
        )


def device_words(kind: str) -> str:
    """What happened at a kiosk, without saying to whom."""
    return _DEVICE_WORDS.get(kind, _plain(kind))


def _line(entry: ListedEntry, kiosk_names: Mapping[str, str], zone: tzinfo) -> AuditLine:
    if entry.kiosk is not None:
        header = decode_header(entry.raw)
        at = min(from_unix_ms(Hlc.parse(header.hlc).wall_ms), entry.received_at).astimezone(zone)
        what = device_words(header.kind)
        security = header.kind in _SECURITY
        return AuditLine(entry.number, at, what, "", entry.kiosk, "Kiosk", header.kind, security, header.id)
    admin = decode_admin_header(entry.raw)
    body = _body(entry.body)
    detail: dict[str, str] = {"kiosk_name": "A kiosk", "name": "", **(body.detail if body else {})}
    detail["as_roles"] = f" ({detail['roles']})" if detail.get("roles") else ""
    if "kiosk" in detail:
        detail["kiosk_name"] = kiosk_names.get(detail["kiosk"], "A kiosk")
    return AuditLine(
        number=entry.number,
        at=from_unix_ms(admin.at_ms).astimezone(zone),
        what=_fill(_ADMIN_WORDS.get(admin.kind, _plain(admin.kind)), detail),
        why=body.reason if body else "",
        who=_who(body.actor) if body else "",
        address=_where(body.address) if body else "",
        kind=admin.kind,
        security=admin.kind in _SECURITY,
        id=admin.id,
    )


def _body(sealed: bytes | None) -> AdminBody | None:
    if sealed is None:
        return None
    try:
        raw = exact_json.read(sealed, SealedBody, what="a stored body").bytes()
        return exact_json.read(raw, AdminBody, what="the body of an act")
    except ProtocolError:
        return None


def _fill(text: str, detail: Mapping[str, str]) -> str:
    # Not str.format: what a person typed may hold braces, and is put in as it is.
    for name, value in detail.items():
        text = text.replace("{" + name + "}", value)
    return text


def _who(actor: str) -> str:
    kind, colon, name = actor.partition(":")
    if colon and kind == "operator":
        return f"{name}, operator"
    return _BY_ROLE.get(actor, actor)


def _where(address: str) -> str:
    return "On the server" if address == "local" else address


def _plain(kind: str) -> str:
    subject, _, verb = kind.partition(".")
    return f"{subject.capitalize()} {verb.replace('_', ' ')}"
