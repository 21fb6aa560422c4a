"""An entry of the organisation's file by itself: judged by the file's shapes, known by what it says, named."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec

from cloud_api.services.file_shape import find_faults
from cloud_api.services.not_done import Faults

S = TypeVar("S", bound=msgspec.Struct)
_LONGEST_KEY = 40


def read_entry_value(value: object, shape: type[S]) -> S | Faults:
    """An entry from what JSON or a form said, or every fault of its shape, by place."""
    faults = tuple(find_faults(value, shape))
    if faults:
        return Faults(faults)
    try:
        return msgspec.convert(value, type=shape)
    except msgspec.ValidationError as error:
        return Faults((str(error),))


def as_json(entries: object) -> Any:  # noqa: ANN401  JSON of any form
    """Entries as JSON would say them, with lists for tuples, to be read again."""
    return msgspec.json.decode(msgspec.json.encode(entries))


def version_of(entry: msgspec.Struct) -> str:
    """What changes with anything that an entry says: who edits one has seen this version of it."""
    return hashlib.sha256(msgspec.json.encode(entry, order="deterministic")).hexdigest()[:32]


def free_key(words: Mapping[str, str], taken: Collection[str], sort: str) -> str:
    """A key for something new that is called so, in letters that a key may have; ``sort`` and a number where no
    language is written in such letters.
    """
    said = [words[code] for code in sorted(words, key=lambda code: (code != "en", code))]
    made = next((key for key in map(_in_plain_letters, said) if key), sort)
    return next(key for number in range(1, len(taken) + 2) if (key := _numbered(made, number, sort)) not in taken)


def _in_plain_letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_KEY].strip("-")


def _numbered(made: str, number: int, sort: str) -> str:
    return made if number == 1 and made != sort else f"{made}-{number}"
