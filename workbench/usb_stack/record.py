"""What came of the last run: ``docs/usb.json``, and the table in ``docs/printers.md`` that is made from it.

python -m workbench.usb_stack.record       # write the table anew
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.tasks.tree import CHECKOUT

RECORD, PAGE = Path("docs", "usb.json"), Path("docs", "printers.md")
BEGIN, END = "<!-- usb: made by workbench/usb_stack/record.py -->", "<!-- usb ends -->"
STEPS = {
    "whole": "a badge, usblp bound before",
    "stalled": "a printer that takes nothing",
    "stalled_midway": "one that stops taking half way",
    "unplugged_midway": "unplugged half way",
    "unplugged_while_printing": "unplugged while it prints",
}


def keep(root: Path, found: Mapping[str, Any]) -> None:
    """Write what was found, and the table."""
    text = json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (root / RECORD).write_text(text, encoding="utf-8")
    write_table(root)


def write_table(root: Path) -> None:
    """Put the table of the record into the page."""
    page = root / PAGE
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{table(root)}\n\n{END}{after}", encoding="utf-8")


def table(root: Path) -> str:
    """The record as a table."""
    found: dict[str, Any] = json.loads((root / RECORD).read_bytes())
    rows = [
        f"Last run: Linux {found['kernel']}, {found['seconds']} seconds.",
        "",
        "| what happened | outcome | may have printed | seconds | then |",
        "|---|---|---|---|---|",
    ]
    rows += [_row(words, found[name]) for name, words in STEPS.items()]
    return "\n".join(rows)


def _row(words: str, step: Mapping[str, Any]) -> str:
    if "died" in step:
        return f"| {words} | the step died: {step['died']} | | | |"
    doubt = {True: "yes", False: "no"}.get(step.get("may_have_printed", ""), "")
    then = []
    if "absent" in step:
        then.append(f"while it is gone: {step['absent'].get('reason', step['absent']['outcome'])}")
    if "again" in step:
        then.append(f"mended, the next badge: {step['again']['outcome'].lower()}")
    if step.get("usblp_after") or step.get("usblp_after_replug"):
        then.append("usblp holds it again")
    if "badges" in step:
        then.append(f"{step['badges']} in the tray, {step['differing_dots']} dots differ")
    outcome = step.get("reason", step["outcome"].lower())
    return f"| {words} | {outcome} | {doubt} | {step['seconds']} | {'; '.join(then)} |"


if __name__ == "__main__":
    write_table(CHECKOUT)
    sys.exit(0)
