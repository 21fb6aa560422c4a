"""JSON Schemas of the feed's pages and of badge templates, made from the structures that read them.

python -m workbench.tasks.schemas      write docs/schemas/*.json
./lodge check schemas                  fail where they are not what the structures say
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from printers.template_shape import TemplateShape
from sync.protocol.exchange import FeedAnswer
from sync.protocol.feed import SHAPES, PageHead, orders
from workbench.tasks.gate import Findings
from workbench.tasks.tree import CHECKOUT

FOLDER = Path("docs", "schemas")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MADE_BY = "python -m workbench.tasks.schemas"


def schemas() -> dict[str, str]:
    """Every schema as it is stored, by file name."""
    shapes: dict[str, type[msgspec.Struct]] = {kind.value: shape for kind, shape in SHAPES.items()}
    shapes |= {"page-head": PageHead, "feed-answer": FeedAnswer, "command": orders.Command}
    shapes |= {"badge-template": TemplateShape}
    return {f"{name}.json": _text(name, shape) for name, shape in shapes.items()}


def check_schemas(root: Path) -> Findings:
    """Compare what is stored with what the structures say."""
    made = schemas()
    folder = root / FOLDER
    stored = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    problems = [f"{FOLDER / name}: is of no page any more" for name in sorted(stored.keys() - made.keys())]
    problems += [
        f"{FOLDER / name}: {'differs from what the structures say' if name in stored else 'is missing'}; run {_MADE_BY}"
        for name, text in sorted(made.items())
        if stored.get(name) != text
    ]
    return Findings(tuple(problems))


def main() -> int:
    """Write every schema."""
    folder = CHECKOUT / FOLDER
    folder.mkdir(exist_ok=True)
    made = schemas()
    for path in folder.glob("*.json"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    print(f"{len(made)} schemas written to {FOLDER}")
    return 0


def _text(name: str, shape: type[msgspec.Struct]) -> str:
    (root,), components = msgspec.json.schema_components([shape], ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {"$schema": _DIALECT, "title": name, **root, "$defs": components}
    return json.dumps(_tidied(schema), indent=1, ensure_ascii=False) + "\n"


def _tidied(value: object) -> object:
    """Descriptions without the indentation of docstrings, patterns as ECMA 262 writes them."""
    if isinstance(value, dict):
        return {name: _tidied_member(name, member) for name, member in value.items()}
    return [_tidied(item) for item in value] if isinstance(value, list) else value


def _tidied_member(name: str, member: object) -> object:
    if name == "description" and isinstance(member, str):
        return inspect.cleandoc(member)
    if name == "pattern" and isinstance(member, str):
        return member.replace("\\Z", "$")
    return _tidied(member)


if __name__ == "__main__":
    sys.exit(main())
