"""The kiosk's epochs: their keys, their starts, and how far the cloud has heard of them (docs/protocol.md section 15).

Keys and starts are kept for ever: what an old epoch still has to send is signed by its own key, and the starts are
the evidence that leads from the enrolled key to the newest one.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.device.database import DeviceDatabase
from sync.device.event_rows import EventReader
from sync.device.schema import SEQ_BITS
from sync.device.settings import Settings, put_setting
from sync.device.tables import Tables
from sync.protocol import exact_json
from sync.protocol.chain import Head, Identity
from sync.protocol.epochs import begin_epoch
from sync.protocol.keys import thumbprint

ROLLED_BACK, FORKED, ASKED = "rolled_back", "forked", "asked"
NEVER = (1 << SEQ_BITS) - 1


@dataclass(frozen=True, slots=True)
class StartedEpoch:
    """The start of an epoch. ``standing`` is what the cloud answered last, empty until it has heard of it."""

    epoch: str
    previous: str
    message: bytes
    standing: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Where and why an epoch ends. ``identity`` and ``head`` are that epoch's; ``hlc`` a new stamp."""

    identity: Identity
    head: Head
    reason: str
    hlc: str
    at_ms: int


class Epochs:
    """Reads what is kept of the epochs, and keeps what the cloud says of them."""

    def __init__(self, database: DeviceDatabase) -> None:
        self._database = database
        self._reader = EventReader(database)
        self._settings = Settings(database)

    def all(self) -> tuple[str, ...]:
        """Every epoch that has a chain, oldest first; the last is the current one."""
        return tuple(chain.epoch for chain in self._reader.chains())

    @property
    def current(self) -> str:
        """The epoch of what is recorded now.

        Raises:
            KeyError: the kiosk is not enrolled.
        """
        newest = self._reader.newest_chain()
        if newest is not None:
            return newest.epoch
        enrolment = self._settings.enrolment()
        if enrolment is None:
            raise KeyError("no epoch")
        return enrolment.epoch

    def key(self, epoch: str) -> Ed25519PrivateKey:
        """The private key of an epoch.

        Raises:
            KeyError: no such epoch.
        """
        return self._settings.epoch_key(epoch)

    def current_key(self) -> Ed25519PrivateKey:
        """The key of what is recorded and printed now."""
        return self.key(self.current)

    def public_keys(self) -> tuple[Ed25519PublicKey, ...]:
        """The public keys of every epoch, oldest first: badges of this morning may be signed by an older one."""
        return tuple(self.key(epoch).public_key() for epoch in self.all())

    def known_key(self) -> Ed25519PrivateKey:
        """The newest key that the cloud has heard of: the one to ask for pages with."""
        for epoch in reversed(self.all()):
            if self.is_known(epoch):
                return self.key(epoch)
        return self.current_key()

    def start_of(self, epoch: str) -> StartedEpoch | None:
        """How an epoch began, or ``None`` for one that was enrolled."""
        rows = self._database.read(
            "select epoch, previous, message, standing from epoch_start where epoch = ?", (epoch,)
        )
        return (
            StartedEpoch(epoch, rows[0]["previous"], bytes(rows[0]["message"]), rows[0]["standing"]) if rows else None
        )

    def is_known(self, epoch: str) -> bool:
        """Whether the cloud has heard of an epoch: it was enrolled, or its start was answered."""
        start = self.start_of(epoch)
        return start is None or start.standing != ""

    def note_standing(self, epoch: str, standing: str) -> None:
        """Keep what the cloud said of an epoch that the kiosk began; nothing for an enrolled one.

        Raises:
            StorageError: the disk refused.
        """
        start = self.start_of(epoch)
        if start is None or start.standing == standing:
            return
        with self._database.transaction() as tables:
            tables.execute("update epoch_start set standing = ? where epoch = ?", (standing, epoch))

    def forget_standing(self, epoch: str) -> None:
        """The cloud does not know this epoch any more (it was restored): its start must be sent again.

        Raises:
            StorageError: the disk refused.
        """
        self.note_standing(epoch, "")

    def is_branched(self, epoch: str) -> bool:
        """Whether the cloud's log takes no more of this epoch, so that the rest goes beside it (``branches``)."""
        return self._settings.get(_branched(epoch)) is not None

    def mark_branched(self, epoch: str, *, branched: bool) -> None:
        """Keep where the rest of an epoch goes.

        Raises:
            StorageError: the disk refused.
        """
        if branched and not self.is_branched(epoch):
            self._settings.put(_branched(epoch), b"1")
        elif not branched and self.is_branched(epoch):
            self._settings.remove(_branched(epoch))

    def recorded_again_after(self, epoch: str) -> int:
        """The last seq of an epoch that counts for sending: what stood beyond it was recorded again in a later one."""
        raw = self._settings.get(_ended(epoch))
        return NEVER if raw is None else int(raw)

    def mark_recorded_again(self, tables: Tables, epoch: str, *, after: int) -> None:
        """Keep that what an epoch has beyond a seq was recorded again, within a transaction that the caller holds."""
        put_setting(tables, _ended(epoch), str(after).encode("ascii"))

    def write(self, tables: Tables, ending: Ending, key: Ed25519PrivateKey) -> None:
        """Add an epoch with its chain, key and start, within a transaction that the caller holds.

        Raises:
            KeyError: the preceding key is not here.
            EnrolmentError: the kiosk is not enrolled.
        """
        enrolment = self._settings.enrolment()
        if enrolment is None:
            raise KeyError("the kiosk is not enrolled")
        preceding = ending.identity.epoch
        start = begin_epoch(
            identity=ending.identity,
            audience=enrolment.audience,
            head=ending.head,
            reason=ending.reason,
            hlc=ending.hlc,
            preceding=self.key(preceding),
            key=key,
        )
        epoch = thumbprint(key.public_key())
        tables.execute(
            "insert into epoch (kid, private, started_ms) values (?, ?, ?)",
            (epoch, key.private_bytes_raw(), ending.at_ms),
        )
        tables.execute(
            "insert into epoch_start (epoch, previous, message, standing) values (?, ?, ?, '')",
            (epoch, preceding, exact_json.encode(start)),
        )
        tables.execute("insert into chain (number, epoch) select max(number) + 1, ? from chain", (epoch,))
        self._settings.move_to_epoch(tables, epoch)


def _ended(epoch: str) -> str:
    return f"recorded-again:{epoch}"


def _branched(epoch: str) -> str:
    return f"branched:{epoch}"
