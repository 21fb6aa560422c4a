"""A client's hold on the server: whoever comes first starts it, the last one's going stops it."""

import contextlib
import fcntl
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cloud_api.errors import PostgresError
from cloud_api.postgres.account import service_account
from cloud_api.postgres.cluster import (
    ClusterPlan,
    Server,
    make_cluster,
    reachable_binaries,
    read_passwords,
)
from cloud_api.postgres.supervisor import Order, serves

_QUIET_SETTINGS = {
    # Statements and row details could carry a person's data into a file that nothing encrypts.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
_LOOK_SECONDS, _REST_SECONDS = 1.0, 10.0
_PACKAGE_PARENT = Path(__file__).resolve().parents[2]

logger = logging.getLogger("lodge.postgres")


@contextlib.contextmanager
def lease(plan: ClusterPlan, *, keep: bool = False) -> Iterator[Server]:
    """Hold the cluster's server running for as long as the block lasts.

    ``keep``: one that dies meanwhile is started again, at the same address; for processes that stay.

    Raises:
        PostgresError: the cluster cannot be made or its server does not start or end in time.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    with _held(plan.folder / "clients.lock", fcntl.LOCK_SH):
        _start_if_gone(plan)
        with _keeping(plan) if keep else contextlib.nullcontext():
            yield Server(plan.socket_folder, read_passwords(plan))


def await_stop(plan: ClusterPlan, *, seconds: float) -> bool:
    """Wait until no server runs on this cluster; ``False`` when somebody still uses it after that time."""
    deadline = time.monotonic() + seconds
    while _is_supervised(plan):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _start_if_gone(plan: ClusterPlan) -> None:
    with _held(plan.folder / "start.lock", fcntl.LOCK_EX):
        make_cluster(plan)
        if not _is_served(plan):
            _start_supervisor(plan)


@contextlib.contextmanager
def _keeping(plan: ClusterPlan) -> Iterator[None]:
    stopping = threading.Event()
    thread = threading.Thread(target=_keep, args=(plan, stopping), name="database keeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()


def _keep(plan: ClusterPlan, stopping: threading.Event) -> None:
    while not stopping.wait(_LOOK_SECONDS):
        if _is_supervised(plan):
            continue
        logger.error("the database has died and is started again; its log is %s", plan.log)
        try:
            _start_if_gone(plan)
        except (PostgresError, OSError) as error:
            logger.error("the database could not be started again: %s", error)  # noqa: TRY400 -- its words say it all
            stopping.wait(_REST_SECONDS)


def _is_served(plan: ClusterPlan) -> bool:
    """Whether a server takes connections. One that is being stopped is waited for: its supervisor outlives it."""
    deadline = time.monotonic() + plan.start_seconds
    while _is_supervised(plan):
        if _is_ready(plan):
            return True
        if time.monotonic() > deadline:
            raise PostgresError(f"PostgreSQL neither runs nor ends; its log is {plan.log}")
        time.sleep(0.05)
    return False


def _is_ready(plan: ClusterPlan) -> bool:
    # Line 8 of postmaster.pid is the server's own word on itself: "starting", "ready", "stopping".
    try:
        lines = (plan.data / "postmaster.pid").read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    # A killed server leaves its last word behind.
    return [line.strip() for line in lines[7:8]] == ["ready"] and serves(int(lines[0]), plan.data)


def _is_supervised(plan: ClusterPlan) -> bool:
    if not plan.folder.is_dir():
        return False
    descriptor = os.open(plan.folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _start_supervisor(plan: ClusterPlan) -> None:
    account = service_account()
    reading, writing = os.pipe()
    order = Order(
        folder=str(plan.folder.absolute()),
        data=str(plan.data.absolute()),
        socket_folder=str(plan.socket_folder),
        postgres=reachable_binaries(plan, account).program("postgres"),
        settings={**_QUIET_SETTINGS, **plan.settings},
        uid=account.uid if account else None,
        gid=account.gid if account else None,
        report_descriptor=writing,
        start_seconds=plan.start_seconds,
    )
    try:
        subprocess.run(
            [sys.executable, "-m", "cloud_api.postgres.supervisor", msgspec.json.encode(order).decode()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            pass_fds=(writing,),
            env={**os.environ, "PYTHONPATH": str(_PACKAGE_PARENT)},
            cwd="/",
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError) as error:
        os.close(reading)
        raise PostgresError(f"the database's supervisor could not start: {error}") from error
    finally:
        os.close(writing)
    with os.fdopen(reading, "rb") as report:
        outcome = report.read().decode("utf-8", "replace")
    if outcome != "ready":
        raise PostgresError(f"PostgreSQL did not start ({outcome or 'no reason given'}); its log is {plan.log}")


@contextlib.contextmanager
def _held(path: Path, how: int) -> Iterator[None]:
    # Opened without inheritance (PEP 446): a child must not keep the lock after we are gone.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
