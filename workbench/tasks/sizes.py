"""Size budget: a file or function that outgrows it hides a concept that has no name yet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from workbench.tasks.gate import Findings
from workbench.tasks.tree import kept_files

FILE_LINES = 320
FUNCTION_LINES = 50


def check_sizes(root: Path) -> Findings:
    """Find Python files and shell scripts, and Python functions, that are longer than the budget."""
    problems: list[str] = []
    for path in kept_files(root):
        if path.suffix not in {".py", ".sh"} and path != root / "lodge":
            continue
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        lines = len(text.splitlines())
        if lines > FILE_LINES:
            problems.append(f"{name}: {lines} lines; a file may have {FILE_LINES}")
        if path.suffix == ".py":
            problems += [f"{name}:{problem}" for problem in _long_functions(text)]
    return Findings(tuple(problems))


def _long_functions(text: str) -> Iterator[str]:
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        yield f"{error.lineno}: cannot be parsed: {error.msg}"
        return
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {lines} lines; a function may have {FUNCTION_LINES}"
