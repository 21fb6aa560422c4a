"""A bug of what becomes of a kiosk whose database is damaged, planted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sync.device.outbox import Outbox
from sync.device.salvage import draft
from tests.simulation.planting import replaced


def fewer_than_none_waiting() -> AbstractContextManager[object]:
    """A log that lost what its receipt covers says so with a number that no server reads."""

    def make(waiting: Callable[[Outbox, str], int]) -> Any:
        def counts(self: Outbox, epoch: str) -> int:
            accepted, head = self.accepted_in(epoch), self._log.head_of(epoch).seq
            return head - accepted if head < accepted else waiting(self, epoch)

        return counts

    return replaced(Outbox, "waiting_in", make)


def second_copy_unread() -> AbstractContextManager[object]:
    """A damaged page that says who the kiosk is, or holds a key of its log, is the end of all that was not sent."""

    def make(_copied: object) -> Any:
        return lambda *_of: iter(())

    return replaced(draft, "copied_rows", make)
