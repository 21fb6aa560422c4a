"""Coming by invitation: the code of an invitation, scanned whole or its eight readable characters, and what it says."""

from collections import deque
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.admission_values import InvitationProblem, InvitationRefused, Invited
from kiosk.flows.agreed_before import agreed_versions
from kiosk.flows.directory import FeedDirectory
from kiosk.flows.local_time import LocalTime
from kiosk.flows.shown_codes import read_shown
from sync.device.clock import DeviceClock
from sync.device.errors import StorageError
from sync.device.feed_store import FeedStore
from sync.device.muster_roll import MusterRoll
from sync.device.settings import Enrolment
from sync.device.used_invitations import UsedInvitations
from sync.protocol.codes import Code, Purpose, check_code, key_id, readable_code
from sync.protocol.errors import CodeError, ProtocolError
from sync.protocol.feed import Document, Documents, Invitation, Invitations, PageKind, Revocations, Window
from sync.protocol.hlc import ClockQuality
from sync.protocol.keys import public_key
from sync.protocol.keyspage import KeysPage, KeyUse
from sync.protocol.matching import is_met, match_tokens

CLAIM_TRIES = 5
CLAIM_REST_MS = 60_000
"""So many wrong tries in so long a time, whoever made them, and nothing is found until some are over."""
_ALWAYS = Window(from_ms=0, until_ms=2**53)
"""By a clock that nothing vouches for no window is judged, and no occasion is told from another."""


class InvitationDesk:
    """The kiosk's ``Invitations``, over the pages that it holds: it needs no network."""

    def __init__(
        self,
        *,
        feed: FeedStore,
        directory: FeedDirectory,
        used: UsedInvitations,
        roll: MusterRoll,
        enrolment: Enrolment,
        keys: Callable[[], tuple[str, KeysPage] | None],
        clock: DeviceClock,
        time: LocalTime,
    ) -> None:
        self._feed = feed
        self._directory = directory
        self._used = used
        self._roll = roll
        self._enrolment = enrolment
        self._keys = keys
        self._clock = clock
        self._time = time
        self._wrong: deque[int] = deque(maxlen=CLAIM_TRIES)

    def any_known(self) -> bool:
        """Whether the page has any."""
        return bool(self._invitations())

    def is_readable(self, typed: str) -> bool:
        """Whether these eight characters stand for an invitation."""
        return any(readable_code(entry.id) == typed for entry in self._invitations())

    def by_code(self, text: str) -> Invited | InvitationRefused:
        """What the invitation says, or why it does not serve now."""
        try:
            shown = read_shown(text)
            return self._by_readable(shown) if isinstance(shown, str) else self._by_signed(shown)
        except CodeError:
            return InvitationRefused(InvitationProblem.UNKNOWN_CODE)
        except (StorageError, ProtocolError):
            return InvitationRefused(InvitationProblem.STORE_ERROR)

    def any_claimed(self) -> bool:
        """Whether the page has any that can be found so."""
        return any(entry.claim for entry in self._invitations())

    def by_claim(self, email: str, code: str) -> Invited | InvitationRefused:
        """What the invitation says that both belong to; of several the first that serves now."""
        now = self._clock.mono_ms()
        if len(self._wrong) == CLAIM_TRIES and now - self._wrong[0] < CLAIM_REST_MS:
            return InvitationRefused(InvitationProblem.RESTING)
        try:
            found = [self._admit(entry) for entry in self._claimed(email, code)]
        except (StorageError, ProtocolError):
            return InvitationRefused(InvitationProblem.STORE_ERROR)
        if not found:
            self._wrong.append(now)
            return InvitationRefused(InvitationProblem.NOT_FOUND)
        return next((each for each in found if isinstance(each, Invited)), found[0])

    def by_ids(self, ids: tuple[str, ...]) -> Invited | InvitationRefused:
        """What the first of these invitations says that serves now; all of them must stand on the page."""
        try:
            found = [self._admit(entry) for entry in self._invitations() if str(entry.id) in ids]
        except (StorageError, ProtocolError):
            return InvitationRefused(InvitationProblem.STORE_ERROR)
        if not found:
            return InvitationRefused(InvitationProblem.NOT_HERE)
        return next((each for each in found if isinstance(each, Invited)), found[0])

    def _claimed(self, email: str, code: str) -> list[Invitation]:
        page = self._feed.content(PageKind.INVITATIONS, Invitations)
        if page is None:
            return []
        key = bytes.fromhex(page.key)
        given = {"email": match_tokens(key, "email", email), "code": match_tokens(key, "code", code)}
        return [
            entry
            for entry in page.invitations
            if {clue.field for clue in entry.claim} >= set(given)
            and all(is_met(clue.tokens, given.get(clue.field, ())) for clue in entry.claim)
        ]

    def _by_readable(self, typed: str) -> Invited | InvitationRefused:
        known = next((entry for entry in self._invitations() if readable_code(entry.id) == typed), None)
        if known is not None:
            return self._admit(known)
        is_badge = self._roll.find_readable(typed) is not None
        return InvitationRefused(InvitationProblem.BADGE if is_badge else InvitationProblem.UNKNOWN_CODE)

    def _by_signed(self, code: Code) -> Invited | InvitationRefused:
        if code.purpose is not Purpose.INVITATION:
            return InvitationRefused(InvitationProblem.BADGE)
        key = self._token_key(code.key_id)
        if key is None:
            return InvitationRefused(InvitationProblem.OTHER_PLACE)
        try:
            check_code(code, key=key, tenant=self._enrolment.tenant)
        except CodeError:
            return InvitationRefused(InvitationProblem.OTHER_PLACE)
        known = next((entry for entry in self._invitations() if entry.id == code.subject), None)
        expired = self._believes_its_clock and code.expires_s * 1000 < self._clock.wall_ms()
        if expired:
            return InvitationRefused(InvitationProblem.EXPIRED)
        if known is None:
            return InvitationRefused(InvitationProblem.NOT_HERE)
        return self._admit(known)

    def _admit(self, invitation: Invitation) -> Invited | InvitationRefused:
        now = self._clock.wall_ms()
        if str(invitation.id) in self._revoked("invitation"):
            return InvitationRefused(InvitationProblem.NOT_HERE)
        window = _window_at(invitation.windows, now) if self._believes_its_clock else _ALWAYS
        if window is None:
            later = [each.from_ms for each in invitation.windows if each.from_ms > now]
            if later:
                return InvitationRefused(InvitationProblem.TOO_EARLY, self._time.at_ms(min(later)))
            return InvitationRefused(InvitationProblem.EXPIRED)
        uses = invitation.uses if window is not _ALWAYS else invitation.uses * len(invitation.windows)
        if invitation.uses and self._used.count(invitation.id, window) >= uses:
            return InvitationRefused(InvitationProblem.USED)
        agreed = agreed_versions(invitation, self._documents(), now if self._believes_its_clock else None)
        is_pass = invitation.uses == 0
        return Invited(
            invitation=str(invitation.id),
            visitor_type=invitation.type,
            name=invitation.name,
            company=invitation.company,
            language=invitation.language,
            host=self._directory.host(invitation.host),
            agreed=agreed,
            returning=is_pass and (bool(agreed) or self._used.count(invitation.id, _ALWAYS) > 0),
            in_group=invitation.group is not None,
        )

    def _documents(self) -> tuple[Document, ...]:
        page = self._feed.content(PageKind.DOCUMENTS, Documents)
        return () if page is None else page.documents

    @property
    def _believes_its_clock(self) -> bool:
        return self._clock.quality() is not ClockQuality.UNSYNCED

    def _invitations(self) -> tuple[Invitation, ...]:
        page = self._feed.content(PageKind.INVITATIONS, Invitations)
        return () if page is None else page.invitations

    def _revoked(self, what: str) -> frozenset[str]:
        page = self._feed.content(PageKind.REVOCATIONS, Revocations)
        return frozenset(entry.id for entry in (() if page is None else page.revocations) if entry.what == what)

    def _token_key(self, wanted: bytes) -> Ed25519PublicKey | None:
        """The organisation's token key with this id, of now or before; none that was revoked."""
        held, revoked = self._keys(), self._revoked("token_key")
        for entry in () if held is None else held[1].keys:
            if entry.use == KeyUse.TOKEN and entry.kid not in revoked:
                key = public_key(entry.public)
                if key_id(key) == wanted:
                    return key
        return None


def _window_at(windows: tuple[Window, ...], now_ms: int) -> Window | None:
    return next((window for window in windows if window.from_ms <= now_ms < window.until_ms), None)
