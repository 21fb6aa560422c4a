"""Asking the cloud what the other kiosks of the site recorded, until both list the same people (ADR 52).

A stepper beside the uploader: it waits its turn behind what goes up, keeps one batch a transaction, and writes nothing
when nothing is new. What it is told it verifies as the cloud would; what it cannot verify it leaves.
"""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from sync.device.errors import StorageError, TransportError
from sync.device.event_log import EventLog
from sync.device.heard_events import Told
from sync.device.heard_times import Heard
from sync.device.muster_roll import MusterRoll
from sync.device.patience import Patience
from sync.device.settings import Enrolment
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import MUSTER_PATH
from sync.protocol.feed import KeyStanding, Roster, RosterKey, RosterKiosk
from sync.protocol.hlc import Hlc
from sync.protocol.keys import public_key
from sync.protocol.muster import MusterSource, OpenedMusterBatch, open_muster_batch, present_digest, read_claim
from sync.protocol.muster_exchange import MAX_LOGS, MAX_STAYS, MusterAnswer, MusterQuestion, ToldBatch

IDLE_SECONDS = 20.0
UNSERVED_SECONDS = 600.0
_JSON = "application/json"
_OK, _NOT_FOUND = 200, 404


class MusterAsker:
    """Asks, keeps what is new, and asks again where the two lists differ. ``waiting``: how many own events no receipt
    covers; lists are compared only when none does.
    """

    def __init__(
        self,
        *,
        log: EventLog,
        roll: MusterRoll,
        heard: Heard,
        channel: SignedChannel,
        enrolment: Enrolment,
        roster: Callable[[], Roster | None],
        waiting: Callable[[], int],
        random: Callable[[], float],
    ) -> None:
        self._log = log
        self._roll = roll
        self._heard = heard.events
        self._times = heard.times
        self._channel = channel
        self._enrolment = enrolment
        self._roster = roster
        self._waiting = waiting
        self._patience = Patience(random)
        self._clock_raised = False
        self._digest: tuple[tuple[object, ...], str] | None = None
        self._compared: tuple[str, tuple[object, ...]] | None = None
        self._theirs = ""
        self._wanted: list[UUID] = []
        self.refused = 0
        """How many batches could not be believed, for logs."""

    @property
    def fault(self) -> str:
        """Why other kiosks cannot be heard now, for staff and logs; empty while nothing is wrong."""
        return self._patience.fault

    def step(self) -> Step:
        """Ask once and keep what is new. Never raises what a disk or net may do."""
        try:
            return self._ask_and_note()
        except TransportError as error:
            return self._patience.retry(LinkState.OFFLINE, str(error))
        except StorageError as error:
            return self._patience.retry(self._patience.state, str(error))

    def _ask_and_note(self) -> Step:
        step = self._ask()
        self._heard.note_fault(self.fault)
        return step

    def _ask(self) -> Step:
        self._raise_clock()
        roster = self._roster()
        if roster is None:
            return Step(LinkState.UNKNOWN, IDLE_SECONDS)
        question = self._question(roster)
        answer = self._channel.send("POST", MUSTER_PATH, exact_json.encode(question), _JSON)
        if answer.status == _NOT_FOUND:
            # An older cloud: nothing is heard, and the list says so.
            return Step(LinkState.UNKNOWN, UNSERVED_SECONDS)
        if answer.status != _OK:
            return self._patience.refuse(answer)
        told = _read(answer)
        if told is None:
            return self._patience.retry(LinkState.REFUSED, "what the cloud says of other kiosks cannot be read")
        return self._take_in(roster, question, told)

    def _question(self, roster: Roster) -> MusterQuestion:
        own = self._log.epochs.current
        keys = (key for entry in roster.kiosks for key in entry.keys)
        epochs = [key.kid for key in keys if key.kid != own or _has_parted(key)][:MAX_LOGS]
        return MusterQuestion(
            v=1, logs=self._heard.logs(epochs), stays=tuple(self._wanted[:MAX_STAYS]), present=self._needless()
        )

    def _needless(self) -> tuple[str, ...]:
        """Lists that need no comparison now: our own, and the one of the cloud's for which all was asked already."""
        if self._wanted or self._waiting() > 0:
            return ()
        ours = self._own_digest()
        done = self._compared
        return (ours, done[0]) if done is not None and done[1] == self._state(ours) and done[0] != ours else (ours,)

    def _take_in(self, roster: Roster, question: MusterQuestion, told: MusterAnswer) -> Step:
        del self._wanted[: len(question.stays)]
        sources = {key.kid: (entry, key) for entry in roster.kiosks for key in entry.keys}
        refused = self.refused
        new = self._keep(sources, told.batches, follows=True)
        new |= self._keep(sources, told.beside, beside=True)
        new |= self._keep(sources, told.wanted)
        if not told.more and self.refused == refused:
            self._times.hear(told.at_ms, told.heard, keep=new)
        if told.present is not None:
            self._compare(told.present)
        elif question.stays and not self._wanted:
            self._compared = (self._theirs, self._state(self._own_digest()))
        fault = "" if self.refused == refused else "something of another kiosk's log could not be believed"
        again = (told.more and not fault) or bool(self._wanted)
        return self._patience.succeed(0.0 if again else IDLE_SECONDS, fault)

    def _keep(
        self,
        sources: dict[str, tuple[RosterKiosk, RosterKey]],
        batches: Sequence[ToldBatch],
        *,
        beside: bool = False,
        follows: bool = False,
    ) -> bool:
        new, broken = False, set[str]()
        for sent in batches:
            try:
                epoch = read_claim(sent.wire)
                if epoch not in sources or epoch in broken:
                    continue  # the roster that names this key is still on its way, or a gap would be passed over
                opened = open_muster_batch(sent.wire, self._source(*sources[epoch]))
            except ProtocolError:
                self.refused += 1
                if follows:
                    broken.add(_claimed(sent))
                continue
            told = Told(opened, frozenset(sent.quarantined), frozenset(sent.flagged), beside=beside, follows=follows)
            new |= self._heard.take(told)
            self._hear_stamp(opened, frozenset(sent.flagged))
        return new

    def _source(self, entry: RosterKiosk, key: RosterKey) -> MusterSource:
        own = self._enrolment
        return MusterSource(own.tenant, own.site, entry.kiosk, public_key(key.public))

    def _hear_stamp(self, opened: OpenedMusterBatch, flagged: frozenset[int]) -> None:
        """One by one: of a clock that runs too fast, the first ones may still be near enough."""
        for event in opened.events:
            if event.header.seq not in flagged:
                self._log.hear_stamp(Hlc.parse(event.header.hlc))

    def _raise_clock(self) -> None:
        """What was heard before a restart: who leaves here after arriving elsewhere must leave later."""
        if not self._clock_raised:
            stamp = self._heard.highest_stamp()
            if stamp is not None:
                self._log.hear_stamp(stamp)
            self._clock_raised = True

    def _own_digest(self) -> str:
        """The digest of this kiosk's list; folded anew only when something was recorded, heard or judged since."""
        state = (self._log.head, self._heard.newest_place(), self._roll.basis())
        if self._digest is None or self._digest[0] != state:
            self._digest = (state, present_digest([stay.id for stay in self._roll.on_site()]))
        return self._digest[1]

    def _state(self, ours: str) -> tuple[object, ...]:
        """What a comparison came from: when none of it has changed, asking again would bring the same."""
        return ours, self._heard.newest_place(), self._roll.basis()

    def _compare(self, listed: Iterable[UUID]) -> None:
        """Ask for what the two lists differ in."""
        theirs, ours = set(listed), {stay.id for stay in self._roll.on_site()}
        self._theirs = present_digest(list(theirs))
        self._wanted = sorted(theirs ^ ours)


def _has_parted(key: RosterKey) -> bool:
    """Whether somebody else may have written under our own key: a copy of the card, say, of which we have not heard."""
    return key.forked > 0 or key.standing != KeyStanding.CURRENT


def _read(answer: Answer) -> MusterAnswer | None:
    try:
        return exact_json.read(answer.body, MusterAnswer, what="an answer about other kiosks")
    except ProtocolError:
        return None


def _claimed(sent: ToldBatch) -> str:
    try:
        return read_claim(sent.wire)
    except ProtocolError:
        return ""


def can_speak(entry: RosterKiosk) -> bool:
    """Whether anything of a kiosk can come: one that was never enrolled has no log that could be missing, and one all
    of whose keys were revoked says nothing more.
    """
    return any(key.standing != KeyStanding.REVOKED for key in entry.keys)
