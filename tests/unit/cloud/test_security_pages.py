"""The pages of docs/security name what the code has (ASVS 11.1.2, 14.1.2, 16.1.1): officers read them instead of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from cloud_api.http.backpressure import ShareTerms, TurnstileTerms
from cloud_api.http.connections import ConnectionTerms
from cloud_api.http.console.streams import StreamTerms
from cloud_api.http.device_objects import PHOTOS_AT_ONCE
from cloud_api.objects.picture_process import MEMORY_BYTES, PROCESSOR_SECONDS
from cloud_api.services.api_keys import MOST_KEYS
from cloud_api.services.api_tokens import TokenKind
from cloud_api.services.audit_kinds import KINDS
from cloud_api.services.held_feed import HoldTerms
from cloud_api.services.object_retention import KEEP
from cloud_api.services.own_factors import MOST_PASSKEYS
from cloud_api.services.passwords import HashTerms
from cloud_api.services.programs import MOST_PROGRAMS
from cloud_api.services.rate_limits import ALLOWANCES
from cloud_api.services.session_policies import IDLE_MINUTES, LONGEST_MINUTES
from cloud_api.services.system_log_reading import WORDS
from cloud_api.store.data_keys import Purpose
from cloud_api.store.signing_keys import KeyPurpose
from cloud_api.store.whole_export import LEFT_OUT, LEFT_OUT_TABLES, SEALED
from sync.device.pruning import DAY_MS, PruningLimits
from sync.device.schema import columns

_ROOT = Path(__file__).parents[3]
_PAGES = _ROOT / "docs" / "security"
_CODE = re.compile(r"`([^`]+)`(\\?\*?)")


def page(name: str) -> str:
    return (_PAGES / name).read_text("utf-8")


def rows(name: str, heading: str) -> Iterator[list[str]]:
    """The cells of the rows of a section's tables."""
    section = page(name).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith("| table"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def codes(text: str) -> list[str]:
    return [found[1] for found in _CODE.finditer(text)]


def sources(pattern: str) -> set[str]:
    """What a pattern's group finds in the cloud's code."""
    texts = (_ROOT / "cloud_api").rglob("*.py")
    return {found for path in texts for found in re.findall(pattern, path.read_text("utf-8"))}


def test_every_restricted_column_has_a_row() -> None:
    """The catalogue's test holds these three to the database itself."""
    told = {
        (codes(row[0])[0], column) for row in rows("data.md", "Every restricted column") for column in codes(row[1])
    }
    known = {(table, column) for table, sealed in SEALED.items() for column in sealed.columns} | set(LEFT_OUT)
    assert {cell for cell in told if cell[0] not in LEFT_OUT_TABLES} == known
    assert {table for table, _ in told} >= set(LEFT_OUT_TABLES)


def test_every_table_of_a_kiosk_has_a_row() -> None:
    told = [table for row in rows("data.md", "Every table of a kiosk") for table in codes(row[0])]
    assert sorted(told) == sorted(columns())


def test_every_kind_of_audit_entry_is_listed_and_marked_as_the_timeline_has_it() -> None:
    listed = [
        cell for row in rows("logs.md", "What leaves an entry in the audit log") for cell in _CODE.findall(row[1])
    ]
    marked = {kind: any(words.security for words in told) for kind, told in KINDS.items()}
    assert {kind: star == "\\*" for kind, star in listed} == marked


def test_every_kind_of_the_operators_log_is_listed() -> None:
    told = {kind for row in rows("logs.md", "What leaves an entry in the operator's log") for kind in codes(row[1])}
    noted = sources(r'(?:security|refusals|_note)\.?(?:note)?\(\s*"([a-z]+\.[a-z_]+)"')
    acted = sources(r'(?:self\._log|operator\.log)\.record\(\s*"([a-z]+\.[a-z_]+)"')
    acted |= sources(r'kind="([a-z]+\.[a-z_]+)", use=') | sources(r'"(master\.[a-z_]+)"')
    assert noted >= {"signin.failed", "origin.refused", "enrolment.refused", "device.refused"}
    assert acted >= {"organisation.closed", "organisation.created", "key.rotated", "master.older_dropped"}
    assert told >= noted | acted | set(WORDS)


def test_every_key_and_secret_has_a_row() -> None:
    text = page("keys.md")
    bold = set(re.findall(r"^\| \*\*([a-z]+)\*\*", text, re.MULTILINE))
    assert bold >= set(get_args(KeyPurpose))
    secrets = sources(r'_SECRET = "([a-z-]+)"') | sources(r'open_secret\(db, ring, "([a-z-]+)"')
    derived = sources(r'derive\("([a-z-]+)"') | sources(r'_?[A-Z]*PURPOSE = "([a-z-]+)"')
    assert secrets >= {"system-log", "request-nonces"}
    assert derived >= {"search-tokens", "audit-actors", "recovery-codes", "host-ids"}
    named = set(codes(text))
    assert named >= secrets | derived | {kind.value for kind in TokenKind}
    words = next(line for line in text.splitlines() if line.startswith("| **data key**"))
    assert all({"stay": "visit"}.get(purpose, purpose) in words for purpose in get_args(Purpose))


def test_every_limit_has_a_row() -> None:
    told = [
        name for row in rows("signing-in.md", "Limits: nobody is locked out by strangers") for name in codes(row[0])
    ]
    assert sorted(told) == sorted(ALLOWANCES)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("signing-in.md", f"{IDLE_MINUTES.start} to {IDLE_MINUTES.stop - 1} minutes"),
        ("signing-in.md", f"{LONGEST_MINUTES.start} to {LONGEST_MINUTES.stop - 1:,} minutes"),
        ("signing-in.md", f"{StreamTerms().per_person} open streams a person, {MOST_PROGRAMS} programs a person"),
        ("signing-in.md", f"{MOST_PASSKEYS} passkeys a person, {MOST_KEYS} API keys"),
        ("data.md", f"{KEEP.days} days after it came, by the worker"),
        ("data.md", f"Kiosk: {PruningLimits().retention_ms // DAY_MS} days"),
        ("connections.md", f"{HashTerms().at_once} at once a process, {HashTerms().waiting} wait; beyond"),
        ("connections.md", f"{TurnstileTerms().at_once} at once a process, {TurnstileTerms().waiting} wait for 5 s"),
        ("connections.md", f"{ShareTerms().burst} requests at once and {ShareTerms().each_second:g} a second"),
        ("connections.md", f"{PHOTOS_AT_ONCE.at_once} at once, {PHOTOS_AT_ONCE.waiting} wait; quota"),
        ("connections.md", f"{ConnectionTerms().most_each} connections an address"),
        ("connections.md", f"{HoldTerms().at_once} a process, {HoldTerms().longest_seconds:g} s each"),
        ("connections.md", f"{PROCESSOR_SECONDS} s of processor, {MEMORY_BYTES // 2**20} MiB"),
    ],
)
def test_figures_are_those_of_the_code(name: str, words: str) -> None:
    assert words in " ".join(page(name).split())
