"""The kiosk's event log: what it has recorded is committed and synced before anybody is told so."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.clock import DeviceClock
from sync.device.database import DeviceDatabase
from sync.device.doubt import RecordsDoubt
from sync.device.epochs import FORKED, ROLLED_BACK, Ending, Epochs
from sync.device.errors import ConflictError, DiskFullError, RolledBackError, StorageError
from sync.device.event_rows import INSERT_EVENT, Chain, EventReader, event_row
from sync.device.linking import ActLinker
from sync.device.notices import Notice, NoticeKind, Notices
from sync.device.schema import INDEX_EVENTS, UNINDEXED
from sync.device.settings import Settings, put_setting
from sync.device.tables import Tables
from sync.device.witness import Witness
from sync.protocol.chain import Act, Head, Identity
from sync.protocol.events import Event, decode_header, header_hash
from sync.protocol.hlc import MAX_AHEAD_MS, Hlc, HybridClock
from sync.protocol.identifiers import Entropy
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import EpochStartedFull, Kind

_INCOMPLETE = (ROLLED_BACK, FORKED)
_ANSWERED = "witness-answered"
_KEY_BYTES = 32

Beside = Callable[[Tables, Sequence[Event]], None]
"""Writes what belongs to new events in their own transaction."""


class EventLog(EventReader):
    """Appends acts as linked events, one durable transaction per call, and reads them back.

    Any thread may call it, and other programs may append to the same log meanwhile. Only the newest epoch's chain is
    ever appended to, whoever appends.
    """

    def __init__(
        self,
        database: DeviceDatabase,
        *,
        identity: Identity,
        clock: DeviceClock,
        witness: Witness,
        entropy: Entropy,
        build_floor_ms: int,
    ) -> None:
        """Open the log at its head. One that was rolled back goes on in a new epoch, and says so (C04, C08); one whose
        witness is missing goes on, and that is a doubt, and told (ADR 34).

        Raises:
            RolledBackError: the database is older than what the witness has seen, and is not enrolled, so that no
                epoch can be begun.
            StorageError: the database cannot be read or written.
        """
        super().__init__(database)
        self._clock = clock
        self._witness = witness
        self._entropy = entropy
        self._followers: list[Callable[[], None]] = []
        self.epochs = Epochs(database)
        self.notices = Notices(Settings(database))
        self._chain = self._open_chain(identity.epoch)
        self._identity = replace(identity, epoch=self._chain.epoch)
        self._head = Head.genesis(self._chain.epoch)
        self._floor = Hlc(build_floor_ms, 0)
        self._hybrid = HybridClock(max(self._floor, self.latest_stamp()))
        self._catch_up()
        self._owed: Notice | None = None
        self.doubt = RecordsDoubt(Settings(database))
        """Whether the newest records could be checked, and since when not."""
        self._judge_witness()
        self.raised = self.doubt.weigh(witness, self._head, clock.wall_ms())
        """The doubt that this opening raised, or ``None``."""

    @property
    def head(self) -> Head:
        """The last event committed."""
        return self._head

    @property
    def incomplete(self) -> Notice | None:
        """That people may be missing from this kiosk's list, until a person closes it (``notices``), or ``None``.

        Raises:
            StorageError: the disk refused.
        """
        return self._owed or self.notices.incomplete

    @property
    def kiosk(self) -> UUID:
        """Whose log this is."""
        return self._identity.kiosk

    @property
    def hlc(self) -> Hlc:
        """The last stamp given."""
        return self._hybrid.last

    def hear(self, server_ms: int) -> None:
        """Let stamps rise above the cloud's time (milliseconds since 1970), unless that is far ahead of our own."""
        with self.database.lock:
            self._hybrid.hear(Hlc(server_ms, 0), self._clock.wall_ms())

    def come_down(self, server_ms: int) -> None:
        """Leave the stamps of a clock that was far ahead (C06). ``server_ms``: since 1970, of a receipt that the cloud
        has signed just now; nothing less may lower stamps, no time server either.
        """
        with self.database.lock:
            if self._hybrid.last.wall_ms > server_ms + MAX_AHEAD_MS:
                self._hybrid = HybridClock(max(Hlc(server_ms, 0), self._floor))

    def hear_stamp(self, stamp: Hlc) -> None:
        """Let stamps rise above another kiosk's that is not far ahead: who arrived there must leave later (C22)."""
        with self.database.lock:
            self._hybrid.hear(stamp, self._clock.wall_ms())

    def append(self, acts: Sequence[Act], *, beside: Beside | None = None) -> tuple[Event, ...]:
        """Record acts together, and what is written ``beside`` them, or nothing; on return all of it is on disk.

        Raises:
            UnfitActError: an act breaks the protocol's rules; nothing was recorded and the head is unchanged.
            DiskFullError, StorageError: nothing was recorded and the head is unchanged.
        """
        if not acts:
            return ()
        with self.database.lock:
            self._pay()
            try:
                events, head = self._record(acts, beside)
            except ConflictError:
                # Another program, or a call that was cut short after its commit, has appended meanwhile.
                events, head = self._record(acts, beside, catch_up=True)
            self._advance(head)
        return tuple(events)

    def begin_epoch(
        self, reason: str, *, after: str, known: int = 0, beside: Callable[[Tables], None] = lambda _tables: None
    ) -> bool:
        """Leave the epoch ``after`` for a new one, which begins with an ``epoch.started``; one transaction, in which
        ``beside`` writes too.

        ``False``: it was left already, by another thread, program or call. ``known``: the seq that somebody else knows
        of it. What may be missing from the list is told from the same moment on (``notices``).

        Raises:
            RolledBackError: the kiosk is not enrolled, so nothing can certify a new key; nothing was recorded.
            DiskFullError, StorageError: nothing was recorded and the epoch is unchanged.
        """
        with self.database.lock:
            try:
                head = self._leave(reason, after, known, beside)
            except StorageError:
                self._owe(reason, after, known)
                raise
            if head is None:
                return False
            self._owed = None
            self._catch_up()
            self._advance(head)
        return True

    def when_settled(self, follow: Callable[[], None]) -> None:
        """Have something brought up to date by each ``settle``."""
        self._followers.append(follow)

    def settle(self) -> None:
        """Sync the witness, fold the WAL, bring the index and its followers up to date; call it when nobody waits.
        Whoever writes first after a fold begins the WAL anew and syncs twice: the index, and no visitor (ADR 113).

        Raises:
            StorageError: the disk refused; nothing that was recorded is lost by that.
        """
        with self.database.lock:
            if self.doubt.save():
                self._witness.note(self._head)
        self._witness.settle()
        self.database.settle()
        if self.database.read(f"select 1 from event where {UNINDEXED} limit 1"):  # noqa: S608 -- constant
            with self.database.transaction() as tables:
                tables.execute(INDEX_EVENTS)
        for follow in self._followers:
            follow()

    def after(self, seq: int, *, limit: int, epoch: str | None = None) -> list[Event]:
        """The events of an epoch (the current one unless told) after a seq, in order."""
        chain = self.chain_of(epoch or self._head.epoch)
        return [] if chain is None else self.in_chain(chain, seq, limit=limit)

    def hash_at(self, seq: int, *, epoch: str | None = None) -> str | None:
        """The hash of an epoch's header at a seq, or ``None`` when there is no such event."""
        chain = self.chain_of(epoch or self._head.epoch)
        return None if chain is None else self.hash_in(chain, seq)

    def _record(
        self, acts: Sequence[Act], beside: Beside | None, *, catch_up: bool = False
    ) -> tuple[list[Event], Head]:
        with self.database.transaction() as tables:
            if catch_up or self._moved_on(tables):
                self._catch_up()
            events, head = self._link_all(acts)
            tables.execute_many(INSERT_EVENT, [event_row(self._chain, event) for event in events])
            if beside is not None:
                beside(tables, events)
        return events, head

    def _advance(self, head: Head) -> None:
        self._head = head
        if not self.doubt.unsaved:
            self._witness.note(head)

    def _link_all(self, acts: Sequence[Act]) -> tuple[list[Event], Head]:
        head, events = self._head, []
        linker = ActLinker(self._clock, self._hybrid, self._entropy, len(acts))
        for act in acts:
            event, head = linker.link(act, self._identity, head)
            events.append(event)
        return events, head

    def _write_epoch(self, tables: Tables, reason: str, known: int) -> Head:
        """Key, certificate, chain, notice and first event; the caller commits, and only then are they ours."""
        old, now_ms = self._head, self._clock.wall_ms()
        hlc = self._hybrid.tick(now_ms)
        key = Ed25519PrivateKey.from_private_bytes(self._entropy(_KEY_BYTES))
        try:
            self.epochs.write(tables, Ending(self._identity, old, reason, str(hlc), now_ms), key)
        except KeyError as error:
            raise RolledBackError(
                f"The kiosk's database ends at event {old.seq}, but event {known} was recorded: "
                "it was restored or damaged. People may be missing from its list. Call an administrator."
            ) from error
        if reason in _INCOMPLETE:
            notice = Notice(since_ms=now_ms, reason=reason, epoch=old.epoch, seq=old.seq, known=known)
            self.notices.post(tables, NoticeKind.INCOMPLETE, notice)
        if self._witness.head is not None:
            put_setting(tables, _ANSWERED, _seen(self._witness.head))
        identity = replace(self._identity, epoch=thumbprint(key.public_key()))
        full = EpochStartedFull(previous=old.epoch, seq=old.seq, head=old.hash, reason=reason)
        linker = ActLinker(self._clock, self._hybrid, self._entropy, 1)
        event, head = linker.link(Act(Kind.EPOCH_STARTED, None, full=full), identity, Head.genesis(identity.epoch))
        chain = self.chain_of(identity.epoch)
        if chain is None:
            raise ConflictError("The new epoch has no chain: nothing was recorded.")
        tables.execute_many(INSERT_EVENT, [event_row(chain, event)])
        return head

    def _leave(self, reason: str, after: str, known: int, beside: Callable[[Tables], None]) -> Head | None:
        with self.database.transaction() as tables:
            self._catch_up()
            if self._head.epoch != after:
                return None
            head = self._write_epoch(tables, reason, known)
            beside(tables)
            return head

    def _moved_on(self, tables: Tables) -> bool:
        """Whether another program has begun an epoch: nothing may ever be added to one that was left."""
        ((newest,),) = tables.execute("select max(number) from chain").fetchall()
        return bool(newest != self._chain.number)

    def _catch_up(self) -> None:
        """Take in what another program, or a call cut short after its commit, has appended or begun."""
        newest = self.newest_chain()
        if newest is not None and newest.number > self._chain.number:
            self._identity = replace(self._identity, epoch=newest.epoch)
            self._chain, self._head = newest, Head.genesis(newest.epoch)
        last = self.last_in(self._chain, above=self._head.seq)
        if last is not None:
            self._head = Head(self._chain.epoch, last[0], header_hash(last[1]))
            stamp = Hlc.parse(decode_header(last[1]).hlc)
            if stamp > self._hybrid.last:
                self._hybrid = HybridClock(stamp)

    def _open_chain(self, epoch: str) -> Chain:
        """The newest chain; an epoch that was enrolled gets the next number when it is new."""
        if self.chain_of(epoch) is None:
            with self.database.transaction() as tables:
                tables.execute(
                    "insert or ignore into chain (number, epoch) select coalesce(max(number), 0) + 1, ? from chain",
                    (epoch,),
                )
        return self.newest_chain() or Chain(0, epoch)

    def _judge_witness(self) -> None:
        """Begin an epoch if the witness has seen what is not here, unless that was done because of this already."""
        seen = self._witness.head
        if seen is None or seen.seq == 0:
            return
        chain = self.chain_of(seen.epoch)
        if chain is not None and self.hash_in(chain, seen.seq) == seen.hash:
            return
        if Settings(self.database).get(_ANSWERED) == _seen(seen):
            self._witness.note(self._head)  # a crash came between the new epoch and this
            return
        self._owe(ROLLED_BACK, self._head.epoch, seen.seq)
        with suppress(DiskFullError):
            self._pay()  # on a full disk the list must open all the same; nothing is recorded before this is

    def _owe(self, reason: str, after: str, known: int) -> None:
        """What the disk refuses is said from memory, and nothing is recorded before it is written."""
        if self._owed is None and reason in _INCOMPLETE and self._head.epoch == after:
            self._owed = Notice(
                since_ms=self._clock.wall_ms(), reason=reason, epoch=after, seq=self._head.seq, known=known
            )

    def _pay(self) -> None:
        """Begin the epoch that a rollback asks for, if a full disk has refused it so far."""
        if self._owed is not None:
            self.begin_epoch(self._owed.reason, after=self._owed.epoch, known=self._owed.known)
            self._owed = None


def _seen(head: Head) -> bytes:
    return f"{head.epoch} {head.seq} {head.hash}".encode("ascii")
