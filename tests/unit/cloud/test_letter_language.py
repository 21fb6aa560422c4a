"""In which language letters about a place are."""

from uuid import UUID

import pytest

from cloud_api.services.letter_language import letter_language
from cloud_api.store.organisations import Site


@pytest.mark.parametrize(
    ("spoken", "wanted", "language"),
    [("fr", None, "fr"), ("fr", "de", "de"), ("tlh", None, "en"), ("fr", "tlh", "en")],
)
def test_f22_what_is_wanted_counts_else_what_the_place_speaks_first(
    spoken: str, wanted: str | None, language: str
) -> None:
    settings = f'{{"languages":["{spoken}","en"]}}'.encode()
    assert letter_language(Site(UUID(int=1), "mill", "Mill Lane", "Europe/London", settings, ""), wanted) == language
