"""Fetches newer pages and keys pages. A stepper like the uploader."""

from collections.abc import Callable

import msgspec

from sync.device.backoff import LONGEST_SECONDS, Backoff, retry_after_seconds
from sync.device.errors import StorageError, TransportError
from sync.device.feed_store import FeedStore
from sync.device.settings import Enrolment, Settings
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.protocol import jws
from sync.protocol.errors import ProtocolError, SignatureError
from sync.protocol.exchange import FEED_PATH, KEYS_PAGE, FeedAnswer
from sync.protocol.keyspage import KeysPage, open_keys_page, page_hash
from sync.protocol.root_moves import follow_moves

POLL_SECONDS = 20.0
_OK, _FORBIDDEN = 200, 403


class FeedReader:
    """Takes keys first, then pages verified by them. A bad page leaves the others and the old one alone."""

    def __init__(
        self,
        *,
        store: FeedStore,
        settings: Settings,
        enrolment: Enrolment,
        channel: SignedChannel,
        random: Callable[[], float],
    ) -> None:
        self._store = store
        self._settings = settings
        self._enrolment = enrolment
        self._channel = channel
        self._backoff = Backoff(random)
        self.refused = 0
        self.fault = ""
        """What is wrong, for staff and logs; empty while nothing is."""

    def step(self) -> Step:
        """Ask once and keep what is new. Never raises what a disk or net may do."""
        self.fault = ""
        try:
            return self._take_in(self._channel.send("GET", f"{FEED_PATH}?have={self._have()}"))
        except TransportError as error:
            return self._fail(LinkState.OFFLINE, str(error))
        except StorageError as error:
            return self._fail(LinkState.ONLINE, str(error))

    def _take_in(self, answer: Answer) -> Step:
        fault = f"the cloud answered with status {answer.status}"
        if answer.status == _FORBIDDEN:
            self.fault = fault
            return Step(LinkState.REVOKED, self._backoff.spread(LONGEST_SECONDS))
        if answer.status != _OK:
            pause = retry_after_seconds(answer.headers.get("retry-after"))
            if pause is None:
                return self._fail(LinkState.OFFLINE, fault)
            self.fault = fault
            return Step(LinkState.BUSY, self._backoff.spread(pause))
        try:
            fetched = msgspec.json.decode(answer.body, type=FeedAnswer)
            keys = self._take_keys(fetched)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ProtocolError) as error:
            self.refused += 1
            return self._fail(LinkState.REFUSED, f"the cloud's feed cannot be believed: {error}")
        distrusted = self._store.distrust(keys)
        self._take_pages(fetched.pages, keys)
        self._backoff.succeed()
        return Step(LinkState.ONLINE, 0.0 if distrusted else POLL_SECONDS)

    def _fail(self, state: LinkState, fault: str) -> Step:
        self.fault = fault
        return Step(state, self._backoff.fail())

    def _have(self) -> str:
        held = sorted(self._store.held().values(), key=lambda page: page.kind)
        known = self._settings.keys_page()
        names = [] if known is None else [f"{KEYS_PAGE}:{known[1].version}"]
        return ",".join([*names, *(f"{page.kind.value}:{page.version}" for page in held if page.version > 0)])

    def _take_keys(self, fetched: FeedAnswer) -> KeysPage:
        """Verify the keys page under the root that is pinned, or under the one that its moves lead to."""
        signed, enrolment, known = (
            fetched.keys,
            self._settings.enrolment() or self._enrolment,
            self._settings.keys_page(),
        )
        if known is not None and signed == known[0]:
            return known[1]
        signer = jws.read_header(signed, what="a keys page").kid
        root, moves = follow_moves(fetched.moves, root=enrolment.root_key, tenant=enrolment.tenant, wanted=signer)
        page = open_keys_page(signed, root=root, tenant=enrolment.tenant)
        if known is not None and page.version <= known[1].version:
            raise SignatureError("the server offers an older keys page than the kiosk has")
        if known is not None and page.version == known[1].version + 1 and page.previous != page_hash(known[0]):
            raise SignatureError("the keys page names another predecessor than the kiosk has")
        self._settings.replace_keys(signed, root=root, moves=moves)
        return page

    def _take_pages(self, pages: tuple[str, ...], keys: KeysPage) -> None:
        for signed in pages:
            try:
                self._store.take(signed, keys)
            except ProtocolError as error:
                self.refused += 1
                self.fault = f"a page was refused: {error}"
