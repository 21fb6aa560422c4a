"""A migration that an earlier version cannot live with says so (ADR 66), as far as its text shows."""

import re
from pathlib import Path

import pytest

import cloud_api.migrations

_FOLDER = Path(cloud_api.migrations.__file__).parent
_SINCE = "0018"
_BREAKING = re.compile(
    r"\bdrop\s+(?:table|column|function|view|schema)\b|\brename\b|\balter\s+column\s+\S+\s+(?:type|set\s+not\s+null)\b"
    r"|\badd\s+column\s+(?:(?!\bdefault\b|,|;).)*\bnot\s+null\b(?:(?!\bdefault\b|,|;).)*[,;]|\brevoke\b(?!\s+all\s+on\s+function"
    r"|\s+create\s+on\s+schema)",
    re.IGNORECASE | re.DOTALL,
)
_RAISES = re.compile(r"update\s+ops\.schema_floor\s+set\s+revision", re.IGNORECASE)


def unannounced(sources: dict[str, str]) -> list[str]:
    """Revisions from 0018 on whose text breaks earlier versions without raising the floor."""
    texts: dict[str, str] = {}
    for name, text in sources.items():
        plain = re.sub(r"--.*", "", text)
        texts[name[:4]] = texts.get(name[:4], "") + plain
    return sorted(
        revision
        for revision, text in texts.items()
        if revision >= _SINCE and _BREAKING.search(text) and not _RAISES.search(text)
    )


def test_every_migration_that_takes_something_away_raises_the_floor() -> None:
    files = [*(_FOLDER / "sql").glob("*.sql"), *(_FOLDER / "versions").glob("[0-9]*.py")]
    assert unannounced({path.name: path.read_text("utf-8") for path in files}) == []


@pytest.mark.parametrize(
    ("statement", "breaks"),
    [
        ("alter table lodge.stay drop column email;", True),
        ("alter table lodge.stay rename to visit;", True),
        ("alter table lodge.stay alter column name set not null;", True),
        ("alter table lodge.stay add column floor integer not null;", True),
        ("alter table lodge.stay add column floor integer not null default 0;", False),
        ("alter table lodge.stay add column floor integer;", False),
        ("revoke select on lodge.stay from lodge_app;", True),
        ("revoke create on schema lodge from lodge_lookup;", False),
        ("-- drop table lodge.stay", False),
        ("drop table lodge.stay; update ops.schema_floor set revision = '9999';", False),
        ("create table lodge.parcel (tenant_id uuid not null);", False),
    ],
)
def test_what_breaks_an_earlier_version_is_seen(statement: str, breaks: bool) -> None:
    assert unannounced({"9999_10_change.sql": statement, "0002_10_old.sql": "drop table lodge.old;"}) == (
        ["9999"] if breaks else []
    )
