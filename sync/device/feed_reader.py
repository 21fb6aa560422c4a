"""Fetches newer pages and keys pages. A stepper like the uploader, on a thread of its own: the cloud holds a request
until there is something new.
"""

from collections.abc import Callable

import msgspec

from sync.device.backoff import LONGEST_SECONDS, Backoff, retry_after_seconds
from sync.device.errors import StorageError, TransportError
from sync.device.feed_store import FeedStore, ForeignPageError
from sync.device.holding import Holding
from sync.device.settings import Enrolment, Settings
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.protocol import exact_json, jws
from sync.protocol.errors import ProtocolError, SignatureError
from sync.protocol.exchange import FEED_PATH, FEED_PAUSE_SECONDS, HOLD_SECONDS, KEYS_PAGE, FeedReading
from sync.protocol.feed import SentPage, read_head
from sync.protocol.keyspage import KeysPage, open_keys_page, page_hash
from sync.protocol.root_moves import follow_moves

POLL_SECONDS = float(FEED_PAUSE_SECONDS)
"""When to ask again where the server does not say, or where something was refused."""

FEED_READ_SECONDS = HOLD_SECONDS + 15.0
"""How long the transport must wait for a held answer."""

_SHORTEST_SECONDS = 1.0
"""Nothing that a server says makes a kiosk ask more often."""

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
        self._holding = Holding()
        self._foreign: dict[str, int] = {}
        self._wanted_whole: set[str] = set()
        self.more = False
        """Whether the cloud has more than it could say at once."""
        self.refused = 0
        self.fault = ""
        """What is wrong, for staff and logs; empty while nothing is."""

    def step(self) -> Step:
        """Ask once and keep what is new. Never raises what a disk or net may do."""
        self.fault, self.more = "", False
        try:
            path = f"{FEED_PATH}?wait={self._holding.seconds}&have={self._have()}"
            answer = self._channel.send("GET", path)
            self._holding.succeed()
            return self._take_in(answer)
        except TransportError as error:
            self._holding.fail()
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
            fetched = msgspec.json.decode(answer.body, type=FeedReading)
            keys = self._take_keys(fetched)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ProtocolError) as error:
            self.refused += 1
            return self._fail(LinkState.REFUSED, f"the cloud's feed cannot be believed: {error}")
        distrusted = self._store.distrust(keys)
        self._take_pages(fetched.pages, keys)
        self._backoff.succeed()
        self.more = fetched.more and not self.fault
        return Step(LinkState.ONLINE, _SHORTEST_SECONDS if distrusted else self._pause(fetched))

    def _pause(self, fetched: FeedReading) -> float:
        """A page that was refused would come again at once, and again be refused."""
        if self.fault:
            return POLL_SECONDS
        asked = 0.0 if self.more else float(fetched.again_seconds)
        return min(max(asked, _SHORTEST_SECONDS), LONGEST_SECONDS)

    def _fail(self, state: LinkState, fault: str) -> Step:
        self.fault = fault
        return Step(state, self._backoff.fail())

    def _have(self) -> str:
        held = {page.kind.value: page.version for page in self._store.held().values() if page.version > 0}
        for kind in self._wanted_whole:
            held.pop(kind, None)
        known = self._settings.keys_page()
        keys = {} if known is None else {KEYS_PAGE: known[1].version}
        return ",".join(f"{kind}:{version}" for kind, version in sorted({**self._foreign, **held, **keys}.items()))

    def _take_keys(self, fetched: FeedReading) -> KeysPage:
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

    def _take_pages(self, pages: tuple[msgspec.Raw, ...], keys: KeysPage) -> None:
        for raw in pages:
            try:
                self._take_page(exact_json.read(raw, SentPage, what="a feed page"), keys)
            except ForeignPageError as passed:
                self._foreign[passed.head.page] = passed.head.version
            except ProtocolError as error:
                self.refused += 1
                self.fault = f"a page was refused: {error}"

    def _take_page(self, sent: SentPage, keys: KeysPage) -> None:
        try:
            self._store.take(sent, keys)
        except ForeignPageError:
            raise
        except ProtocolError:
            if sent.changes is not None:
                # Whatever is wrong with them: the whole page does not depend on what is held here.
                self._wanted_whole.add(_claimed_kind(sent))
            raise
        self._wanted_whole.discard(_claimed_kind(sent))


def _claimed_kind(sent: SentPage) -> str:
    try:
        return read_head(jws.read_unverified_payload(sent.head, what="a feed page")).page
    except ProtocolError:
        return ""
