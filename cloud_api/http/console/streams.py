"""Server-sent events that say "changed" and nothing else."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from cloud_api.policy.permissions import Permission
from cloud_api.services.sign_in import SignIn, Staff
from cloud_api.services.ticks import Ticks

_CHANGED = b"event: changed\ndata: .\n\n"
_ENDED = b"event: ended\ndata: .\n\n"
_BEAT = b": still here\n\n"


@dataclass(frozen=True, slots=True)
class StreamTerms:
    """How often a silent stream shows that it lives, how close ticks may follow, and how many streams one may open."""

    beat_seconds: float = 15.0
    rest_seconds: float = 0.4
    per_person: int = 12


class ChangeStreams:
    """Streams of ticks to signed-in pages, each for as long as its session lasts."""

    def __init__(self, ticks: Ticks, sign_in: SignIn, terms: StreamTerms | None = None) -> None:
        self._ticks = ticks
        self._sign_in = sign_in
        self._terms = terms or StreamTerms()
        self._open: Counter[UUID] = Counter()

    def has_room(self, staff: Staff) -> bool:
        """Whether this person may open one more."""
        return self._open[staff.user_id] < self._terms.per_person

    async def _may_go_on(self, token: str) -> bool:
        staff = await self._sign_in.find(token, in_use=False)
        return staff is not None and staff.may(Permission.VISITS_VIEW)

    async def follow(self, staff: Staff, token: str) -> AsyncIterator[bytes]:
        """The stream of a session: ticks until it is over."""
        self._open[staff.user_id] += 1
        try:
            async with self._ticks.of(staff.tenant) as heard:
                yield b"retry: 2000\n\n"
                heard.set()  # what changed after the page was made and before its stream began
                while await self._may_go_on(token):
                    try:
                        await asyncio.wait_for(heard.wait(), self._terms.beat_seconds)
                    except TimeoutError:
                        yield _BEAT
                        continue
                    if self._ticks.ended:
                        return  # the page asks again, and says meanwhile that the connection is lost
                    heard.clear()
                    yield _CHANGED
                    await asyncio.sleep(self._terms.rest_seconds)
                yield _ENDED
        finally:
            self._open[staff.user_id] -= 1
            if not self._open[staff.user_id]:
                del self._open[staff.user_id]
