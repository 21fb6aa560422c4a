"""docs/feed.md explains every page and every member, and the schemas are those of the structures."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect

from sync.protocol.feed import LISTINGS, SHAPES, PageKind
from workbench.tasks.schemas import FOLDER, check_schemas

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "feed.md").read_text(encoding="utf-8")


def members(kind: inspect.Type) -> Iterator[str]:
    """Every member of a structure and of those within."""
    match kind:
        case inspect.Metadata():
            yield from members(kind.type)
        case inspect.StructType():
            for field in kind.fields:
                yield field.encode_name
                yield from members(field.type)
        case inspect.VarTupleType():
            yield from members(kind.item_type)
        case inspect.DictType():
            yield from members(kind.value_type)
        case inspect.UnionType():
            for one in kind.types:
                yield from members(one)


@pytest.mark.parametrize("kind", list(PageKind))
def test_every_page_and_member_is_explained(kind: PageKind) -> None:
    assert f"## `{kind}`" in TEXT
    assert f"| `{kind}` |" in TEXT
    listed = {LISTINGS[kind].member} if kind in LISTINGS else set()
    assert [name for name in members(inspect.type_info(SHAPES[kind])) if f"`{name}`" not in TEXT] == []
    assert all(f"`: `{name}`" in TEXT for name in listed)


@pytest.mark.parametrize("kind", list(LISTINGS))
def test_the_list_is_the_last_member_and_its_entries_have_the_name_that_tells_them_apart(kind: PageKind) -> None:
    shape = inspect.type_info(SHAPES[kind])
    assert isinstance(shape, inspect.StructType)
    assert shape.fields[-1].encode_name == LISTINGS[kind].member
    entries = shape.fields[-1].type
    assert isinstance(entries, inspect.VarTupleType)
    assert isinstance(entries.item_type, inspect.StructType)
    assert LISTINGS[kind].key in [field.encode_name for field in entries.item_type.fields]


def test_a_schema_that_drifts_is_found(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for path in (ROOT / FOLDER).glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    assert check_schemas(tmp_path).ok
    (folder / "hosts.json").write_text(msgspec.json.encode({}).decode())
    (folder / "gone.json").write_text("{}")
    (folder / "roster.json").unlink()
    problems = check_schemas(tmp_path).problems
    assert [problem.partition(":")[0] for problem in problems] == [
        "docs/schemas/gone.json",
        "docs/schemas/hosts.json",
        "docs/schemas/roster.json",
    ]
