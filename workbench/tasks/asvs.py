"""The self-assessment by OWASP ASVS 5.0, level 2, made from what docs/security/asvs says of each requirement.

python -m workbench.tasks.asvs       write docs/security/asvs.md
./lodge check asvs                   fail where a requirement, a test or a file is missing, or the page is another
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from workbench.tasks.asvs_entries import STATUSES, Chapter, Entry, find_faults, read_chapters, read_ids
from workbench.tasks.gate import Findings
from workbench.tasks.tree import CHECKOUT

PAGE = Path("docs", "security", "asvs.md")
_MADE_BY = "python -m workbench.tasks.asvs"
_BEGINNING = """# OWASP ASVS 5.0, level 2

How Lodge stands to each requirement, of levels 1 and 2, of the
[Application Security Verification Standard 5.0.0](https://owasp.org/www-project-application-security-verification-standard/),
as its makers see it. Nobody else has verified it, and it is no certificate. What a requirement asks is said here in a
few words of ours; the standard's are what counts. What is judged is the repository, and a server as `lodge-cloud init`
and `docs/operate` set it up.

- **met**: a test or a file of this repository shows it. Where only a part of it is there, it is not met.
- **not applicable**: Lodge has nothing that it speaks of, and the note says what.
- **not met**: the note says what is missing, and what is linked shows the part that is there.

Made from the files in [asvs](asvs) by `{made_by}`; `./lodge check asvs` compares, and
fails where a requirement is left out, or a test or file that is named here is not there.

{counts}
"""


def render(chapters: Iterable[Chapter], ids: dict[str, int]) -> str:
    """The page."""
    chapters = list(chapters)
    parts = [_BEGINNING.format(made_by=_MADE_BY, counts=_counts(chapters)).rstrip("\n")]
    parts += [_chapter(chapter, ids) for chapter in chapters]
    return "\n\n".join(parts) + "\n"


def check_asvs(root: Path) -> Findings:
    """Hold what is said to its rules, and the page to what is said."""
    try:
        chapters, ids = read_chapters(root), read_ids(root)
    except (OSError, ValueError) as error:
        return Findings((str(error),))
    faults = tuple(find_faults(root, chapters, ids))
    if faults:
        return Findings(faults)
    page = root / PAGE
    if page.is_file() and page.read_text(encoding="utf-8") == render(chapters, ids):
        return Findings()
    return Findings((f"{PAGE}: differs from what docs/security/asvs says; run {_MADE_BY}",))


def main() -> int:
    """Write the page, unless what is said breaks a rule."""
    chapters, ids = read_chapters(CHECKOUT), read_ids(CHECKOUT)
    faults = list(find_faults(CHECKOUT, chapters, ids))
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    (CHECKOUT / PAGE).write_text(render(chapters, ids), encoding="utf-8")
    print(f"{PAGE} written")
    return 0


def _counts(chapters: list[Chapter]) -> str:
    lines = [f"| | {' | '.join(STATUSES)} | all |", "|---|" + "--:|" * (len(STATUSES) + 1)]
    whole: Counter[str] = Counter()
    for chapter in chapters:
        counted = Counter(entry.status for entry in chapter.entries)
        whole += counted
        lines.append(f"| [V{chapter.number} {chapter.title}](#{_anchor(chapter)}) | {_figures(counted)} |")
    return "\n".join([*lines, f"| **all** | {_figures(whole)} |"])


def _figures(counted: Counter[str]) -> str:
    return " | ".join(str(figure) for figure in (*(counted[status] for status in STATUSES), counted.total()))


def _anchor(chapter: Chapter) -> str:
    """The address that a heading gets where Markdown is shown."""
    kept = (sign for sign in f"v{chapter.number} {chapter.title}".lower() if sign.isalnum() or sign in " -")
    return "".join(kept).replace(" ", "-")


def _chapter(chapter: Chapter, ids: dict[str, int]) -> str:
    head = [
        f"## V{chapter.number} {chapter.title}",
        "",
        "| | level | asks | status | shown by, or why |",
        "|---|--:|---|---|---|",
    ]
    return "\n".join([*head, *(_row(entry, ids[entry.number]) for entry in chapter.entries)])


def _row(entry: Entry, level: int) -> str:
    note = entry.note.replace("|", "\\|")
    said = "; ".join(filter(None, (note, ", ".join(_link(cited) for cited in entry.shown))))
    status = f"**{entry.status}**" if entry.status == STATUSES[-1] else entry.status
    return f"| {entry.number} | {level} | {entry.asks} | {status} | {said} |"


def _link(cited: str) -> str:
    path, _, test = cited.partition("::")
    return f"[`{test or path}`](../../{path})"


if __name__ == "__main__":
    sys.exit(main())
