"""Bugs that sync engines are known for, planted into the kiosk's half one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

from sync.device.database import DeviceDatabase
from sync.device.errors import StorageError, TransportError
from sync.device.event_log import EventLog
from sync.device.outbox import Outbox, PackedBatch
from sync.device.stepping import Step
from sync.device.transport import Answer
from sync.device.uploader import Uploader
from sync.device.witness import Witness
from sync.protocol import exact_json, jws
from sync.protocol.chain import Act
from sync.protocol.events import Event
from sync.protocol.receipt import Receipt
from tests.simulation.planting import replaced

BAD_REQUEST = 400


@contextmanager
def accepted_past_a_failed_send() -> Iterator[None]:
    """The checkpoint moves when a batch is sent, whatever became of it."""

    def make(send: Callable[[Uploader, PackedBatch], Step]) -> Any:
        def sends(self: Uploader, batch: PackedBatch) -> Step:
            try:
                return send(self, batch)
            except TransportError:
                _count_as_accepted(self._outbox, batch)
                raise

        return sends

    with replaced(Uploader, "_send", make), never_sent_again():
        yield


@contextmanager
def queue_dropped_on_a_refusal() -> Iterator[None]:
    """A batch that is answered with 400 is given up."""

    def make(refuse: Callable[[Uploader, Answer, str], Step]) -> Any:
        def refuses(self: Uploader, answer: Answer, epoch: str) -> Step:
            batch = self._outbox.next_batch(epoch)
            if answer.status == BAD_REQUEST and batch is not None:
                _count_as_accepted(self._outbox, batch)
            return refuse(self, answer, epoch)

        return refuses

    with replaced(Uploader, "_refuse", make), never_sent_again():
        yield


def crash_blocks_the_queue() -> AbstractContextManager[object]:
    """A mark says that a batch is on its way; a crash leaves it there, and nothing is sent any more."""

    def make(send: Callable[[Uploader, PackedBatch], Step]) -> Any:
        def sends(self: Uploader, batch: PackedBatch) -> Step:
            if self._settings.get("sending") is not None:
                return Step(self.state, 30.0)
            self._settings.put("sending", b"1")
            try:
                return send(self, batch)
            finally:
                self._settings.remove("sending")

        return sends

    return replaced(Uploader, "_send", make)


def restore_wipes_the_kiosk() -> AbstractContextManager[object]:
    """A kiosk that hears that the cloud has less takes the cloud's word for the truth."""

    def make(resend_all: Callable[[Uploader, str, int], None]) -> Any:
        def wipes(self: Uploader, epoch: str, seq: int) -> None:
            with self._outbox._database.transaction() as tables:
                chain = self._log.chain_of(epoch)
                assert chain is not None
                tables.execute("delete from event where place between ? and ?", (chain.base + seq, chain.top))
            resend_all(self, epoch, seq)

        return wipes

    return replaced(Uploader, "_resend_all", make)


@contextmanager
def receipt_believed_unread() -> Iterator[None]:
    """Whatever is answered with 200 and looks like a receipt is one."""

    def opened(_self: Uploader, signed: str, _epoch: str) -> Receipt:
        payload = jws.read_unverified_payload(signed, what="a receipt")
        return exact_json.decode(payload, Receipt, what="a receipt")

    with (
        patch.object(Uploader, "_open", opened),
        patch.object(Outbox, "answers", lambda *_: True),
        never_sent_again(),
    ):
        yield


def packed_anew_after_a_crash() -> AbstractContextManager[object]:
    """What no receipt covers at the start is recorded anew, under new ids, as if nobody could have it."""

    def make(init: Any) -> Any:
        def begins(self: Uploader, **parts: Any) -> None:
            init(self, **parts)
            log: EventLog = parts["log"]
            waiting = log.after(self._outbox.accepted, limit=50)
            log.append([_same_act(event) for event in waiting if event.header.stay is not None])

        return begins

    return replaced(Uploader, "__init__", make)


def witness_leads() -> AbstractContextManager[object]:
    """The witness is written before the database has committed."""

    def make(link_all: Any) -> Any:
        def leads(self: EventLog, acts: Sequence[Act]) -> Any:
            events, head = link_all(self, acts)
            self._witness.note(head)
            return events, head

        return leads

    return replaced(EventLog, "_link_all", make)


def done_before_the_commit() -> AbstractContextManager[object]:
    """The screen says "done" although the disk refused."""

    def make(append: Callable[..., tuple[Event, ...]]) -> Any:
        def appends(self: EventLog, acts: Sequence[Act], beside: Any = None) -> tuple[Event, ...]:
            try:
                return append(self, acts, beside=beside)
            except StorageError:
                events, _ = self._link_all(acts)
                return tuple(events)

        return appends

    return replaced(EventLog, "append", make)


def synced_at_checkpoints_only() -> AbstractContextManager[object]:
    """SQLite's usual advice for a WAL, ``synchronous=NORMAL``: quicker, and a loss of power may take commits."""

    def make(prepare: Callable[[DeviceDatabase, bytes], None]) -> Any:
        def prepares(self: DeviceDatabase, key: bytes) -> None:
            prepare(self, key)
            self._connection.execute("PRAGMA synchronous=NORMAL")

        return prepares

    return replaced(DeviceDatabase, "_prepare", make)


def rollback_unnoticed() -> AbstractContextManager[object]:
    """Nobody asks the witness: the kiosk goes on from a database that was put back."""
    return patch.object(Witness, "head", None)


def never_sent_again() -> AbstractContextManager[object]:
    """Nothing mends it afterwards: what counts as accepted is not compared with what the cloud has.

    ``hello`` and the cloud's gap answers find such faults and let the kiosk send again: alone they do no harm.
    """
    return patch.object(Outbox, "resend_from", lambda *_, **__: None)


def _count_as_accepted(outbox: Outbox, batch: PackedBatch) -> None:
    with outbox._database.transaction() as tables:
        row = {"epoch": batch.epoch, "accepted": batch.last, "durable": 0, "signed": ""}
        tables.table("receipt").upsert(row, pk="epoch")
        tables.table("batch").delete_where("epoch = ?", [batch.epoch])


def _same_act(event: Event) -> Act:
    def content(body: Any) -> Any:
        return {} if body is None else exact_json.decode(body.bytes(), dict, what="a body")

    return Act(event.header.kind, event.header.stay, content(event.muster), content(event.full))
