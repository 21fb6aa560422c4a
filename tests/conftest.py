"""For all tests: no network but this machine's own, reproducible examples, and how many seeds to try."""

from __future__ import annotations

import gc
import ipaddress
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.fakes.installed_postgres import INSTALLED

if TYPE_CHECKING:
    from tests.fakes.cloud_postgres import Servers

_CACHE = Path(__file__).resolve().parents[1] / ".lodge" / "cache"
_LONGEST_FOLDERS = frozenset({"processes", "simulation", "browser"})
_LONGEST_FILES = frozenset(
    {
        "test_demo.py",
        "test_key_rotation_over_https.py",
        "test_kiosk_faults.py",
        "test_role_matrix.py",
        "test_console_sign_in.py",
        "test_kiosk_commands.py",
        "test_cloud_processes.py",
    }
)
_TOGETHER = frozenset({"tests/browser"})
"""Folders that one process runs: a browser, its driver and a server in each would cost more than it would save."""
_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})


class NetworkAccessError(RuntimeError):
    """A test tried to reach another machine."""


def _is_local(host: object) -> bool:
    if host is None or host in {"", b"", "localhost", b"localhost"}:
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    if text.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_other_machines(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in _CONNECTING and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_local(host):
        raise NetworkAccessError(f"{event} to {host!r}: tests reach this machine only")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --seeds and --all-postgres, which ./lodge test passes on, and --seed, which replays one run."""
    parser.addoption("--seeds", type=int, default=None, help="how many seeded runs the simulations make")
    parser.addoption("--seed", type=int, default=None, help="the one seeded run to replay, with its whole story")
    parser.addoption(
        "--all-postgres", action="store_true", help="run on every version what else runs on the newest PostgreSQL alone"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Guard the network for the rest of the process, and choose Hypothesis' profile."""
    del config
    sys.addaudithook(_refuse_other_machines)
    set_hypothesis_home_dir(_CACHE / "hypothesis")
    # How fast an example runs says nothing on machines that do other work as well.
    settings.register_profile("lodge", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
    settings.register_profile("ci", settings.get_profile("lodge"), derandomize=True)
    settings.load_profile("ci" if os.environ.get("CI") else "lodge")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files first: several processes share the files out in this order, and none is to end alone.

    What writes no SQL itself runs on the newest PostgreSQL alone (ADR 73).
    """
    items.sort(key=lambda item: (item.path.parent.name not in _LONGEST_FOLDERS, item.path.name not in _LONGEST_FILES))
    if not config.getoption("--all-postgres"):
        older = {item for item in items if _is_on_older_postgres(item)}
        config.hook.pytest_deselected(items=list(older))
        items[:] = [item for item in items if item not in older]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Any:
    """Where files are shared out whole, some folders are too."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # noqa: PLC0415 - it is there whenever this is asked

    scheduler = LoadFileScheduling(config, log)

    def unit_of(nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        return folder if folder in _TOGETHER else file

    scheduler._split_scope = unit_of
    return scheduler


def pytest_collection_finish() -> None:
    """Let the collector of reference cycles pass over what is there to stay: all modules and all tests.

    They are half a million objects; going through them again and again took a quarter of the time of tests that make
    many. What tests themselves leave behind is collected as ever, in larger portions.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)


def _is_on_older_postgres(item: pytest.Item) -> bool:
    if item.get_closest_marker("above_the_store") is None or not isinstance(item, pytest.Function):
        return False
    asked = getattr(item, "callspec", None)
    return asked is not None and "binaries" in asked.params and asked.params["binaries"] != INSTALLED[-1]


@pytest.fixture(scope="session")
def seed_count(request: pytest.FixtureRequest) -> int:
    """How many seeded runs a simulation is to make: 25, or what --seeds says."""
    return int(request.config.getoption("--seeds") or 25)


@pytest.fixture(scope="session")
def postgres_servers() -> Iterator[Servers]:
    """The PostgreSQL servers of this process."""
    from tests.fakes.cloud_postgres import Servers  # noqa: PLC0415 - most processes that load this file start none

    with ExitStack() as running:
        yield Servers(running)
