"""The cloud may not import the kiosk, and still takes exactly the languages that kiosks speak."""

from cloud_api.services.languages import LANGUAGES
from kiosk.words.catalogue import languages


def test_the_cloud_takes_the_languages_that_kiosks_have_catalogues_for() -> None:
    assert set(LANGUAGES) == set(languages())
    assert list(LANGUAGES) == sorted(LANGUAGES)
