"""What came of a scanner's last run: one file for each, and the page that is rendered from all of them.

A finding is ``(rule, place)``. Whatever nobody has judged in ``judged.toml`` fails the run; so does a judgement that
nothing answers to any more.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_JUDGED = Path(__file__).with_name("judged.toml")
FOLDER = Path("docs") / "security" / "scanners"
PAGE = Path("docs") / "security" / "scanners.md"


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """What a scanner reports: its own name for the rule, and where."""

    rule: str
    place: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Why findings of one rule stay: ``place`` is a pattern, ``count`` how many there are."""

    scanner: str
    rule: str
    place: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """A run. ``date``: its day. ``asked``: what was looked at, a line each. ``control``: what was planted and found."""

    scanner: str
    version: str
    date: str
    asked: list[str]
    control: list[str]
    missed: list[str]
    judged: list[dict[str, object]]
    found: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Findings beside what was judged: those that stay, those that nobody has judged, judgements without findings."""

    judged: list[Judgement]
    found: list[Finding]
    stale: list[str]


def read_judgements(scanner: str) -> list[Judgement]:
    """The judgements about a scanner's findings."""
    entries = tomllib.loads(_JUDGED.read_text("utf-8")).get("judged", [])
    return [Judgement(**entry) for entry in entries if entry["scanner"] == scanner]


def judge(findings: Iterable[Finding], judgements: Iterable[Judgement]) -> Verdict:
    """Hold findings against judgements: each of these answers for exactly as many as it says."""
    left = Counter(findings)
    kept: list[Judgement] = []
    stale: list[str] = []
    for item in judgements:
        met = [found for found in left.elements() if found.rule == item.rule and fnmatchcase(found.place, item.place)]
        if len(met) == item.count:
            left -= Counter(met)
            kept.append(item)
        else:
            stale.append(f"{item.rule} in {item.place}: judged {item.count}, found {len(met)}")
    return Verdict(kept, sorted(left.elements()), stale)


def write(record: Record, root: Path) -> None:
    """Keep a record and render the page anew."""
    path = root / FOLDER / f"{record.scanner}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(record), indent=1, ensure_ascii=False) + "\n", "utf-8")
    (root / PAGE).write_text(render(root), "utf-8")


def render(root: Path) -> str:
    """The page of all records that there are."""
    records = [json.loads(path.read_text("utf-8")) for path in sorted((root / FOLDER).glob("*.json"))]
    parts = [_HEAD, *(_section(record) for record in records)]
    return "\n".join(parts)


_HEAD = """# What outside scanners say

Written by the last run of each (`./lodge test --slow security`, or `./lodge test --slow bandit`: that one), from
[scanners/](scanners/). Each runs in an environment of its own from hashed pins (`workbench/scanners`), against the code
or against a real server on loopback with the sample organisation, and each is shown something that is wrong on purpose:
**a scanner that overlooks what was planted has not passed.** What a scanner finds is mended, or stands in
`workbench/scanners/judged.toml` with the reason; anything else fails the run. A clean scan proves no absence: it says
that these tools, asked this, found nothing more. One that cannot be installed is skipped, says so (`NOT SCANNED`), and
leaves its section as it was.

The server is as it is delivered. What its limits of requests have counted is forgotten ten times a second, for else
they would stop every scanner within seconds. To schemathesis, a refusal of data of the right form by 409, 412, 422 or
428 is an answer: it names what is not there, was changed meanwhile, or has no version named.
"""


def _section(record: dict[str, object]) -> str:
    def lines(name: str) -> str:
        return "".join(f"- {item}\n" for item in _list(record, name))

    judged = "".join(
        f"- {item['rule']} in `{item['place']}` ({item['count']}): {item['reason']}\n"
        for item in _list(record, "judged")
    )
    found = "".join(f"- {item['rule']}: {item['place']}\n" for item in _list(record, "found"))
    missed = "".join(f"- **overlooked**: {item}\n" for item in _list(record, "missed"))
    return (
        f"## {record['scanner']} {record['version']}, {record['date']}\n\nAsked:\n\n{lines('asked')}\n"
        f"The planted control:\n\n{missed}{lines('control')}\nFound, and mended nowhere yet:{_or_nothing(found)}\n"
        f"Found, and judged to stay:{_or_nothing(judged)}"
    )


def _or_nothing(lines: str) -> str:
    return f"\n\n{lines}" if lines else " nothing.\n"


def _list(record: dict[str, object], name: str) -> list[dict[str, object]]:
    value = record[name]
    assert isinstance(value, list)  # noqa: S101  the file's own shape
    return value
