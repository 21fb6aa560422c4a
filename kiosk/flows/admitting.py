"""The door: the rules of the published type, put to what a visitor entered when the visit is to be kept."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from kiosk.flows.admission import Admitted, Hold, HoldReason, Published, decide
from kiosk.flows.directory import FeedDirectory
from kiosk.lobby_values import ArrivalDraft
from sync.device.errors import StorageError
from sync.device.feed_store import FeedStore
from sync.protocol.errors import ProtocolError
from sync.protocol.feed import Attestations, Invitations, PageKind, Watchlist, Zone


class Door:
    """Gathers what ``admission.decide`` asks for. ``now_ms``: the latest time that anything here speaks for."""

    def __init__(
        self,
        *,
        feed: FeedStore,
        directory: FeedDirectory,
        photos_stopped: Callable[[], bool],
        now_ms: Callable[[], int],
    ) -> None:
        self._feed = feed
        self._directory = directory
        self._photos_stopped = photos_stopped
        self._now_ms = now_ms

    def place(self) -> Zone | None:
        """The zone that the door leads into."""
        return self._directory.place()

    def with_known_host(self, draft: ArrivalDraft) -> ArrivalDraft:
        """The draft, its host by name alone where nobody of that id is published any more, or nobody can tell: what
        goes to them would reach nobody, so reception helps.
        """
        if draft.host_id is None:
            return draft
        try:
            known = self._directory.host(UUID(draft.host_id)) is not None
        except (StorageError, ProtocolError):
            known = False
        return draft if known else replace(draft, host_id=None)

    def judge(self, draft: ArrivalDraft) -> Admitted | Hold:
        """Whether this visitor may go in. Pages that cannot be read hold everybody whom they could hold, and so does a
        type that is not published any more: nobody knows its rules.
        """
        types = self._directory.published_types()
        if not types:
            return Admitted()
        kind = next((each for each in types if each.id == draft.visitor_type), None)
        if kind is None:
            return Hold(HoldReason.TYPE)
        try:
            published = self._published()
        except (StorageError, ProtocolError):
            return Hold(HoldReason.NO_LIST)
        return decide(draft, kind, published, self._now_ms())

    def _published(self) -> Published:
        held = self._feed.held().get(PageKind.WATCHLIST)
        is_current = held is not None and self._now_ms() < held.expires_ms
        return Published(
            invitations=self._feed.content(PageKind.INVITATIONS, Invitations),
            attestations=self._feed.content(PageKind.ATTESTATIONS, Attestations),
            watchlist=self._feed.content(PageKind.WATCHLIST, Watchlist) if is_current else None,
            photos=not self._photos_stopped(),
        )
