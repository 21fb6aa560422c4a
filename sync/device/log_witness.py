"""The kiosk as a witness of the audit log: each new checkpoint must continue the one that it holds (C40).

A stepper like the uploader, and apart from it: whatever it finds delays no check-in and no upload. It raises an alarm
that a person closes, and goes on.
"""

from collections.abc import Callable
from uuid import UUID

from sync.device.errors import StorageError, TransportError
from sync.device.log_memory import Finding, LogMemory, Offer
from sync.device.patience import Patience, problem_name
from sync.device.settings import Settings
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.errors import ProofError, ProtocolError
from sync.protocol.exchange import CONSISTENCY_PATH, NO_PROOF, ConsistencyAnswer
from sync.protocol.keyspage import KeysPage
from sync.protocol.log_witness import (
    AlarmKind,
    LogCheckpoint,
    UnknownKeyError,
    check_continues,
    contradict,
    open_log_checkpoint,
    read_place,
)

IDLE_SECONDS = 5.0
UNSERVED_SECONDS = 600.0
_OK, _NOT_FOUND = 200, 404


class LogWitness:
    """Checks what receipts brought, oldest first. ``wall_ms``: milliseconds since 1970 as believed; ``raised`` is
    called when an alarm was raised, so that the cloud hears of it soon.
    """

    def __init__(
        self,
        *,
        memory: LogMemory,
        settings: Settings,
        channel: SignedChannel,
        tenant: UUID,
        wall_ms: Callable[[], int],
        random: Callable[[], float],
        raised: Callable[[], None] = lambda: None,
    ) -> None:
        self._memory = memory
        self._settings = settings
        self._channel = channel
        self._tenant = tenant
        self._wall_ms = wall_ms
        self._patience = Patience(random)
        self._raised = raised

    @property
    def fault(self) -> str:
        """Why nothing can be checked now, for staff and logs; empty while nothing is wrong."""
        return self._patience.fault

    def step(self) -> Step:
        """Check one offer, if one waits. Never raises what a disk or net may do."""
        try:
            return self._next()
        except TransportError as error:
            return self._patience.retry(LinkState.OFFLINE, str(error))
        except StorageError as error:
            return self._patience.retry(self._patience.state, str(error))

    def _next(self) -> Step:
        waiting, keys = self._memory.offered(), self._settings.keys_page()
        if not waiting or keys is None:
            return Step(LinkState.UNKNOWN, IDLE_SECONDS)
        offer = waiting[0]
        try:
            seen = open_log_checkpoint(offer.note, keys[1])
        except UnknownKeyError:
            if len(waiting) > 1:
                # What no listed key has signed binds nobody; the newest one may be by a key whose page comes yet.
                self._memory.drop(offer)
                return Step(LinkState.UNKNOWN, 0.0)
            return Step(LinkState.UNKNOWN, IDLE_SECONDS)
        except ProtocolError:
            return self._raise(offer, Finding(AlarmKind.UNSIGNED))
        return self._judge(offer, seen, keys[1])

    def _judge(self, offer: Offer, seen: LogCheckpoint, page: KeysPage) -> Step:
        held = self._held(page)
        if held is None:
            self._memory.keep(offer, before=None, seen=seen)
            return Step(LinkState.UNKNOWN, 0.0)
        if seen.precedes(held) and offer.fresh:
            return self._raise(offer, Finding(AlarmKind.SHRUNK))
        reference = held if seen.generation >= held.generation else self._held(page, seen.generation)
        if reference is not None and contradict(seen, reference):
            return self._raise(offer, Finding(AlarmKind.REWRITTEN))
        if reference is None or seen.place == reference.place:
            self._memory.drop(offer)
            return Step(LinkState.UNKNOWN, 0.0)
        if seen.generation > reference.generation and seen.size < reference.size:
            return self._move_on(offer, reference, seen)
        return self._compare(offer, reference, seen, keep=held.precedes(seen))

    def _compare(self, offer: Offer, reference: LogCheckpoint, seen: LogCheckpoint, *, keep: bool) -> Step:
        first, second = (seen, reference) if seen.precedes(reference) else (reference, seen)
        answer = self._channel.send("GET", f"{CONSISTENCY_PATH}?first={first.place}&second={second.place}")
        if answer.status == _NOT_FOUND and problem_name(answer) == NO_PROOF:
            if second.generation > first.generation:
                return self._move_on(offer, reference, seen)
            return self._raise(offer, Finding(AlarmKind.WITHHELD))
        if answer.status == _NOT_FOUND:
            # An older cloud, which proves nothing: the offer waits, and status says so.
            return Step(LinkState.UNKNOWN, UNSERVED_SECONDS)
        if answer.status != _OK:
            return self._patience.refuse(answer)
        hashes = _read_hashes(answer)
        if hashes is None:
            return self._patience.retry(LinkState.REFUSED, "the cloud's proof cannot be read")
        return self._check(offer, (first, second), hashes, keep=keep)

    def _check(
        self, offer: Offer, pair: tuple[LogCheckpoint, LogCheckpoint], hashes: tuple[str, ...], *, keep: bool
    ) -> Step:
        try:
            check_continues(*pair, hashes)
        except ProofError:
            return self._raise(offer, Finding(AlarmKind.REWRITTEN, hashes))
        if keep:
            self._memory.keep(offer, before=pair[0], seen=pair[1])
        else:
            self._memory.drop(offer)
        return self._patience.succeed(0.0)

    def _move_on(self, offer: Offer, held: LogCheckpoint, seen: LogCheckpoint) -> Step:
        """A generation without entries that this kiosk has witnessed: told, and witnessed from here on."""
        self._memory.raise_alarm(Finding(AlarmKind.REOPENED), offer, tenant=self._tenant, at_ms=self._wall_ms())
        self._memory.keep(offer, before=held, seen=seen)
        self._raised()
        return Step(LinkState.UNKNOWN, 0.0)

    def _raise(self, offer: Offer, finding: Finding) -> Step:
        """What is held stays: it is the evidence, and the server is asked again by the next receipt."""
        self._memory.raise_alarm(finding, offer, tenant=self._tenant, at_ms=self._wall_ms())
        self._memory.drop(offer)
        self._raised()
        return Step(LinkState.UNKNOWN, 0.0)

    def _held(self, page: KeysPage, generation: int | None = None) -> LogCheckpoint | None:
        """What is held was verified when it was taken; the key that signed it may be listed no more."""
        note = self._memory.held(generation)
        try:
            return None if note is None else read_place(note, log=page.log)
        except ProtocolError:
            return None


def _read_hashes(answer: Answer) -> tuple[str, ...] | None:
    try:
        return exact_json.read(answer.body, ConsistencyAnswer, what="a proof").hashes
    except ProtocolError:
        return None
