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
    order = Order(module, list(arguments), str(folder), dict(os.environ if environment is None else environment))
    with ExitStack() as open_files:
        given = open_files.enter_context(tempfile.TemporaryFile())
        given.write(stdin)
        given.seek(0)
        said = open_files.enter_context(tempfile.TemporaryFile())
        complained = open_files.enter_context(tempfile.TemporaryFile())
        files = [given.fileno(), (stdout or said).fileno(), complained.fileno()]
        line = open_files.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        line.connect(_parent_process(needs))
        line.settimeout(seconds)
        socket.send_fds(line, [json.dumps(order).encode()], files)
        child = int(line.recv(32))
        try:
            code = int(line.recv(32))
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            raise
        said.seek(0)
        complained.seek(0)
        return subprocess.CompletedProcess([module, *arguments], code, said.read(), complained.read())


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
