"""The same dialogues over a device file and raw TCP: real cables of this machine, real time."""

from __future__ import annotations

import contextlib
import socket
import threading
from contextlib import closing
from pathlib import Path

from printers.catalogue.brother import brother_model
from printers.clock import SystemClock
from printers.driver import Failed, Printed, PrinterState, SentUnconfirmed
from printers.drivers import VirtualSetup, open_printer
from printers.encodings.brother_ql import encode
from printers.media import medium
from printers.models import printer_model
from printers.simulator.device import VirtualDevice
from printers.simulator.network import VirtualSocket
from tests.vectors.printers.samples import dot_pattern


def test_receipt_printer_on_a_device_file_says_printed(tmp_path: Path) -> None:
    printer = VirtualSetup(printer_model("TM-T20"), out=tmp_path).printer(SystemClock())
    with closing(VirtualDevice(printer, tmp_path / "lp0")):
        driver = open_printer(f"file:{tmp_path}/lp0?model=TM-T20&cut=full")
        assert driver.print_badge(dot_pattern(576, 200, seed=1), medium("80mm")) == Printed()
        assert printer.control({"fault": "cover-open"})["printed"] == 1
        assert driver.status().state is PrinterState.COVER_OPEN


def test_labelwriter_550_on_the_network_says_printed_and_refuses_a_counterfeit_roll(tmp_path: Path) -> None:
    paper = medium("dymo-99015")
    badge = dot_pattern(paper.width_dots, paper.height_dots or 0, seed=1)
    printer = VirtualSetup(printer_model("LabelWriter-550-Turbo"), media=paper.name, out=tmp_path).printer(
        SystemClock()
    )
    with closing(VirtualSocket(printer, "127.0.0.1", 0)) as served:
        driver = open_printer(f"tcp:127.0.0.1:{served.port}?model=LabelWriter-550-Turbo")
        assert driver.print_badge(badge, paper) == Printed()
        printer.control({"fault": "counterfeit"})
        outcome = driver.print_badge(badge, paper)
    assert isinstance(outcome, Failed)
    assert outcome.reason is PrinterState.WRONG_MEDIA
    assert "takes only DYMO's own labels" in outcome.sentence
    assert printer.control({"status": True})["printed"] == 1


def test_brother_on_the_network_is_sent_to_and_never_believed(tmp_path: Path) -> None:
    """A QL answers by USB alone: waiting for its word on the network would mean never to print."""
    printer = VirtualSetup(printer_model("QL-820NWB"), media="62x29", out=tmp_path).printer(SystemClock())
    with closing(VirtualSocket(printer, "127.0.0.1", 0)) as served:
        driver = open_printer(f"tcp:127.0.0.1:{served.port}?model=QL-820NWB")
        status = driver.status()
        assert (status.state, status.confirmed) == (PrinterState.READY, False)
        outcome = driver.print_badge(dot_pattern(696, 271, seed=1), medium("62x29"))
        assert isinstance(outcome, SentUnconfirmed)
        assert "by USB it does" in outcome.sentence
        for _ in range(200):
            if printer.control({"status": True})["printed"]:
                break
            SystemClock().sleep(0.01)
    assert printer.control({"status": True})["printed"] == 1


def test_c41_badge_arrives_whole_though_the_printer_speaks_and_is_not_listened_to() -> None:
    """Closing with something unread resets the connection, and the printer loses what it has not read yet."""
    paper, got = medium("62x100"), bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(ConnectionError):
                connection.sendall(bytes(32))
                while data := connection.recv(4_096):
                    got.extend(data)
                    SystemClock().sleep(0.001)

        printer = threading.Thread(target=serve)
        printer.start()
        driver = open_printer(f"tcp:127.0.0.1:{listener.getsockname()[1]}?model=QL-820NWB")
        badge = dot_pattern(paper.width_dots, paper.height_dots or 0, seed=1)
        assert isinstance(driver.print_badge(badge, paper), SentUnconfirmed)
        printer.join(3)
    assert len(got) == len(encode(badge, paper, brother_model("QL-820NWB")))
