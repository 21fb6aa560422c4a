"""Every kind of entry that the audit log holds, in plain words, and what it belongs to.

``{name}`` stands for a particular of an act; one that an act lacks is left empty. A test looks for each kind that the
code records and each that a kiosk sends, and fails where one has no words here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.protocol.kinds import Kind
from sync.protocol.log_witness import GENERATION_OPENED


class Topic(StrEnum):
    """What entries are filtered by."""

    VISITS = "visits"
    KIOSKS = "kiosks"
    SIGN_IN = "sign-in"
    TEAM = "team"
    SETTINGS = "settings"
    KEYS = "keys"
    LOG = "log"


TOPIC_NAMES: Mapping[Topic, str] = {
    Topic.VISITS: "Visits and badges",
    Topic.KIOSKS: "Kiosks",
    Topic.SIGN_IN: "Sign-in and sessions",
    Topic.TEAM: "Team and roles",
    Topic.SETTINGS: "Settings and organisation",
    Topic.KEYS: "Keys",
    Topic.LOG: "The log itself",
}


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind: its topic, what happened in a sentence, and whether it is on the security timeline."""

    topic: Topic
    sentence: str
    security: bool = False


def _of(topic: Topic, *, security: bool = False, **sentences: str) -> dict[str, KindWords]:
    """Kinds of a topic; ``subject__verb`` stands for ``subject.verb``."""
    return {kind.replace("__", "."): KindWords(topic, words, security) for kind, words in sentences.items()}


DEVICE_KINDS: Mapping[str, KindWords] = {
    Kind.VISITOR_ARRIVED: KindWords(Topic.VISITS, "A visitor arrived"),
    Kind.VISITOR_HELD: KindWords(Topic.VISITS, "A visitor was asked to see reception"),
    Kind.RECEPTION_CALLED: KindWords(Topic.VISITS, "Somebody called reception"),
    Kind.VISITOR_DEPARTED: KindWords(Topic.VISITS, "A visitor left"),
    Kind.DEPARTURE_ASSUMED: KindWords(Topic.VISITS, "A departure was assumed"),
    Kind.DEPARTURE_REVOKED: KindWords(Topic.VISITS, "A departure was taken back"),
    Kind.CONSENT_RECORDED: KindWords(Topic.VISITS, "A consent was asked and answered"),
    Kind.BADGE_REQUESTED: KindWords(Topic.VISITS, "A badge was asked for"),
    Kind.BADGE_PRINTED: KindWords(Topic.VISITS, "A badge was printed"),
    Kind.BADGE_SENT: KindWords(Topic.VISITS, "A badge was sent to the printer"),
    Kind.BADGE_FAILED: KindWords(Topic.VISITS, "A badge was not printed"),
    Kind.ROLLCALL_OPENED: KindWords(Topic.VISITS, "The evacuation list was opened"),
    Kind.STAFF_REFUSED: KindWords(Topic.KIOSKS, "A wrong staff PIN was typed", security=True),
    Kind.KIOSK_STARTED: KindWords(Topic.KIOSKS, "The kiosk started"),
    Kind.EPOCH_STARTED: KindWords(Topic.KIOSKS, "The kiosk began a new log by itself"),
    Kind.COMMAND_ANSWERED: KindWords(Topic.KIOSKS, "The kiosk answered a command"),
}
"""What kiosks record. Of a kind that came later than this server only its own name is shown."""

ADMIN_KINDS: Mapping[str, KindWords] = {
    **_of(
        Topic.VISITS,
        visit__erased="A visit was erased",
        call__taken="Went to who waits at {kiosk_name}",
        call__done="Nobody waits any more at {kiosk_name}",
    ),
    **_of(
        Topic.KIOSKS,
        kiosk__created="Kiosk created: {name}",
        kiosk__code_issued="New enrolment code for {kiosk_name}",
        kiosk__enrolled="{kiosk_name} enrolled",
        kiosk__reviewed="The list was compared after {kiosk_name} was to be wiped",
        branch__kept="A second history of {kiosk_name} was kept (entries {first} to {last})",
    ),
    **_of(
        Topic.KIOSKS,
        security=True,
        kiosk__revoked="{kiosk_name} revoked",
        command__given="Command given: {order}",
        epoch__begun="{kiosk_name} began a new log by itself",
        epoch__forked="Two histories of {kiosk_name} are known from its entry {seq} on",
        epoch__confirmed="The new log of {kiosk_name} was confirmed",
    ),
    **_of(Topic.SIGN_IN, staff__proved="Proved who they are before an act ({factor})"),
    **_of(
        Topic.SIGN_IN,
        security=True,
        staff__signed_in="Signed in",
        staff__signed_out="Signed out",
        staff__password_set="Password changed",  # noqa: S106  words, no password
        staff__signin_failed="Sign-in refused: wrong password",
        staff__second_step_failed="Sign-in refused: right password, wrong second factor ({factor})",
        staff__besieged="Very many wrong passwords for this account within an hour",
        staff__factor_added="Second factor set up: {factor} {name}",
        staff__factor_removed="Second factor removed: {factor} {name}",
        staff__factors_reset="All second factors of {name} taken away",
        staff__passkey_suspect="A passkey may have been copied and opens nothing any more: {name}",
        staff__recovery_codes_made="New recovery codes made",
        staff__recovery_code_used="A recovery code was used; {left} left",
        staff__proof_failed="A proof before an act was wrong",
        staff__session_ended="A session was ended",
        staff__ended_everywhere="{name} was signed out everywhere ({count})",
        staff__sessions_ended="All other sessions were ended ({count})",
        access__refused="Refused: their role does not allow it ({act})",
    ),
    **_of(
        Topic.SIGN_IN,
        staff__program_ended="Program disconnected",
        staff__address_asked="A link to confirm {name} was asked for",
        staff__address_proved="E-mail address confirmed",
    ),
    **_of(
        Topic.SIGN_IN,
        security=True,
        staff__program_connected="Program connected: {name}",
        staff__token_reused="A used refresh token came again: every session and program of the account was ended",  # noqa: S106
        staff__reset_asked="A link for another password was asked for",
        staff__password_reset="Password changed by a link that was sent by mail",  # noqa: S106  words, no password
        staff__address_changed="E-mail address changed from {before} to {after}",
        links__revoked="All links that were sent to people without an account were revoked",
    ),
    **_of(Topic.TEAM, staff__invitation_withdrawn="The invitation of {name} was taken back"),
    **_of(
        Topic.TEAM,
        security=True,
        staff__invited="{name} invited{as_roles}",
        staff__invited_again="{name} invited again",
        staff__joined="{name} accepted an invitation{as_roles}",
        organisation__domains_set="Who may be invited: addresses of {domains}",
    ),
    **_of(
        Topic.VISITS,
        invitation__added="Visitor announced",
        invitation__called_off="Announced visitor called off",
    ),
    **_of(
        Topic.SETTINGS,
        host__added="Host added: {name}",
        host__changed="Host changed: {name}",
        host__muted="A host wants no mail of arrivals until {until}",
        host__unmuted="A host wants mail of arrivals again",
        logo__replaced="The organisation's logo was replaced",
        logo__removed="The organisation's logo was removed",
        delivery__recorded="A delivery was recorded",
        delivery__collected="A delivery was collected",
        delivery__erased="A delivery was erased",
        location__added="Location added: {name}",
        location__changed="Location changed: {name}",
        type__added="Type of visitor added: {key}",
        type__changed="Type of visitor changed: {key}",
        type__removed="Type of visitor taken away: {key}",
        document__added="Document added: {key}",
        document__changed="Document changed: {key}",
        document__removed="Document taken away: {key}",
        watchlist__added="Somebody was put on the watchlist ({action})",
        watchlist__changed="An entry of the watchlist was changed ({action})",
        watchlist__removed="Somebody was taken off the watchlist",
        webhook__created="Webhook made: {name}",
        webhook__changed="Webhook changed: {name}",
        webhook__removed="Webhook removed: {name}",
        webhook__resumed="Webhook told again: {name}",
        webhook__stopped="Webhook stopped, for it takes nothing: {name}",
        webhook__message_sent_again="A message to a webhook was sent again",
    ),
    **_of(
        Topic.KEYS,
        security=True,
        apikey__made="API key made: {name}",
        apikey__revoked="API key revoked: {name}",
        webhook__secret_replaced="Webhook given another secret: {name}",  # noqa: S106  words, no secret
    ),
    **_of(
        Topic.TEAM,
        security=True,
        staff__created="Account created for {name}{as_roles}",
        staff__roles_changed="{name}: {before} became {after}",
        staff__removed="{name} removed from the team ({before})",
        staff__ownership_handed_on="Ownership handed on from {before} to {after}",
    ),
    **_of(
        Topic.SETTINGS,
        organisation__created="Organisation created: {name}",
        configuration__applied="Settings applied (sites: {sites}, hosts: {hosts})",
        quotas__changed="Limits of the organisation changed by the server's operator",
    ),
    **_of(
        Topic.SETTINGS,
        security=True,
        organisation__factors_set="A second factor is needed by {who}",
        organisation__sessions_set="Sessions: {idle} minutes without use, {longest} at most",
        organisation__suspended="The organisation was suspended by the server's operator",
        organisation__resumed="The organisation's suspension was ended",
        organisation__closing="The closing of the organisation began",
    ),
    **_of(Topic.KEYS, keys__published="Keys page {version} published"),
    **_of(
        Topic.KEYS,
        security=True,
        key__rotated="The {use} key was replaced; keys page {version} names the new one",
        key__withdrawn="The {use} key {key} is believed no more",
        root__moved="The root key was replaced, in keys page {version}",
        root__replaced="The lost root key was replaced, in keys page {version}: kiosks are enrolled anew",
        root__opened="The sealed root key was opened: {use}",
        root__sealed="The root key is kept sealed by {service}",
        kek__rotated="The key that protects the data was replaced by version {version}",
        kek__wrapped_anew="The key that protects the data was locked up anew, in {service}",
    ),
    **_of(Topic.LOG, audit__exported="Audit log exported{as_format}"),
    **_of(
        Topic.LOG,
        security=True,
        log__alarmed="{kiosk_name} raised an alarm about this log: {finding}",
        log__contradicted="{kiosk_name} holds a checkpoint over {size} entries that this log does not continue",
    ),
    GENERATION_OPENED: KindWords(
        Topic.LOG,
        "Generation {generation} of the log begins here, after a restore: what a kiosk had seen beyond is missing",
        security=True,
    ),
}
"""What staff, operators, kiosks about themselves, and the server do."""

KINDS: Mapping[str, tuple[KindWords, ...]] = {
    kind: tuple(words[kind] for words in (ADMIN_KINDS, DEVICE_KINDS) if kind in words)
    for kind in {**ADMIN_KINDS, **DEVICE_KINDS}
}
"""All, with the words of either origin."""


def security_kinds() -> list[str]:
    """What the security timeline shows."""
    return sorted(kind for kind, words in KINDS.items() if any(item.security for item in words))


def plain_words(kind: str) -> str:
    """A kind without words: what its name says."""
    subject, _, verb = kind.partition(".")
    return f"{subject.capitalize()} {verb.replace('_', ' ')}"


def device_words(kind: str) -> str:
    """What happened at a kiosk, without saying to whom."""
    words = DEVICE_KINDS.get(kind)
    return plain_words(kind) if words is None else words.sentence
