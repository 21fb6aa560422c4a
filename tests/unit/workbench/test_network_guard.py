"""The suite's own guard: tests reach this machine and no other."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.conftest import NetworkAccessError


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_other_machines_are_out_of_reach(host: str) -> None:
    with pytest.raises(NetworkAccessError, match="this machine only"):
        socket.create_connection((host, 9), timeout=0.1)


def test_datagrams_to_other_machines_are_refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender, pytest.raises(NetworkAccessError):
        sender.sendto(b"x", ("192.0.2.1", 9))


def test_loopback_and_unix_sockets_are_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address, timeout=5) as client:
            assert client.getpeername() == address
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as caller:
        listener.bind(path)
        listener.listen()
        caller.connect(path)
        assert caller.getpeername() == path
