"""Processes that serve the console, each with a pool of its own on one PostgreSQL: what several of them give, and what
a burst of sign-ins does to one.

The application is asked in the process itself, without a line between: what is measured is it.
"""

import asyncio
import multiprocessing
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from benchmarks.bench_kiosk import ORIGIN
from benchmarks.cloud_ground import EMAIL, PASSWORD
from benchmarks.console_queries import BROWSER, COOKIE
from cloud_api.clock import SystemClock
from cloud_api.composition import build_cloud
from cloud_api.config import CloudSettings
from cloud_api.http.security import RequestAllowance
from cloud_api.keys.local import KeyFile, LocalKeyService
from cloud_api.keys.ring import KeyRing
from cloud_api.migrations.roles import APPLICATION
from cloud_api.serving import build_http, build_rate_limit
from cloud_api.store.db import Database, DatabaseSettings

_MOST_SECONDS = 300.0
_READERS = 4


@dataclass(frozen=True, slots=True)
class Served:
    """When the first request went out and the last answer came, by the clock of the machine, and the answers by status.
    ``grown_bytes``: how far the process's memory rose meanwhile.
    """

    begun: float
    ended: float
    answers: dict[int, int]
    grown_bytes: int


class ConsoleProcess:
    """One of them."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def begin(self, task: tuple[str, int, str]) -> None:
        """``("pages", how many, cookie)``, ``("burst", how many at once, "")``."""
        self._line.send(task)

    def end(self) -> Served:
        """What became of it.

        Raises:
            RuntimeError: the process failed, or took very long.
        """
        try:
            if self._line.poll(_MOST_SECONDS):
                found: Served = self._line.recv()
                return found
        except EOFError as error:
            raise RuntimeError("a process that serves the console failed") from error
        raise RuntimeError("a process that serves the console does not answer")


@contextmanager
def console_processes(
    count: int, settings: CloudSettings, url: str, master_key: KeyFile
) -> Iterator[list[ConsoleProcess]]:
    """So many of them, warm; they end with the block."""
    spawning = multiprocessing.get_context("spawn")
    pipes = [spawning.Pipe() for _ in range(count)]
    processes = [
        spawning.Process(target=_serve, args=(theirs, settings, url, master_key), daemon=True) for _, theirs in pipes
    ]
    for process in processes:
        process.start()
    try:
        yield [ConsoleProcess(ours) for ours, _ in pipes]
    finally:
        for ours, _ in pipes:
            ours.close()
        for process in processes:
            process.join(10)
            process.kill()


def _serve(line: Connection, settings: CloudSettings, url: str, master_key: KeyFile) -> None:
    asyncio.run(_answer(line, settings, url, master_key))


async def _answer(line: Connection, settings: CloudSettings, url: str, master_key: KeyFile) -> None:
    async with Database(DatabaseSettings(url=url, role=APPLICATION)).open() as db:
        cloud = build_cloud(settings, db, KeyRing(LocalKeyService(master_key)), bytes(32), None, SystemClock())
        app = build_http(cloud, build_rate_limit(cloud))
        # What one account or address may ask in a minute is no part of this.
        app.user_middleware = [item for item in app.user_middleware if item.cls is not RequestAllowance]  # type: ignore[comparison-overlap]
        while True:
            try:
                kind, count, cookie = await asyncio.to_thread(line.recv)
            except EOFError:
                return
            _forget_peak()
            before, begun = _memory("VmRSS"), time.perf_counter()
            answers = await (_pages(app, count, cookie) if kind == "pages" else _burst(app, count))
            ended = time.perf_counter()
            line.send(Served(begun, ended, dict(answers), _memory("VmHWM") - before))


async def _pages(app: FastAPI, count: int, cookie: str) -> Counter[int]:
    async def read(share: int) -> list[int]:
        found = []
        async with _browser(app, f"192.0.2.{share + 10}") as client:
            for _ in range(count // _READERS):
                answer = await client.get("/board", headers={"Cookie": f"{COOKIE}={cookie}"})
                found.append(answer.status_code)
        return found

    return Counter(status for found in await asyncio.gather(*map(read, range(_READERS))) for status in found)


async def _burst(app: FastAPI, count: int) -> Counter[int]:
    async def sign_in(number: int) -> int:
        async with _browser(app, f"198.51.{number // 200}.{number % 200 + 1}") as client:
            return (await client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})).status_code

    return Counter(await asyncio.gather(*(sign_in(number) for number in range(count))))


def _browser(app: FastAPI, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=BROWSER, timeout=_MOST_SECONDS)


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # proc(5): the peak begins anew at what is used now


def _memory(name: str) -> int:
    lines: Any = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
