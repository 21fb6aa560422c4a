"""What goes wrong between a kiosk and the cloud in memory, as tests switch it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sync.device.transport import Answer
from sync.signable_request import SignableRequest


@dataclass
class Faults:
    """What goes wrong. Counts run down by one each. ``hello`` is spared but by ``unreachable``, ``mangle_hello``."""

    unreachable: int = 0
    lose_answers: int = 0
    fail_after_commit: int = 0
    answers: list[Answer] = field(default_factory=list)
    mangle_request: Callable[[SignableRequest], SignableRequest] | None = None
    mangle_answer: Callable[[Answer], Answer] | None = None
    mangle_hello: Callable[[Answer], Answer] | None = None
