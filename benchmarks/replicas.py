"""Replicas of a server, each a process with a pool of its own on the same PostgreSQL: they share nothing else."""

import asyncio
import multiprocessing
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from cloud_api.clock import SystemClock
from cloud_api.composition import Cloud, build_cloud
from cloud_api.config import CloudSettings
from cloud_api.keys.local import KeyFile, LocalKeyService
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.services.ingest import Accepted
from cloud_api.store.db import Database, DatabaseSettings

_MOST_SECONDS = 60.0
Wires = Mapping[str, Sequence[bytes]]
"""Batches to take, by the epoch of the kiosk that sends them, in its order."""


class Replicas:
    """Replicas that are up. They take batches at the same time, of each kiosk one after the other."""

    def __init__(self, lines: Sequence[Connection]) -> None:
        self._lines = lines

    def take(self, wires: Wires) -> float:
        """Spread the kiosks over the replicas and return the seconds from the first batch's start to the last's end.

        Raises:
            RuntimeError: a replica failed.
        """
        kiosks = sorted(wires)
        shares = [kiosks[index :: len(self._lines)] for index in range(len(self._lines))]
        for line, share in zip(self._lines, shares, strict=True):
            line.send({kiosk: wires[kiosk] for kiosk in share})
        for line in self._lines:
            _hear(line)
        for line in self._lines:
            line.send("go")
        # All processes of a machine read the same monotonic clock.
        spans = [_hear(line) for line in self._lines]
        return max(ended for _, ended in spans) - min(begun for begun, _ in spans)


@contextmanager
def replicas(count: int, settings: CloudSettings, url: str, master_key: KeyFile) -> Iterator[Replicas]:
    """Start so many; they end with the block. ``master_key``: the content of the key file that wraps all keys."""
    spawning = multiprocessing.get_context("spawn")
    pipes = [spawning.Pipe() for _ in range(count)]
    processes = [
        spawning.Process(target=_serve, args=(theirs, settings, url, master_key), daemon=True) for _, theirs in pipes
    ]
    for process in processes:
        process.start()
    try:
        yield Replicas([ours for ours, _ in pipes])
    finally:
        for ours, _ in pipes:
            ours.close()
        for process in processes:
            process.join(_MOST_SECONDS)


def _hear(line: Connection) -> tuple[float, float]:
    if not line.poll(_MOST_SECONDS):
        raise RuntimeError("a replica does not answer")
    try:
        begun, ended = line.recv()
    except EOFError as error:
        raise RuntimeError("a replica failed") from error
    return begun, ended


def _serve(line: Connection, settings: CloudSettings, url: str, master_key: KeyFile) -> None:
    asyncio.run(_answer(line, settings, url, master_key))


async def _answer(line: Connection, settings: CloudSettings, url: str, master_key: KeyFile) -> None:
    async with Database(DatabaseSettings(url=url, role=APPLICATION)).open() as db:
        cloud = build_cloud(settings, db, KeyRing(LocalKeyService(master_key)), bytes(32), None, SystemClock())
        while True:
            try:
                wires: Wires = line.recv()
                line.send((0.0, 0.0))  # here, and warm: pickling is no part of the measurement
                line.recv()
            except EOFError:
                return
            begun = time.perf_counter()
            await asyncio.gather(*(_take_all(cloud, epoch, batches) for epoch, batches in wires.items()))
            line.send((begun, time.perf_counter()))


async def _take_all(cloud: Cloud, epoch: str, batches: Sequence[bytes]) -> None:
    device = await cloud.devices.find(epoch)
    if device is None:
        raise TypeError("the kiosk is not known")
    for wire in batches:
        outcome = await cloud.ingest.take(device, wire)
        if not isinstance(outcome, Accepted):
            raise TypeError(f"a batch was not accepted: {outcome}")
