"""Sends photos and signatures in parts, each after the event that names it was accepted, never ahead of events.

Nothing but a verified receipt deletes one. How much of an object has arrived, the cloud says; after a restart, a
failure or a refusal it is asked anew, so that any part may be lost, doubled or cut off.
"""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from sync.device.errors import StorageError, TransportError
from sync.device.object_store import ObjectStore, WaitingObject
from sync.device.outbox import Outbox
from sync.device.patience import Patience, problem_name
from sync.device.settings import Enrolment, Settings
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.device.turns import Turns
from sync.protocol import jws
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import OBJECTS_PATH
from sync.protocol.keyspage import KeyUse
from sync.protocol.objects import (
    MEDIA_TYPE,
    ObjectReceipt,
    ObjectStanding,
    ObjectState,
    OffsetProblem,
    open_object_receipt,
)

IDLE_SECONDS = 30.0
SEND_BYTES = 64 * 1024
"""A quarter of what a part may have: an event that is recorded meanwhile waits for one part at most."""

REFUSED_PAUSE_MS = 300_000
KEPT_PAUSE_MS = 3_600_000
_OK, _NOT_FOUND, _CONFLICT, _SERVER_FAULT = 200, 404, 409, 500
_OF_ALL = (401, 403, 408, 429)
"""Statuses that speak of the kiosk or the moment, not of one object."""

_UNREADABLE = "the cloud's answer about a photo cannot be read"
_STANDS_STILL = "the cloud took a part of a photo and has no more of it than before"
_OF_ANOTHER = "the cloud's receipt is about another photo than was sent"

S = TypeVar("S", bound=msgspec.Struct)


class ObjectSender:
    """A stepper: one request a step. It keeps no state that a restart would miss but pauses."""

    def __init__(
        self,
        *,
        store: ObjectStore,
        outbox: Outbox,
        channel: SignedChannel,
        settings: Settings,
        enrolment: Enrolment,
        mono_ms: Callable[[], int],
        random: Callable[[], float],
        part_bytes: int = SEND_BYTES,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._channel = channel
        self._settings = settings
        self._enrolment = enrolment
        self._mono_ms = mono_ms
        self._patience = Patience(random)
        self._part_bytes = part_bytes
        self._have: tuple[UUID, int] | None = None
        self._later: dict[UUID, int] = {}
        self._turns: Turns[UUID] = Turns(mono_ms, random)

    @property
    def fault(self) -> str:
        """What is wrong, for staff and logs; empty while nothing is."""
        return self._patience.fault

    def step(self) -> Step:
        """Ask or send once, if anything waits. Never raises what a disk or net may do."""
        try:
            return self._next()
        except TransportError as error:
            self._have = None
            return self._patience.retry(LinkState.OFFLINE, str(error))
        except StorageError as error:
            return self._patience.retry(self._patience.state, str(error))
        except KeyError:
            return self._patience.retry(LinkState.REFUSED, "the key of this kiosk's epoch is missing")

    def _next(self) -> Step:
        now = self._mono_ms()
        self._later = {one: due for one, due in self._later.items() if due > now}
        waiting = self._choose()
        if waiting is None:
            return self._rest()
        where = f"{OBJECTS_PATH}/{waiting.id}?"
        named = {"epoch": waiting.epoch, "seq": waiting.seq}
        if self._have is None or self._have[0] != waiting.id:
            return self._take_in(waiting, self._channel.send("GET", where + urlencode(named)), sent_from=None)
        start = self._have[1]
        part = self._store.part(waiting.id, start, self._part_bytes)
        if not part:
            self._have = None  # erased meanwhile, or the cloud's count was none
            return self._patience.retry(LinkState.ONLINE, "")
        path = where + urlencode({**named, "at": start})
        return self._take_in(waiting, self._channel.send("POST", path, part, MEDIA_TYPE), sent_from=start)

    def _choose(self) -> WaitingObject | None:
        """The oldest that is not put off; else, of those that the server failed on, the one due for the longest."""
        put_off = set(self._turns.put_off())
        found = self._store.next(self._outbox.accepted_in, self._is_lost, aside=self._later.keys() | put_off)
        for one in () if found is not None else self._turns.put_off():
            if one in self._later or not self._turns.is_due(one):
                continue
            aside = self._later.keys() | (put_off - {one})
            found = self._store.next(self._outbox.accepted_in, self._is_lost, aside=aside)
            if found is not None:
                break
            self._turns.forget(one)  # erased meanwhile
        return found

    def _is_lost(self, waiting: WaitingObject) -> bool:
        return self._outbox.has_lost(waiting.epoch, waiting.seq)

    def _rest(self) -> Step:
        later = self._turns.next_due()
        if later is not None:
            return self._patience.succeed(min(IDLE_SECONDS, later[0]), later[1])
        return self._patience.succeed(IDLE_SECONDS, self._patience.fault if self._later else "")

    def _take_in(self, waiting: WaitingObject, answer: Answer, *, sent_from: int | None) -> Step:
        before, self._have = self._have, None
        if answer.status == _OK:
            taking = self._take_count if answer.body.startswith(b"{") else self._take_receipt
            return taking(waiting, answer.body, sent_from)
        if answer.status == _CONFLICT and before is not None:
            offset = _read(answer.body, OffsetProblem)
            if offset is not None and offset.have < waiting.size:
                # Another copy of this kiosk sends the same, or an answer was lost. The pause ends a quarrel about it.
                self._have = (waiting.id, offset.have)
                return self._patience.retry(LinkState.ONLINE, "")
        if answer.status in _OF_ALL or answer.status >= _SERVER_FAULT:
            step = self._patience.refuse(answer)
            if answer.status >= _SERVER_FAULT:
                self._turns.fail(waiting.id, self.fault, at=-1 if before is None else before[1])
            return step
        if answer.status == _NOT_FOUND and self._is_lost(waiting):
            return self._put_off(waiting, "", KEPT_PAUSE_MS)  # nobody has the event, but a branch may still bring it
        fault = f"the cloud refused a photo with status {answer.status}"
        name = problem_name(answer)
        return self._put_off(waiting, f"{fault} ({name[:40]})" if name else fault, REFUSED_PAUSE_MS)

    def _take_count(self, waiting: WaitingObject, body: bytes, sent_from: int | None) -> Step:
        state = _read(body, ObjectState)
        if state is None or state.have >= waiting.size:
            return self._put_off(waiting, _UNREADABLE, REFUSED_PAUSE_MS)
        if sent_from is not None and state.have <= sent_from:
            return self._put_off(waiting, _STANDS_STILL, REFUSED_PAUSE_MS)
        self._have = (waiting.id, state.have)
        self._turns.advance(waiting.id, state.have)
        return self._patience.succeed(0.0)

    def _take_receipt(self, waiting: WaitingObject, body: bytes, _sent_from: int | None) -> Step:
        try:
            receipt = self._open(body.decode("ascii"))
        except (ProtocolError, UnicodeDecodeError) as error:
            fault = f"the cloud's receipt for a photo cannot be believed: {error}"
            return self._put_off(waiting, fault, REFUSED_PAUSE_MS)
        erased = receipt.standing == ObjectStanding.ERASED
        if receipt.object != waiting.id or (receipt.sha256 != waiting.sha256 and not (erased and not receipt.sha256)):
            return self._put_off(waiting, _OF_ANOTHER, REFUSED_PAUSE_MS)
        if erased or receipt.standing == ObjectStanding.DURABLE:
            self._store.remove(waiting.id)
            self._turns.succeed(waiting.id)
            return self._patience.succeed(0.0)
        return self._put_off(waiting, "", KEPT_PAUSE_MS)

    def _put_off(self, waiting: WaitingObject, fault: str, pause_ms: int) -> Step:
        """Later: it must keep no other object waiting."""
        self._turns.succeed(waiting.id)
        self._later[waiting.id] = self._mono_ms() + pause_ms
        return self._patience.succeed(0.0, fault)

    def _open(self, signed: str) -> ObjectReceipt:
        keys = self._settings.keys_page()
        if keys is None:
            raise ProtocolError("the kiosk has no keys page")
        kid = jws.read_header(signed, what="an object's receipt").kid
        return open_object_receipt(
            signed,
            key=keys[1].find(KeyUse.RECEIPT, kid),
            audience=self._enrolment.audience,
            kiosk=self._enrolment.kiosk,
        )


def _read(body: bytes, kind: type[S]) -> S | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
