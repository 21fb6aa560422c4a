"""A small load balancer: passes connections on to replicas that say they are ready, and never looks inside."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

_PIECE = 64 * 1024


class Balancer:
    """Listens on a port of this machine; asks each replica ten times a second whether it is ready."""

    def __init__(self, port: int, replicas: Sequence[int], certificate: Path) -> None:
        self._port = port
        self._replicas = replicas
        self._context = ssl.create_default_context(cafile=str(certificate))
        self._turn = 0
        self.ready: frozenset[int] = frozenset()

    async def run(self) -> None:
        """Balance until cancelled."""
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)
        async with server, httpx.AsyncClient(verify=self._context, timeout=2) as client:
            while True:
                asked = await asyncio.gather(*(self._is_ready(client, port) for port in self._replicas))
                self.ready = frozenset(port for port, ready in zip(self._replicas, asked, strict=True) if ready)
                await asyncio.sleep(0.1)

    async def _is_ready(self, client: httpx.AsyncClient, port: int) -> bool:
        try:
            return (await client.get(f"https://localhost:{port}/readyz")).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._turn += 1
        chosen = sorted(self.ready)
        if not chosen:
            writer.close()
            return
        inner, outer = await asyncio.open_connection("127.0.0.1", chosen[self._turn % len(chosen)])
        await asyncio.gather(_copy(reader, outer), _copy(inner, writer))


@contextmanager
def balancing(balancer: Balancer) -> Iterator[None]:
    """Run it in a thread of its own."""
    loop = asyncio.new_event_loop()
    running = loop.create_task(balancer.run())

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(running)
        loop.run_until_complete(_end_all(loop))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(running.cancel)
        thread.join(20)
        loop.close()


async def _end_all(loop: asyncio.AbstractEventLoop) -> None:
    others = asyncio.all_tasks(loop) - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
