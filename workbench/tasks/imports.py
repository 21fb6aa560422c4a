"""Who may import whom: the contracts of pyproject.toml, by import-linter."""

from __future__ import annotations

import sys
from pathlib import Path

from workbench.tasks.gate import Findings, outcome_of

# import-linter cannot be started with `python -m`, and its script does not survive a moved checkout.
_COMMAND = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def check_imports(root: Path) -> Findings:
    """Judge the packages under `root` by the contracts in its pyproject.toml; the report is the problem."""
    cache = str(root / ".lodge" / "cache" / "imports")
    return outcome_of([sys.executable, "-P", "-c", _COMMAND, "--no-logo", "--cache-dir", cache], root)
