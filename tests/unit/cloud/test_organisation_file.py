"""The organisation's file: faults are named by path (issue: clear errors by path)."""

import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_api.errors import ConfigurationError
from cloud_api.services.organisation_file import read_organisation_file

GOOD: dict[str, Any] = {
    "name": "Thistledown Works",
    "sites": [
        {
            "key": "mill-lane",
            "name": "Mill Lane",
            "time_zone": "Europe/London",
            "staff_pin": "246810",
            "zones": [{"key": "lobby", "name": "Front lobby", "muster_point": "Car park B"}],
        }
    ],
    "visitor_types": [{"id": "visitor", "words": {"en": "Visitor"}, "badge": "visitor"}],
    "hosts": [{"key": "grace", "name": "Grace Example", "email": "grace@example.org"}],
}


def read(value: object) -> object:
    return read_organisation_file(msgspec.json.encode(value))


def test_a_good_file_is_read() -> None:
    found = read_organisation_file(msgspec.json.encode(GOOD))
    assert found.sites[0].zones[0].muster_point == "Car park B"
    assert found.sites[0].languages == ("en",)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("name",), "", "name: must not be empty"),
        (("name",), None, 'name: must be text, "..."'),
        (("name",), "two\nlines", "name: must be one line, without control characters"),
        (("sites",), {}, "sites: must be a list, [...]"),
        (("sites",), [], "sites: needs at least one"),
        (("sites", 0), "mill-lane", "sites[0]: must be an object, {...}"),
        (
            ("sites", 0, "key"),
            "Mill Lane",
            "sites[0].key: use small letters, digits, hyphens and dots, 63 at most, a letter or digit first",
        ),
        (
            ("sites", 0, "time_zone"),
            "Mars/Olympus",
            'sites[0].time_zone: "Mars/Olympus" is not a time zone such as Europe/London',
        ),
        (("sites", 0, "staff_pin"), "12", 'sites[0].staff_pin: must be six digits in quotes, as "604213"'),
        (("sites", 0, "badge_hours"), 0, "sites[0].badge_hours: must be 1 to 168"),
        (("sites", 0, "badge_hours"), True, "sites[0].badge_hours: must be a whole number"),
        (("sites", 0, "zones"), [], "sites[0].zones: needs at least one"),
        (("sites", 0, "zones", 0, "muster_point"), 5, 'sites[0].zones[0].muster_point: must be text, "..."'),
        (
            ("sites", 0, "timezone"),
            "Europe/London",
            'sites[0]: there is no "timezone" here; did you mean "time_zone"?',
        ),
        (
            ("visitor_types", 0, "colour"),
            "red",
            (
                'visitor_types[0]: there is no "colour" here; there may be id, words, badge, hints, icon, steps, '
                "fields, documents, template, badge_hours, rules"
            ),
        ),
        (("visitor_types", 0, "words"), [], "visitor_types[0].words: must be an object, {...}"),
        (
            ("visitor_types", 0, "badge"),
            "gold",
            'visitor_types[0].badge: must be one of "contractor", "escort", "visitor"',
        ),
        (("hosts", 0, "name"), "x" * 201, "hosts[0].name: is longer than 200 characters"),
        (("hosts", 0, "email"), "müll@example.org", "hosts[0].email: this is not an e-mail address"),
        (("hosts", 0, "email"), "not an address", "hosts[0].email: this is not an e-mail address"),
        (("hosts", 0, "email"), "a@b\r\nBcc: x@example.org", "hosts[0].email: this is not an e-mail address"),
        (("hosts", 0, "site"), "nowhere", 'hosts[0].site: there is no site "nowhere"; there is mill-lane'),
        (
            ("sites", 0, "languages"),
            ["en", "sv"],
            'sites[0].languages[1]: "sv" is not a language that Lodge has: use one of ar, de, en, es, fr, he, hi, zh',
        ),
        (
            ("sites", 0, "languages"),
            ["english"],
            'sites[0].languages[0]: "english" is not a language code: use one of ar, de, en, es, fr, he, hi, zh',
        ),
        (("sites", 0, "languages"), ["en", "en"], 'sites[0].languages[1]: the language "en" is there twice'),
        (
            ("visitor_types", 0, "words"),
            {"xx-Q": "Visitor"},
            'visitor_types[0].words: "xx-Q" is not a language code: use one of ar, de, en, es, fr, he, hi, zh',
        ),
    ],
)
def test_a_fault_is_named_by_its_path(path: tuple[str | int, ...], value: object, fault: str) -> None:
    changed: Any = copy.deepcopy(GOOD)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ConfigurationError) as caught:
        read(changed)
    assert str(caught.value) == fault


def test_all_faults_beyond_the_shape_are_named_at_once() -> None:
    changed = copy.deepcopy(GOOD)
    changed["hosts"] = [{"key": "g", "name": "G", "email": "x"}, {"key": "g", "name": "H", "site": "moon"}]
    with pytest.raises(ConfigurationError) as caught:
        read(changed)
    for part in ('hosts[1]: the key "g" is there twice', "hosts[0].email", "hosts[1].site"):
        assert part in str(caught.value)


def test_all_faults_of_the_shape_are_named_at_once_and_not_without_end() -> None:
    changed = copy.deepcopy(GOOD)
    del changed["sites"][0]["key"]
    changed["hosts"] = [{"key": "G H", "name": ""} for _ in range(20_000)]
    with pytest.raises(ConfigurationError) as caught:
        read(changed)
    said = str(caught.value)
    assert said.startswith('sites[0]: "key" is missing; hosts[0].key: use small letters')
    assert said.endswith("; and 39981 more")
    assert len(said) < 3000


def test_a_name_without_end_is_not_told_whole() -> None:
    changed = copy.deepcopy(GOOD)
    changed["visitor_types"] = [{"id": "a", "words": {"q" * 100_000: 1}}]
    with pytest.raises(ConfigurationError) as caught:
        read(changed)
    assert f'visitor_types[0].words."{"q" * 60}...": must be text' in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b'{"name": "A", "name": "B"}', 'the file: "name" is there twice'),
        (b'{"sites": [{"key": "a", "key": "b"}]}', 'sites[0]: "key" is there twice'),
        (b'{"visitor_types": [{"words": {"en": "A", "en": "B"}}]}', 'visitor_types[0].words: "en" is there twice'),
        (b'{"name": "\\ud800"}', "name: holds half of a character"),
        (b'{"na\x07me"', "the file is not JSON: invalid control character at line 1, column 5"),
        (b'{"a\\u001bme": 1}', 'the file: there is no "a?me" here; did you mean "name"?'),
        (b"[]", "the file: must be an object, {...}"),
        (b'{"name": "A",}', "line 1, column 14"),
        (b"\xff\xfe", "it is not text in UTF-8"),
    ],
)
def test_what_a_decoder_would_let_pass_or_put_in_its_own_words_is_said_plainly(raw: bytes, fault: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_organisation_file(raw)
    assert fault in str(caught.value)
    assert "pattern" not in str(caught.value)
    assert "$" not in str(caught.value)


def test_a_file_saved_with_a_byte_order_mark_is_read() -> None:
    assert read_organisation_file(b"\xef\xbb\xbf" + msgspec.json.encode(GOOD)).name == "Thistledown Works"


@pytest.mark.parametrize("raw", [b"", b"[", b"\xff\xfe", b"[" * 5000, b"null", b'{"name":1e999}'])
def test_what_is_no_file_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(ConfigurationError):
        read_organisation_file(raw)


@given(st.binary(max_size=200))
def test_foreign_bytes_raise_nothing_else(raw: bytes) -> None:
    with pytest.raises(ConfigurationError):
        read_organisation_file(raw)
