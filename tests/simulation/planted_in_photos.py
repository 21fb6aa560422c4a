"""Bugs by which photos are lost, mangled, seen or taken for nobody, planted one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

from cloud_api.services.object_intake import Arrived, ObjectIntake
from sync.device.object_sender import ObjectSender
from sync.device.object_store import ObjectStore
from sync.device.stepping import Step
from sync.protocol.sealing import read_object
from tests.simulation.planting import replaced


def deleted_before_the_receipt() -> AbstractContextManager[object]:
    """The kiosk deletes a photo when its last part is sent, whatever becomes of that."""

    def make(part: Any) -> Any:
        def gives(self: ObjectStore, wanted: UUID, start: int, size: int) -> bytes:
            found: bytes = part(self, wanted, start, size)
            if not part(self, wanted, start + size, 1):
                self.remove(wanted)
            return found

        return gives

    return replaced(ObjectStore, "part", make)


def dropped_on_a_refusal() -> AbstractContextManager[object]:
    """A photo that the cloud does not want now is given up: one, say, that waits for its event to be sent again."""

    def make(put_off: Any) -> Any:
        def drops(self: ObjectSender, waiting: Any, fault: str, pause_ms: int) -> Any:
            self._store.remove(waiting.id)
            return put_off(self, waiting, fault, pause_ms)

        return drops

    return replaced(ObjectSender, "_put_off", make)


@contextmanager
def offset_unchecked() -> Iterator[None]:
    """Every part is added behind those that are here, wherever it belongs: one whose answer was lost is there twice.

    The kiosk that asks how much is here, and the cloud that looks at the whole, would mend it: neither does.
    """

    def go_on(step: Any) -> Any:
        def steps(self: ObjectSender) -> Step:
            before = self._have
            step_: Step = step(self)
            self._have = self._have or (before if self.fault else None)
            return step_

        return steps

    def make(take: Any) -> Any:
        async def takes(self: ObjectIntake, request: Any, at: int, part: bytes) -> Any:
            state = await self.state(request)
            return await take(self, request, state.have if isinstance(state, Arrived) else at, part)

        return takes

    with (
        replaced(ObjectSender, "step", go_on),
        replaced(ObjectIntake, "take", make),
        patch("cloud_api.services.object_intake._read", lambda sealed, _digest: read_object(sealed)),
        patch("cloud_api.services.object_intake.open_content", lambda *_, **__: b""),
    ):
        yield


def kept_unsealed() -> AbstractContextManager[object]:
    """The photo is kept as it was taken."""
    return patch("tests.simulation.photos.seal_object", lambda content, **_: content)
