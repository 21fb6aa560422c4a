"""Commands as processes of their own that need not import everything anew: forked from one that has.

``python -m MODULE ARGUMENTS`` as a person starts it spends most of its processor time on imports. Here a process
without threads imports once what the commands need and forks a child for each of them. The child has its own
environment, folder and files, runs the module as ``__main__`` and ends as any interpreter does.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple

_ROOT = Path(__file__).resolve().parents[2]
_LARGEST = 1 << 17


class Order(NamedTuple):
    """What a child is to run, and where."""

    module: str
    arguments: list[str]
    folder: str
    environment: dict[str, str]


def run_forked(
    module: str,
    *arguments: str,
    needs: tuple[str, ...],
    environment: Mapping[str, str] | None = None,
    folder: Path = _ROOT,
    stdin: bytes = b"",
    stdout: IO[str] | None = None,
    seconds: float = 60,
) -> subprocess.CompletedProcess[bytes]:
    """Run ``python -m module arguments`` and wait. ``needs``: the modules to have imported, never ``module`` itself.

    Raises:
        TimeoutError: it did not end in time; it is killed.
    """
    with ExitStack() as open_files:
        given = open_files.enter_context(tempfile.TemporaryFile())
        given.write(stdin)
        given.seek(0)
        said = open_files.enter_context(tempfile.TemporaryFile())
        complained = open_files.enter_context(tempfile.TemporaryFile())
        files = (given.fileno(), (stdout or said).fileno(), complained.fileno())
        running = start_forked(module, *arguments, needs=needs, files=files, environment=environment, folder=folder)
        try:
            code = running.wait(seconds)
        except TimeoutError:
            running.kill()
            raise
        said.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess([module, *arguments], code, said.read(), complained.read())


class Forked:
    """A process that was started so and goes on by itself; what ``subprocess.Popen`` has for those that it started."""

    def __init__(self, line: socket.socket, pid: int) -> None:
        self.pid = pid
        self._line = line
        self._code: int | None = None

    def poll(self) -> int | None:
        """How it ended, as ``subprocess`` counts it; ``None`` while it runs."""
        return self._hear(0)

    def wait(self, seconds: float | None = None) -> int:
        """How it ended.

        Raises:
            TimeoutError: it has not, in this time.
        """
        code = self._hear(seconds)
        if code is None:
            raise TimeoutError(f"process {self.pid} still runs after {seconds} s")
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _hear(self, seconds: float | None) -> int | None:
        if self._code is None and select.select([self._line], [], [], seconds)[0]:
            self._code = int(self._line.recv(32))
            self._line.close()
        return self._code


def start_forked(
    module: str,
    *arguments: str,
    needs: tuple[str, ...],
    files: tuple[int, int, int],
    environment: Mapping[str, str] | None = None,
    folder: Path = _ROOT,
) -> Forked:
    """Start ``python -m module arguments``. ``files``: its input, output and errors; the caller closes its own ends."""
    order = Order(module, list(arguments), str(folder), dict(os.environ if environment is None else environment))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.connect(_parent_process(needs))
    socket.send_fds(line, [json.dumps(order).encode()], files)
    return Forked(line, int(line.recv(32)))


@cache
def _parent_process(needs: tuple[str, ...]) -> str:
    """The address of the process that forks; it ends with this one, whose end of its standard input closes then."""
    listening, told = os.pipe()
    running = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.fakes.forked_command", str(told), *needs],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        stdin=subprocess.PIPE,
        pass_fds=[told],
    )
    os.close(told)
    with os.fdopen(listening, "rb") as answer:
        address = answer.read().decode()
    assert address, "the process that forks commands did not start"
    atexit.register(running.communicate)
    return address


def _serve(told: int, needs: list[str]) -> Order | None:
    """Fork for whoever connects. Returns in each child what it is to run, and ``None`` in the parent at its end."""
    for name in needs:
        import_module(name)
    gc.freeze()  # what a child's collector does not go through stays shared with this process
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        address = f"\0lodge-tests-{os.getpid()}"
        listener.bind(address)
        listener.listen(64)
        with os.fdopen(told, "wb") as answer:
            answer.write(address.encode())
        while True:
            ready, _, _ = select.select([listener.fileno(), 0], [], [])
            if 0 in ready:
                return None
            line, _ = listener.accept()
            if os.fork() == 0:
                return _keep(line)
            line.close()


def _keep(line: socket.socket) -> Order:
    """Between parent and child: tells whoever asked how the child ended. Returns in the child alone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sent, files, _, _ = socket.recv_fds(line, _LARGEST, 3)
    child = os.fork()
    if child:
        for file in files:  # whoever writes to a child that is gone must be told so
            os.close(file)
        line.send(str(child).encode())
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    line.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    return Order(*json.loads(sent))


def _become(order: Order) -> None:
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir(order.folder)
    sys.argv = [order.module, *order.arguments]
    runpy.run_module(order.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _order = _serve(int(sys.argv[1]), sys.argv[2:])
    if _order is not None:
        _become(_order)
