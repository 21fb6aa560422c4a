"""An act that is recorded a second time, because its first event can never be sent (docs/protocol.md section 15)."""

from collections.abc import Mapping

import msgspec

from sync.protocol import exact_json
from sync.protocol.chain import Act
from sync.protocol.commitments import MAX_BODY_BYTES, SealedBody
from sync.protocol.errors import EncodingError, LimitError
from sync.protocol.events import Event, Seq
from sync.protocol.hlc import HlcText
from sync.protocol.identifiers import Thumbprint
from sync.protocol.kinds import body_shape_fault

AGAIN = "again"
"""The last member of the full body of such an act."""
_MARK_BYTES = 256


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """Which event is repeated: its epoch and seq, and its stamp, for that is when it happened."""

    epoch: Thumbprint
    seq: Seq
    hlc: HlcText


class _Repeated(msgspec.Struct, frozen=True, kw_only=True):
    again: Again | None = None


def repeated_from(full: SealedBody | None) -> Again | None:
    """Which event this full body's event repeats; ``None`` for one that was recorded when it happened."""
    if full is None:
        return None
    try:
        return exact_json.read(full.bytes(), _Repeated, what="a body").again
    except (EncodingError, LimitError):
        return None


def act_again(event: Event) -> Act:
    """The act of an event, to be recorded once more under the same stay.

    A body that is erased, or that no reader could take, is left behind: whoever arrived is an unnamed person then.
    """
    header = event.header
    muster, full = _bytes(event.muster), _bytes(event.full)
    again = Again(epoch=header.epoch, seq=header.seq, hlc=header.hlc)
    return Act(
        header.kind,
        header.stay,
        _content(muster, body_shape_fault(header.kind, muster, None)),
        _content(full, body_shape_fault(header.kind, None, full), again),
    )


def _bytes(body: SealedBody | None) -> bytes | None:
    return None if body is None else body.bytes()


def _content(raw: bytes | None, fault: str | None, again: Again | None = None) -> Mapping[str, object] | None:
    if raw is None or fault is not None:
        return None
    try:
        exact_json.require_exact_object(raw, what="a body")
    except (EncodingError, LimitError):
        return None
    content: dict[str, object] = msgspec.json.decode(raw, type=dict[str, object])
    if again is not None and len(raw) + _MARK_BYTES <= MAX_BODY_BYTES:
        content.setdefault(AGAIN, again)
    return content
