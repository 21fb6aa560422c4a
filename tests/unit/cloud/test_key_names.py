"""The name of a key is base64url: one in sixty-four begins with a hyphen, and is no option."""

from __future__ import annotations

import click
import pytest

from cloud_api.cli.keys import withdraw
from cloud_api.cli.kiosk_logs import confirm

NAMES = ("-qciu_VxE-hn1oVLT3ZZ0HcUPZ0nhtogh05uqfG8G6w", "--hEsT0-lNR_3bBgXUpK1XlZ6ycGb3m9qGAu3gZ2F0A")


@pytest.mark.parametrize("name", NAMES)
def test_a_key_whose_name_begins_with_a_hyphen_is_withdrawn(name: str) -> None:
    told = withdraw.make_context("withdraw", [name, "--root-key", __file__, "--reason", "leaked", "--json"]).params
    assert (told["kid"], told["reason"], told["as_json"]) == (name, "leaked", True)


@pytest.mark.parametrize("name", NAMES)
def test_a_log_whose_name_begins_with_a_hyphen_is_confirmed(name: str) -> None:
    assert confirm.make_context("confirm", ["Lobby", name, "--json"]).params["epoch"] == name


def test_an_option_that_there_is_not_is_still_refused() -> None:
    with pytest.raises(click.UsageError, match="unexpected extra argument"):
        withdraw.make_context("withdraw", [NAMES[0], "--because", "leaked", "--root-key", __file__, "--reason", "r"])
