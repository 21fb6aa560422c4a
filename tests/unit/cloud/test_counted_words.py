"""Numbers agree with their nouns."""

import pytest

from cloud_api.counting import counted


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("site",), "0 sites"),
        (1, ("site",), "1 site"),
        (2, ("site",), "2 sites"),
        (1, ("entry", "entries"), "1 entry"),
        (12_004, ("entry", "entries"), "12,004 entries"),
    ],
)
def test_one_is_one_and_all_else_is_many(number: int, words: tuple[str, ...], said: str) -> None:
    assert counted(number, *words) == said
