"""From acts to linked events that every reader can take."""

import msgspec

from sync.device.clock import DeviceClock
from sync.device.errors import UnfitActError
from sync.protocol.chain import Act, Head, Identity, Stamp, link
from sync.protocol.commitments import SALT_BYTES
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event
from sync.protocol.hlc import HybridClock
from sync.protocol.identifiers import Entropy
from sync.protocol.kinds import body_shape_fault

_ENTROPY_BYTES = 2 * SALT_BYTES + 10
"""What one event takes: two salts and the random part of its id."""


class ActLinker:
    """Links acts that are recorded together.

    They happened together: the clocks are read once, and entropy is drawn once.
    """

    def __init__(self, clock: DeviceClock, hybrid: HybridClock, entropy: Entropy, count: int) -> None:
        self._clock = (clock.quality(), clock.boot, clock.mono_ms())
        self._wall_ms = clock.wall_ms()
        self._hybrid = hybrid
        self._entropy = drawn_at_once(entropy, count * _ENTROPY_BYTES)

    def link(self, act: Act, identity: Identity, head: Head) -> tuple[Event, Head]:
        """The next event, and the head that it leads to.

        Raises:
            UnfitActError: the act breaks the protocol's rules.
        """
        stamp = Stamp(self._hybrid.tick(self._wall_ms), *self._clock)
        try:
            event, after = link(act, identity=identity, head=head, stamp=stamp, entropy=self._entropy)
            _require_readable(event)
        except (ProtocolError, msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
            raise UnfitActError(f"An act of kind {act.kind} cannot be recorded: {error}.") from error
        return event, after


def drawn_at_once(entropy: Entropy, count: int) -> Entropy:
    """The same entropy, asked for once instead of for each salt; no byte of it is given twice."""
    block, used = entropy(count), 0

    def draw(wanted: int) -> bytes:
        nonlocal used
        start, used = used, used + wanted
        return block[start:used] if used <= count else entropy(wanted)

    return draw


def _require_readable(event: Event) -> None:
    """Refuse bodies that no reader could take: the cloud would quarantine them, and the person be unnamed."""
    muster = None if event.muster is None else event.muster.bytes()
    full = None if event.full is None else event.full.bytes()
    fault = body_shape_fault(event.header.kind, muster, full)
    if fault is not None:
        raise UnfitActError(fault)
