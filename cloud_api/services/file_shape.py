"""What is wrong with the shape of a JSON file: all of it at once, by place, in words for whoever wrote the file.

Usage::

    value = read_json(raw)
    faults = list(find_faults(value, OrganisationFile))     # 'sites[0].key: use small letters, digits and hyphens'

The shape is that of a msgspec struct. What a pattern asks for is said by ``Meta(pattern=..., extra={SAY: "..."})``.
"""

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from msgspec import inspect

from cloud_api.counting import counted
from cloud_api.errors import ConfigurationError

SAY = "say"
_MOST_SHOWN = 60


class _Members(dict[str, Any]):
    """An object's members, and which names were given more than once."""

    twice: tuple[str, ...] = ()


def read_json(raw: bytes) -> object:
    """A file's content, for ``find_faults``.

    Raises:
        ConfigurationError: it is not JSON; the message says where.
    """
    try:
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_members, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        fault = f"{error.msg[:1].lower()}{error.msg[1:]}".removesuffix(" at")
        raise ConfigurationError(
            f"the file is not JSON: {fault} at line {error.lineno}, column {error.colno}"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("the file is not JSON: it is not text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError("the file is not JSON that can be read") from error


def find_faults(value: object, shape: type) -> Iterator[str]:
    """Every fault of a value that ``read_json`` gave."""
    yield from _look(value, inspect.type_info(shape), "", "")


def quoted(text: str) -> str:
    """What somebody wrote, on one line and not too long."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in text[:_MOST_SHOWN])
    return f'"{shown}{"..." if len(text) > _MOST_SHOWN else ""}"'


def _look(value: object, kind: inspect.Type, path: str, say: str) -> Iterator[str]:
    match kind:
        case inspect.Metadata():
            yield from _look(value, kind.type, path, str((kind.extra or {}).get(SAY, "")))
        case inspect.UnionType():
            if value is not None:
                (only,) = (item for item in kind.types if not isinstance(item, inspect.NoneType))
                yield from _look(value, only, path, say)
        case inspect.StructType():
            yield from _look_at_members(value, kind, path)
        case inspect.VarTupleType():
            yield from _look_at_entries(value, kind, path)
        case inspect.DictType():
            yield from _look_at_map(value, kind, path)
        case _:
            yield from _look_at_leaf(value, kind, path or "the file", say)


def _look_at_leaf(value: object, kind: inspect.Type, where: str, say: str) -> Iterator[str]:
    match kind:
        case inspect.StrType():
            yield from _text_fault(value, kind, where, say)
        case inspect.IntType():
            yield from _number_fault(value, kind, where)
        case inspect.BoolType():
            if not isinstance(value, bool):
                yield f"{where}: must be true or false"
        case inspect.LiteralType():
            if value not in kind.values:
                yield f"{where}: must be one of {', '.join(quoted(str(item)) for item in kind.values)}"
        case _:
            raise TypeError(f"no words for a shape of the sort {type(kind).__name__}")


def _look_at_members(value: object, kind: inspect.StructType, path: str) -> Iterator[str]:
    where = path or "the file"
    if not isinstance(value, dict):
        yield f"{where}: must be an object, {{...}}"
        return
    yield from _repeated(value, where)
    known = [field.encode_name for field in kind.fields]
    for name in value:
        if name not in known:
            yield f"{where}: there is no {quoted(name)} here; {_nearest(name, known)}"
    for field in kind.fields:
        if field.encode_name in value:
            yield from _look(value[field.encode_name], field.type, _below(path, field.encode_name), "")
        elif field.required:
            yield f"{where}: {quoted(field.encode_name)} is missing"


def _look_at_map(value: object, kind: inspect.DictType, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: must be an object, {{...}}"
        return
    yield from _repeated(value, path)
    for name, item in value.items():
        yield from _look(item, kind.value_type, _below(path, name), "")


def _look_at_entries(value: object, kind: inspect.VarTupleType, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: must be a list, [...]"
        return
    if kind.min_length is not None and len(value) < kind.min_length:
        yield f"{path}: needs at least {'one' if kind.min_length == 1 else kind.min_length}"
    if kind.max_length is not None and len(value) > kind.max_length:
        yield f"{path}: has {len(value)}; {kind.max_length} is the most"
    for index, item in enumerate(value):
        yield from _look(item, kind.item_type, f"{path}[{index}]", "")


def _text_fault(value: object, kind: inspect.StrType, where: str, say: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f'{where}: must be text, "..."'
    elif any("\ud800" <= sign <= "\udfff" for sign in value):
        yield f"{where}: holds half of a character"
    elif kind.min_length and len(value) < kind.min_length:
        yield f"{where}: must not be empty"
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield f"{where}: is longer than {counted(kind.max_length, 'character')}"
    elif kind.pattern is not None and re.search(kind.pattern, value) is None:
        yield f"{where}: {say or 'is not of the form that is asked for'}"


def _number_fault(value: object, kind: inspect.IntType, where: str) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"{where}: must be a whole number"
    elif (kind.ge is not None and value < kind.ge) or (kind.le is not None and value > kind.le):
        yield f"{where}: must be {kind.ge} to {kind.le}"


def _repeated(value: dict[str, Any], where: str) -> Iterator[str]:
    for name in value.twice if isinstance(value, _Members) else ():
        yield f"{where}: {quoted(name)} is there twice"


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name.lower(), known, n=1)
    return f"did you mean {quoted(near[0])}?" if near else f"there may be {', '.join(known)}"


def _below(path: str, name: str) -> str:
    step = name if name.isidentifier() and len(name) <= _MOST_SHOWN else quoted(name)
    return f"{path}.{step}" if path else step


def _members(pairs: list[tuple[str, Any]]) -> _Members:
    found = _Members(pairs)
    if len(found) != len(pairs):
        found.twice = tuple(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
