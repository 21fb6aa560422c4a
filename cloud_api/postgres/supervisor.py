"""The small process that owns one PostgreSQL server: it stops the server when the last client has gone.

Clients hold a shared lock on ``clients.lock``; the kernel gives it back however they die. The supervisor
takes that lock exclusively as soon as nobody holds it, and only then stops the server, so that a newcomer
waits for the end of the stop instead of meeting a server on its way out. If the supervisor itself is killed,
the server gets SIGINT (its fast shutdown) from the kernel.

Started by ``lease``; it reports ``ready`` or one line of failure on the descriptor that it was given.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import msgspec

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.1
_STOP_SECONDS = 30.0
_KILL_SECONDS = 10.0
_QUIT_SECONDS = 3.0


class Order(msgspec.Struct, frozen=True):
    """What to run, as the lease worked it out."""

    folder: str
    data: str
    socket_folder: str
    postgres: str
    settings: dict[str, str]
    uid: int | None
    gid: int | None
    report_descriptor: int
    start_seconds: int


class _StoppedError(Exception):
    """Somebody asked the supervisor itself to end."""


def main() -> None:
    """Detach, take over the server named by the order on the command line, and stay with it."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    lock = _take_lock(Path(order.folder) / "supervisor.lock")
    if lock is None:
        _report(order, "another supervisor is at work")
        return
    signal.signal(signal.SIGTERM, _on_stop)
    signal.signal(signal.SIGINT, _on_stop)
    reason = _end_orphan(Path(order.data), Path(order.socket_folder))
    if reason:
        _report(order, reason)
        return
    server = _start(order)
    try:
        if _await_ready(order, server):
            _report(order, "ready")
            _stay(order, server)
        else:
            _report(order, _last_words(order))
    except _StoppedError:
        pass
    finally:
        _stop(server)


def _start(order: Order) -> subprocess.Popen[bytes]:
    command = [order.postgres, "-D", order.data, "-h", "", "-k", order.socket_folder]
    for name, value in order.settings.items():
        command += ["-c", f"{name}={value}"]
    log = os.open(Path(order.folder) / "postgres.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    owner = os.getpid()
    libc = ctypes.CDLL(None)

    def die_with_owner() -> None:
        # After the change of user, which would clear it (prctl(2)); this process has a single thread.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != owner:
            os._exit(1)

    lent: dict[str, int | list[int]] = {}
    if order.uid is not None and order.gid is not None:
        lent = {"user": order.uid, "group": order.gid, "extra_groups": []}
    try:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # keywords are chosen above
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=die_with_owner,  # noqa: PLW1509  single-threaded, and the only way to set a death signal
            **lent,
        )
    finally:
        os.close(log)


def _await_ready(order: Order, server: subprocess.Popen[bytes]) -> bool:
    # Line 8 of postmaster.pid turns to "ready" when connections are taken; pg_ctl waits on the same line.
    deadline = time.monotonic() + order.start_seconds
    status = Path(order.data) / "postmaster.pid"
    while time.monotonic() < deadline and server.poll() is None:
        lines = _lines(status)
        if lines[:1] == [str(server.pid)] and lines[7:8] == ["ready"]:
            return True
        time.sleep(0.05)
    return False


def _stay(order: Order, server: subprocess.Popen[bytes]) -> None:
    clients = os.open(Path(order.folder) / "clients.lock", os.O_RDWR | os.O_CREAT, 0o600)
    while server.poll() is None:
        try:
            fcntl.flock(clients, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(_POLL_SECONDS)
        else:
            return  # the lock is held to the end of this process: newcomers wait for it


def _stop(server: subprocess.Popen[bytes]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for how, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, _KILL_SECONDS)):
        if server.poll() is not None:
            return
        server.send_signal(how)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue


def _end_orphan(data: Path, socket_folder: Path) -> str | None:
    """Clear what an earlier server left: a live one is asked to stop, a stale pid file is removed."""
    lines = _lines(data / "postmaster.pid")
    # A power cut can leave the file empty; a server of ours that still runs has written its number.
    pid = abs(int(lines[0])) if lines and lines[0].lstrip("-").isdigit() else 0
    deadline = time.monotonic() + _STOP_SECONDS
    while pid and serves(pid, data):
        if time.monotonic() > deadline:
            return f"a PostgreSQL server with process id {pid} still runs on {data} and does not stop"
        os.kill(pid, signal.SIGINT)
        time.sleep(0.2)
    orphans = _end_children(data, deadline)
    if orphans:
        return f"processes of an earlier PostgreSQL server still run on {data} and do not stop: {orphans}"
    # The number may belong to a stranger by now, and PostgreSQL would refuse to start because of him.
    (data / "postmaster.pid").unlink(missing_ok=True)
    for left in socket_folder.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)
    return None


def _end_children(data: Path, deadline: float) -> list[int]:
    """End what outlived its server. One in the midst of a recovery would notice after a minute only, and hold the
    shared memory until then. SIGQUIT is how PostgreSQL ends its own at once.
    """
    patience = time.monotonic() + _QUIT_SECONDS
    while left := [pid for pid in _processes() if serves(pid, data)]:
        now = time.monotonic()
        if now > deadline:
            return left
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT if now < patience else signal.SIGKILL)
        time.sleep(0.1)
    return []


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and int(path.name) != os.getpid()]


def serves(pid: int, data: Path) -> bool:
    """Whether a process is alive and one of the server's on this data folder: PostgreSQL works in it."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return []


def _last_words(order: Order) -> str:
    lines = _lines(Path(order.folder) / "postgres.log")
    fatal = [line for line in lines if "FATAL" in line or "could not" in line]
    return (fatal or lines or ["the server did not start and left no reason"])[-1]


def _report(order: Order, line: str) -> None:
    os.write(order.report_descriptor, line.encode("utf-8", "replace"))
    os.close(order.report_descriptor)


def _take_lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    return descriptor


def _on_stop(_number: int, _frame: FrameType | None) -> None:
    raise _StoppedError


if __name__ == "__main__":
    main()
