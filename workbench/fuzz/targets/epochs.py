"""What a kiosk says when it begins an epoch by itself, and proofs that a key has signed two histories."""

from collections.abc import Sequence

from sync.protocol import epochs, exact_json
from sync.protocol.fork_proof import encode_proof, verify_fork
from workbench.fuzz.samples import AUDIENCE, EPOCH_KEY, KIOSK, SITE, key_of, signed
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_NEXT_KEY = "kiosk epoch 2"


def _open(raw: bytes) -> epochs.EpochBeginning:
    return epochs.open_epoch_start(
        raw, preceding=key_of(EPOCH_KEY).public_key(), audience=AUDIENCE, site=SITE, kiosk=KIOSK
    )


def _read_beginning(data: bytes) -> None:
    start = epochs.EpochStart(
        v=1,
        certified=signed(data, typ=epochs.CERTIFIED, key=EPOCH_KEY),
        accepted=signed(data, typ=epochs.ACCEPTED, key=_NEXT_KEY),
    )
    beginning = _open(exact_json.encode(start))
    promise(exact_json.encode(beginning) == data, "a beginning in two forms")
    promise(beginning.epoch != beginning.previous, "an epoch that follows itself")


def _read_message(data: bytes) -> None:
    beginning = _open(data)
    promise(beginning.kiosk == KIOSK, "an epoch of another kiosk")


def _read_proof(data: bytes) -> None:
    proof, header = verify_fork(data)
    promise(encode_proof(proof) == data, "a proof in two forms")
    promise(header.seq == proof.seq, "a proof of another seq than it says")


def _beginnings() -> Sequence[bytes]:
    return [str(golden("epoch-start")["certified"]["payload"]).encode()]


def _messages() -> Sequence[bytes]:
    return [str(golden("epoch-start")["message"]).encode()]


def _proofs() -> Sequence[bytes]:
    return [str(golden("fork-proof")["proof"]).encode()]


TARGETS = (
    Target("epoch", "the words that begin an epoch, signed", _read_beginning, _beginnings),
    Target("epoch-start", "the start of an epoch as sent", _read_message, _messages),
    Target("fork-proof", "a proof of two histories", _read_proof, _proofs),
)
