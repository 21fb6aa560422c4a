"""The words of an alert (C36, C37)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_api.http.console.pages import clock
from cloud_api.notify.words import ArrivalWords, ago, one_line, subject, text

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = ArrivalWords(
    host="Grace Example",
    visitor="Ada Sample",
    company="Pebble & Co",
    organisation="Thistledown Works",
    site="Mill Lane",
    zone="Front lobby",
    time_zone="Europe/London",
    arrived_at=NOW,
    departed_at=None,
    clock_unsure=False,
    heard_at=NOW + timedelta(seconds=1),
    now=NOW + timedelta(seconds=5),
)


def test_an_alert_says_who_where_and_since_when() -> None:
    assert subject(WORDS) == "Ada Sample has arrived at Mill Lane"
    shown = text(WORDS)
    for part in (
        "Where: Front lobby, Mill Lane",
        "Since: 9:30, Monday 2 March 2026 (Europe/London)",
        "Lodge, for Grace Example at Thistledown Works",
    ):
        assert part in shown.splitlines()
    assert "late" not in shown


def test_the_first_line_is_the_message_for_that_is_all_a_locked_phone_shows() -> None:
    assert text(WORDS).splitlines()[0] == "Ada Sample of Pebble & Co has arrived to see you."
    assert text(replace(WORDS, company="")).startswith("Ada Sample has arrived to see you.\n")


@pytest.mark.parametrize(("hour", "shown"), [(0, "0:13"), (9, "9:13"), (23, "23:13")])
def test_hours_are_written_as_kiosk_and_console_write_them(hour: int, shown: str) -> None:
    at = datetime(2026, 3, 2, hour, 13, tzinfo=UTC)
    assert f"Since: {shown}, Monday" in text(replace(WORDS, arrived_at=at, now=at))
    assert clock(at) == shown


def test_times_are_the_sites_own() -> None:
    assert "10:30, Monday 2 March 2026 (Europe/Berlin)" in text(replace(WORDS, time_zone="Europe/Berlin"))


@pytest.mark.parametrize(
    ("seconds", "words"), [(30, None), (31, "31 seconds"), (59, "59 seconds"), (60, "1 minute"), (125, "2 minutes")]
)
def test_an_alert_more_than_half_a_minute_late_says_how_old_the_arrival_is(seconds: int, words: str | None) -> None:
    """F11."""
    shown = text(replace(WORDS, now=NOW + timedelta(seconds=seconds)))
    assert ("late" in shown) is (words is not None)
    assert words is None or f"the arrival was {words} ago" in shown


@pytest.mark.parametrize(
    ("heard", "sent", "reason"),
    [
        (300, 310, "The kiosk had no connection until now."),
        (2, 300, "No message could be sent until now."),
        (300, 600, "The kiosk had no connection, and after that no message could be sent until now."),
    ],
)
def test_a_late_alert_names_what_really_held_it_up(heard: int, sent: int, reason: str) -> None:
    late = replace(WORDS, heard_at=NOW + timedelta(seconds=heard), now=NOW + timedelta(seconds=sent))
    assert f"ago. {reason}" in text(late)


def test_a_late_alert_after_hours_says_so_in_hours() -> None:
    assert "the arrival was 3 hours 5 minutes ago" in text(replace(WORDS, now=NOW + timedelta(hours=3, minutes=5)))


def test_somebody_who_left_meanwhile_is_not_said_to_wait() -> None:
    assert "They left again at 9:40, Monday 2 March" in text(replace(WORDS, departed_at=NOW + timedelta(minutes=10)))


def test_an_unset_clock_is_admitted_and_no_age_is_invented() -> None:
    shown = text(replace(WORDS, clock_unsure=True, now=NOW + timedelta(days=9)))
    assert "the kiosk's clock was not set" in shown
    assert "ago" not in shown


def test_an_unreadable_name_is_not_left_out() -> None:
    assert subject(replace(WORDS, visitor="")).startswith("A visitor without a readable name")


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1, hours=1, minutes=5), "1 day 1 hour"),
        (timedelta(days=2, minutes=5), "2 days"),
    ],
)
def test_ages_are_said_as_people_do(age: timedelta, words: str) -> None:
    assert ago(age) == words


@given(st.text(max_size=300))
def test_no_name_breaks_a_line(name: str) -> None:
    shown = one_line(name)
    assert len(shown) <= 120
    assert not any(sign in shown for sign in "\r\n\t\v\f\x1b\x85\u2028\u2029\u202e\u2066\x00")
    lines = text(replace(WORDS, visitor=name, company=name, host=name, zone=name)).splitlines()
    assert len(lines) == len(text(WORDS).splitlines())


def test_joiners_inside_words_survive() -> None:
    assert one_line("क्\u200dष") == "क्\u200dष"
