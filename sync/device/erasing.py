"""What the feed's page of erasures asks for: whatever this kiosk holds of those stays goes, sent or not (R32, C39)."""

from sync.device.event_log import EventLog
from sync.device.feed_store import FeedStore
from sync.device.pruning import Pruning
from sync.device.settings import Settings
from sync.protocol import exact_json
from sync.protocol.feed import Erasures, PageKind
from sync.protocol.identifiers import sha256_hex

PAUSE_SECONDS = 5.0
_DONE = "erasures-carried-out"


class Erasing:
    """A stepper. A page is done once all its stays are erased; one that was interrupted is done from its start."""

    def __init__(self, *, log: EventLog, feed: FeedStore, pruning: Pruning) -> None:
        self._feed = feed
        self._pruning = pruning
        self._settings = Settings(log.database)
        self._seen: Erasures | None = None

    def step(self) -> float:
        """Erase what a new page asks for; returns the seconds until the next look.

        Raises:
            StorageError: the disk refused; the rest is erased by a later step.
        """
        page = self._feed.content(PageKind.ERASURES, Erasures)
        if page is not None and page is not self._seen:
            # By what it says, not by its version: those of a feed key that leaked are forgotten and used again.
            mark = sha256_hex(exact_json.encode(page)).encode("ascii")
            if self._settings.get(_DONE) != mark:
                for erasure in page.erasures:
                    for stay in erasure.stays:
                        self._pruning.erase(stay)
                self._settings.put(_DONE, mark)
            self._seen = page
        return PAUSE_SECONDS
