"""What can become of a batch, on the log's route or on the branches'."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """All of the batch is stored; ``receipt`` says so. ``fresh`` is ``False`` for a stored answer."""

    receipt: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Events are missing before the batch; nothing of it is stored (C12)."""

    expected_seq: int


@dataclass(frozen=True, slots=True)
class Forked:
    """The kiosk's key has signed another event for this seq before; kept as evidence, the key is frozen."""

    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Not a batch of this kiosk for this server; ``reason`` names the rule and never the content."""

    reason: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """Nothing more is taken into this key's log; the kiosk has to begin a new epoch."""


@dataclass(frozen=True, slots=True)
class NotFrozen:
    """The key's log still takes events: there is no branch of it."""


Outcome = Accepted | Gap | Forked | Refused | Frozen | NotFrozen
