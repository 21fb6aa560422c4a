"""Settlement: ``hello`` compares the two ends of an epoch before anything is sent (docs/protocol.md section 15).

The answer is not signed by itself, so it is held against this kiosk's own chain: numbers and verdict must agree. What
they cannot tell for sure changes nothing here and is told to staff.
"""

from collections.abc import Callable
from enum import Enum

import msgspec

from sync.device.event_log import EventLog
from sync.device.outbox import Outbox
from sync.protocol import exact_json
from sync.protocol.chain import Head
from sync.protocol.exchange import Hello, HelloAnswer, Verdict

SPEAKS = (1,)
_SOFTWARE_SIGNS = 64
AGAIN_MS = 10 * 60 * 1000


class Finding(Enum):
    """What follows from an answer to ``hello``."""

    GO_ON = "go on"
    RESEND = "resend"
    AHEAD = "ahead"
    FORKED = "forked"
    UNCLEAR = "unclear"


def judge(answer: HelloAnswer, head: Head, hash_at: Callable[[int], str | None]) -> Finding:
    """Hold an answer against the own chain: ``head`` as it was sent, ``hash_at`` the own hash at a seq."""
    if answer.accepted > head.seq:
        beyond = {Verdict.SERVER_AHEAD.value: Finding.AHEAD, Verdict.FORKED.value: Finding.FORKED}
        return beyond.get(answer.verdict, Finding.UNCLEAR)
    ours = Head.genesis(head.epoch).hash if answer.accepted == 0 else hash_at(answer.accepted)
    if ours is None:
        # Lost to a damaged page (ADR 51). What the cloud lacks behind it is offered again, also where all was receipted
        # once; the answer to that batch tells.
        behind = answer.verdict == Verdict.SERVER_BEHIND and answer.accepted < head.seq
        return Finding.RESEND if behind else Finding.GO_ON
    if answer.head != ours:
        told = answer.verdict in (Verdict.FORKED, Verdict.SERVER_BEHIND)
        return Finding.FORKED if told else Finding.UNCLEAR
    if answer.accepted == head.seq:
        return Finding.GO_ON if answer.verdict == Verdict.IN_STEP else Finding.UNCLEAR
    return Finding.RESEND if answer.verdict == Verdict.SERVER_BEHIND else Finding.UNCLEAR


def read_answer(body: bytes) -> HelloAnswer | None:
    """The answer to a ``hello``; members that came later are ignored; ``None`` for anything else."""
    try:
        return msgspec.json.decode(body, type=HelloAnswer)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


class Settlement:
    """Which epochs must be compared before anything of theirs is sent; all of them at first, and again now and then.

    An idle kiosk would else never learn that the cloud was restored (C09). ``mono_ms`` is the machine's
    monotonic clock; ``random`` (0 to 1) spreads a fleet.
    """

    def __init__(
        self,
        *,
        log: EventLog,
        outbox: Outbox,
        software: str,
        mono_ms: Callable[[], int],
        random: Callable[[], float],
    ) -> None:
        self._log = log
        self._outbox = outbox
        self._software = software[:_SOFTWARE_SIGNS]
        self._mono_ms = mono_ms
        self._random = random
        self._settled: dict[str, int] = {}

    def is_due(self, epoch: str) -> bool:
        """Whether this epoch must be compared first."""
        until_ms = self._settled.get(epoch)
        return until_ms is None or self._mono_ms() >= until_ms

    def close(self, epoch: str) -> None:
        """This epoch was compared, or the cloud is too old to do it."""
        self._settled[epoch] = self._mono_ms() + int(AGAIN_MS * (1 + self._random() / 4))

    def reopen(self) -> None:
        """Something failed, or was contradicted: compare all anew."""
        self._settled.clear()

    def lost_end(self, epoch: str, head: Head, told: HelloAnswer, finding: Finding) -> bool:
        """Whether the cloud has lost what it had receipted up to its end, from log or branch: it was restored (C09)."""
        clear = finding in (Finding.RESEND, Finding.AHEAD, Finding.FORKED)
        return clear and told.beside is False and 0 < head.seq <= self._outbox.accepted_in(epoch)

    def _end_of(self, epoch: str) -> Head:
        """The last event of an epoch that is sent under its own key: what was recorded again behind that counts for
        nothing any more.
        """
        head, end = self._log.head_of(epoch), self._log.epochs.recorded_again_after(epoch)
        digest = self._log.hash_at(end, epoch=epoch) if end < head.seq else None
        return head if digest is None else Head(epoch, end, digest)

    def hello(self, epoch: str) -> tuple[Head, bytes]:
        """What to say of an epoch now: its head here, and the message."""
        head = self._end_of(epoch)
        message = Hello(
            v=1,
            epoch=epoch,
            seq=head.seq,
            head=head.hash,
            speaks=SPEAKS,
            software=self._software,
            waiting=self._outbox.waiting_in(epoch),
            checkpoint=self._outbox.memory.held(),
            alarm=msgspec.Raw(exact_json.encode(self._outbox.memory.alarm())),
            durable=self._outbox.durable_in(epoch),
        )
        return head, exact_json.encode(message)
