"""F22: days and times of day as the readers of each language write them."""

from datetime import UTC, datetime

import pytest
from babel.dates import format_time

from kiosk.words import moments
from kiosk.words.catalogue import Words, languages

AFTERNOON = datetime(2026, 11, 8, 14, 5, tzinfo=UTC)
WRITTEN = {
    "en": ("14:05", "8 November 2026", "8 Nov"),
    "de": ("14:05", "8. November 2026", "8. Nov."),
    "fr": ("14:05", "8 novembre 2026", "8 nov."),
    "es": ("14:05", "8 de noviembre de 2026", "8 nov"),
    "ar": ("2:05 م", "8 نوفمبر 2026", "8 نوفمبر"),
    "he": ("14:05", "8 בנובמבר 2026", "8 בנוב׳"),
    "hi": ("2:05 pm", "8 नवंबर 2026", "8 नव॰"),
    "zh": ("14:05", "2026年11月8日", "11月8日"),
}


def test_f22_every_language_has_its_way() -> None:
    assert set(WRITTEN) == set(languages())


@pytest.mark.parametrize("code", sorted(WRITTEN))
def test_f22_a_moment_is_written_as_its_readers_do(code: str) -> None:
    words = languages()[code]
    told = (moments.clock(words, AFTERNOON), moments.day(words, AFTERNOON), moments.short_day(words, AFTERNOON))
    assert tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in told) == WRITTEN[code]


def test_f22_no_time_breaks_in_two_or_has_a_space_that_a_font_lacks() -> None:
    for words in languages().values():
        told = moments.clock(words, AFTERNOON)
        assert " " not in told
        assert "\N{NARROW NO-BREAK SPACE}" not in told


@pytest.mark.parametrize("words", languages().values(), ids=lambda words: str(words.code))
def test_f22_times_of_day_are_written_as_cldr_has_them(words: Words) -> None:
    locale = moments._locale(words.code)
    for minute in range(0, 24 * 60, 15):
        moment = datetime(2026, 11, 28, minute // 60, minute % 60, tzinfo=UTC)
        expected = format_time(moment.time(), "short", locale=locale)
        assert moments.clock(words, moment) == expected.replace("\u202f", "\xa0").replace(" ", "\xa0")


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "16 March 2026, 09:05"), ("ar", "16 مارس 2026، 9:05 ص"), ("zh", "2026年3月16日 09:05")],
)
def test_f22_a_day_and_a_time_stand_beside_each_other_as_the_language_writes_them(language: str, written: str) -> None:
    words, moment = languages()[language], datetime(2026, 3, 16, 9, 5, tzinfo=UTC)
    assert moments.day_and_time(words, moment).replace("\u00a0", " ") == written
    assert moments.time_and_day(words, moment).startswith(moments.clock(words, moment))
