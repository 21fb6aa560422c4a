"""A call from the kiosk's sheet to the board and the letter, and back: real programs' parts, PostgreSQL, TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cloud_api.composition import DatabaseAddresses
from kiosk.calling_values import Called, CallWish
from tests.fakes.console_server import ConsoleServer, run_console
from tests.integration.cloud.test_photos_end_to_end import drain, enrolled, signed_in

pytestmark = pytest.mark.above_the_store


@pytest.fixture(scope="module")
def served(addresses: DatabaseAddresses) -> Iterator[ConsoleServer]:
    with run_console(addresses) as server:
        yield server


def test_f23_a_call_is_offered_kept_sent_shown_and_only_then_said(served: ConsoleServer, tmp_path: Path) -> None:
    """F23: the page of the server offers it, the log keeps it, and the receipt lets the screen say so."""
    with enrolled(served, tmp_path) as (station, desks), signed_in(served) as client:
        assert not desks.bell.is_offered(), "nothing has been published to this kiosk yet"
        desks.network.step_feed()
        assert desks.bell.is_offered()
        called = desks.bell.call(CallWish("", "ar", assistance=True))
        assert isinstance(called, Called)
        assert not desks.bell.is_told(called.stay_id)
        assert "asked for help" not in client.get("/board").text
        drain(station, desks)
        assert desks.bell.is_told(called.stay_id)
        board = client.get("/board").text
        assert "Lobby kiosk</bdi>" in board
        assert "asked for help" in board
        assert "reads Arabic" in board
