"""Sends what waits, oldest epoch first, one batch at a time, and believes nothing but a verified receipt.

A batch leaves the outbox by a receipt alone: no status code, however final it sounds, deletes an event. Before
anything of an epoch is sent, its two ends are compared (``Settlement``).
"""

from collections.abc import Callable

import msgspec

from sync.device.clock import DeviceClock
from sync.device.epochs import FORKED, ROLLED_BACK
from sync.device.errors import StorageError, TransportError
from sync.device.event_log import EventLog
from sync.device.outbox import Outbox, PackedBatch
from sync.device.patience import Patience, problem_name
from sync.device.receipts import open_own_receipt
from sync.device.recording_again import lies_behind_gap, record_again
from sync.device.settings import Enrolment, Settings
from sync.device.settlement import SPEAKS, Finding, Settlement, judge, read_answer
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.device.turns import Turns
from sync.protocol.batch import MEDIA_TYPE
from sync.protocol.chain import Head
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import (
    BRANCHES_PATH,
    EPOCHS_PATH,
    EVENTS_PATH,
    HELLO_PATH,
    EpochAnswer,
    GapProblem,
    HelloAnswer,
)
from sync.protocol.feed import KeyStanding
from sync.protocol.receipt import Receipt

IDLE_SECONDS = 30.0
_OK, _UNAUTHORIZED, _NOT_FOUND, _CONFLICT, _SERVER_FAULT = 200, 401, 404, 409, 500
_JSON = "application/json"
_CLOSED = ("forked", "frozen")
_TOO_OLD = "the cloud no longer speaks this kiosk's version of the protocol: update the kiosk"
_KEYLESS = "the key of one of this kiosk's epochs is missing: nothing of it can be sent. Call an administrator"
_UNREADABLE = "whoever answered did not answer as the cloud does; nothing was sent"
_UNBELIEVABLE = "the cloud's receipt about its backups cannot be believed"
_UNCLEAR = "the cloud's account of this kiosk's events contradicts itself; nothing was changed"


class Uploader:
    """A stepper; it owns no thread and keeps no state that a restart would miss but the backoff."""

    def __init__(
        self,
        *,
        log: EventLog,
        outbox: Outbox,
        channel: SignedChannel,
        settings: Settings,
        enrolment: Enrolment,
        clock: DeviceClock,
        random: Callable[[], float],
        software: str = "",
    ) -> None:
        self._log = log
        self._epochs = log.epochs
        self._outbox = outbox
        self._channel = channel
        self._settings = settings
        self._enrolment = enrolment
        self._clock = clock
        self._patience = Patience(random)
        self._settlement = Settlement(log=log, outbox=outbox, software=software, mono_ms=clock.mono_ms, random=random)
        self._turns: Turns[str] = Turns(clock.mono_ms, random)
        self._aside: dict[str, str] = {}
        self._server_failed = False
        self._doubt = ""

    @property
    def state(self) -> LinkState:
        """How the kiosk stands with the cloud."""
        return self._patience.state

    @property
    def fault(self) -> str:
        """What is wrong, for staff and logs; empty while nothing is."""
        return self._patience.fault

    def greet(self) -> None:
        """There is something to tell the cloud: compare, and so greet, before anything more is sent."""
        self._settlement.reopen()

    def step(self) -> Step:
        """Compare what must be compared, then send one batch, if one waits. Never raises what a disk or net may do."""
        try:
            return self._next()
        except TransportError as error:
            self._settlement.reopen()
            return self._patience.retry(LinkState.OFFLINE, str(error))
        except StorageError as error:
            return self._patience.retry(self.state, str(error))
        except KeyError:
            return self._patience.retry(LinkState.REFUSED, _KEYLESS)

    def _next(self) -> Step:
        """The oldest epoch first; one that is refused, or that the server fails on, steps aside and blocks no other."""
        current, newest = self._epochs.current, None
        for epoch in self._turns.order(self._epochs.all()):
            if epoch in self._aside or not (epoch == current or self._turns.is_due(epoch)):
                continue
            if (step := self._try(epoch)) is None:
                continue
            if step.state not in (LinkState.REFUSED, LinkState.REVOKED) or self._server_failed:
                return step
            if epoch == current:
                # It may wait for the others: a cloud that forgot them takes starts in order.
                self._aside.clear()
                newest = step
                continue
            self._aside[epoch] = self.fault
            if newest is None:
                return Step(step.state, 0.0)
        return newest or self._rest()

    def _rest(self) -> Step:
        """Nothing is left to do but what is put off."""
        if self._aside:
            fault = next(iter(self._aside.values()))
            self._aside.clear()
            return self._patience.retry(LinkState.REFUSED, fault)
        if (later := self._turns.next_due()) is not None:
            return self._patience.hold(LinkState.REFUSED, min(IDLE_SECONDS, later[0]), later[1])
        return self._patience.succeed(IDLE_SECONDS, self._doubt)

    def _try(self, epoch: str) -> Step | None:
        """Give an epoch its turn, and note whether the server failed on it."""
        self._server_failed = False
        blocked = self._turns.is_put_off(epoch)
        step = self._advance(epoch)
        if not self._server_failed or step is None:
            if step is None or step.state is LinkState.ONLINE:
                self._turns.succeed(epoch)
            return step
        self._turns.fail(epoch, self.fault)
        if not blocked or step.state is not LinkState.OFFLINE or self._turns.is_failing(self._epochs.current):
            return step
        # The newest epoch was answered before this one had its turn again: the cloud is there.
        return self._patience.hold(LinkState.REFUSED, step.wait_seconds, self.fault)

    def _advance(self, epoch: str) -> Step | None:
        """Compare an epoch if that is due, and send its next batch; ``None`` when nothing of it waits."""
        step = self._settle(epoch) if self._settlement.is_due(epoch) else None
        if step is not None:
            return step
        batch = self._outbox.next_batch(epoch)
        return None if batch is None else self._send(batch)

    def _settle(self, epoch: str) -> Step | None:
        """Make an epoch known and compare it; ``None`` when its batches may be sent now."""
        if not self._epochs.is_known(epoch):
            step = self._register(epoch)
            if step is not None:
                return step
        head, message = self._settlement.hello(epoch)
        answer = self._channel.send("POST", HELLO_PATH, message, _JSON, key=self._epochs.key(epoch))
        if answer.status == _NOT_FOUND:
            self._settlement.close(epoch)  # an older cloud, which settles nothing
            return None
        if answer.status != _OK:
            return self._refuse(answer, epoch)
        told = read_answer(answer.body)
        if told is None:
            # Not the cloud, perhaps: a hotel's welcome page answers everything with 200.
            return self._patience.retry(LinkState.REFUSED, _UNREADABLE)
        return self._take_in_hello(epoch, head, told)

    def _take_in_hello(self, epoch: str, head: Head, told: HelloAnswer) -> Step | None:
        self._epochs.note_standing(epoch, told.standing[:32])
        self._log.hear(told.at_ms)
        current = epoch == self._epochs.current
        finding = judge(told, head, lambda seq: self._log.hash_at(seq, epoch=epoch))
        if current and finding in (Finding.AHEAD, Finding.FORKED):
            reason = ROLLED_BACK if finding is Finding.AHEAD else FORKED
            return self._leave(epoch, reason, told.accepted)
        # What stands beside the log is not counted by its end.
        lost = finding is Finding.RESEND and not self._epochs.is_branched(epoch)
        if self._settlement.lost_end(epoch, head, told, finding):
            self._resend_all(epoch, told.accepted + 1 if finding is Finding.RESEND else 1)
        elif lost and self._outbox.accepted_in(epoch) > told.accepted:
            self._resend_all(epoch, told.accepted + 1)
        # A log that is ahead, or another's, could only answer by a head that this kiosk cannot check.
        contested = finding in (Finding.AHEAD, Finding.FORKED) or told.standing == KeyStanding.FROZEN
        if contested and not current and self._outbox.waiting_in(epoch) > 0:
            self._epochs.mark_branched(epoch, branched=True)
        heard = "" if finding in (Finding.AHEAD, Finding.FORKED) else self._hear_durable(epoch, told.receipt)
        self._doubt = _UNCLEAR if finding is Finding.UNCLEAR else heard
        if not set(SPEAKS) & set(told.speaks):
            self._doubt = _TOO_OLD
        self._settlement.close(epoch)
        return None

    def _hear_durable(self, epoch: str, signed: str | None) -> str:
        """Take in what backups hold by now; a word for staff where it cannot be believed. Nothing waits for it."""
        if signed is None:
            return ""
        try:
            believed = self._outbox.hear_durable(self._open(signed, epoch), signed)
        except ProtocolError as error:
            return f"{_UNBELIEVABLE}: {error}"
        return "" if believed else f"{_UNBELIEVABLE}: it is about other events"

    def _send_again(self, epoch: str, seq: int, *, branched: bool) -> None:
        """The cloud lacks what comes before a batch; if it had said that it has it, it was restored."""
        if not branched and seq <= self._outbox.accepted_in(epoch):
            self._resend_all(epoch, seq)
        else:
            self._outbox.resend_from(seq, epoch, at_ms=self._clock.wall_ms())

    def _resend_all(self, epoch: str, seq: int) -> None:
        """The cloud was restored: what it lacks goes up anew, and so do the branches that it may have lost (C09)."""
        for older in self._epochs.all():
            if self._epochs.is_branched(older) and older != epoch:
                self._outbox.resend_from(1, older, at_ms=self._clock.wall_ms())
        self._outbox.resend_from(seq, epoch, at_ms=self._clock.wall_ms())

    def _register(self, epoch: str) -> Step | None:
        """Send the start of an epoch, signed by the key before it; ``None`` when the cloud knows it now."""
        start = self._epochs.start_of(epoch)
        if start is None:
            return None
        key = self._epochs.key(start.previous)
        answer = self._channel.send("POST", EPOCHS_PATH, start.message, _JSON, key=key)
        if answer.status != _OK:
            return self._refuse(answer, start.previous)
        try:
            standing = msgspec.json.decode(answer.body, type=EpochAnswer).standing
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._patience.retry(LinkState.REFUSED, "the cloud's answer about a new epoch cannot be read")
        self._epochs.note_standing(epoch, standing[:32] or KeyStanding.UNCONFIRMED)
        return None

    def _send(self, batch: PackedBatch) -> Step:
        branched = self._epochs.is_branched(batch.epoch)
        if branched and (step := self._register_after(batch.epoch)) is not None:
            return step
        path = BRANCHES_PATH if branched else EVENTS_PATH
        answer = self._channel.send("POST", path, batch.wire, MEDIA_TYPE, key=self._epochs.key(batch.epoch))
        if answer.status == _OK:
            return self._take_receipt(batch, answer)
        if answer.status == _CONFLICT:
            return self._resolve_conflict(batch, answer, branched=branched)
        return self._refuse(answer, batch.epoch)

    def _register_after(self, epoch: str) -> Step | None:
        """Branches are taken once the epoch that follows is known."""
        epochs = self._epochs.all()
        following = epochs[epochs.index(epoch) + 1 :][:1]
        return next((self._register(new) for new in following if not self._epochs.is_known(new)), None)

    def _take_receipt(self, batch: PackedBatch, answer: Answer) -> Step:
        try:
            signed = answer.body.decode("ascii")
            receipt = self._open(signed, batch.epoch)
        except (ProtocolError, UnicodeDecodeError) as error:
            return self._patience.retry(LinkState.REFUSED, f"the cloud's receipt cannot be believed: {error}")
        if not self._outbox.answers(receipt, batch):
            return self._patience.retry(LinkState.REFUSED, "the cloud's receipt is about other events than were sent")
        self._outbox.close_batch(receipt, signed, fresh=batch.fresh)
        if batch.fresh:
            # A batch sent before may be answered by the receipt of that time, which says nothing about now.
            self._clock.anchor(receipt.at_ms)
            self._log.come_down(receipt.at_ms)
        waiting = self._outbox.waiting > 0 or any(map(self._settlement.is_due, self._epochs.all()))
        return self._patience.succeed(0.0 if waiting else IDLE_SECONDS, self._doubt)

    def _open(self, signed: str, epoch: str) -> Receipt:
        return open_own_receipt(signed, epoch=epoch, settings=self._settings, enrolment=self._enrolment)

    def _resolve_conflict(self, batch: PackedBatch, answer: Answer, *, branched: bool) -> Step:
        """409: whatever it is, the two ends are compared before anything more is sent."""
        self._settlement.reopen()
        name = problem_name(answer)
        if not branched and name in _CLOSED:
            if batch.epoch == self._epochs.current:
                return self._leave(batch.epoch, FORKED, 0)
            self._epochs.mark_branched(batch.epoch, branched=True)
            return self._patience.retry(LinkState.ONLINE, "")
        if branched and name == "not-frozen":
            self._epochs.mark_branched(batch.epoch, branched=False)
            return self._patience.retry(LinkState.REFUSED, "the cloud still takes this epoch's events into its log")
        try:
            expected = msgspec.json.decode(answer.body, type=GapProblem).expected_seq
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._patience.refuse(answer)
        lost = lies_behind_gap(self._log, batch.epoch, batch.first)
        if lost and (branched or lies_behind_gap(self._log, batch.epoch, expected + 1)):
            record_again(self._log, self._outbox, batch.epoch)  # what the cloud asks for is gone
        elif 1 <= expected < batch.first:
            self._send_again(batch.epoch, expected, branched=branched)
        else:
            # The server knows more than we sent: ``hello`` settles that; nothing is resent.
            return self._patience.retry(LinkState.REFUSED, "the cloud holds other events of this kiosk than the kiosk")
        return self._patience.retry(LinkState.ONLINE, "")

    def _leave(self, epoch: str, reason: str, known: int) -> Step:
        """Never sign with this key again. At growing intervals only: a cloud gone mad must not make a thousand keys."""
        self._log.begin_epoch(reason, after=epoch, known=known)
        self._settlement.reopen()
        return self._patience.retry(LinkState.ONLINE, "this kiosk began a new epoch: an administrator must confirm it")

    def _refuse(self, answer: Answer, epoch: str) -> Step:
        if answer.status == _UNAUTHORIZED:
            # A cloud restored to before this epoch does not know its key: the start goes up again.
            self._epochs.forget_standing(epoch)
        self._server_failed = answer.status >= _SERVER_FAULT
        if answer.status == _UNAUTHORIZED or self._server_failed:
            self._settlement.reopen()
        return self._patience.refuse(answer)
