"""From a line of text to pieces that one font can draw, in the order in which they stand on paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bidi import algorithm as unicode_bidi

from printers.layout import isolates
from printers.layout.faces import DRAWN_BY_THEIR_NEIGHBOURS, Face, Role, choose_face
from printers.layout.text import BOX, clusters

_LTR, _RTL = "ltr", "rtl"
_OBJECT = "\ufffc"
"""What an isolate is to the line around it: one sign without a direction (UAX 9, BD9)."""


@dataclass(frozen=True)
class Run:
    """Text of one face and one direction, in logical order."""

    text: str
    face: Face
    direction: str


def visual_runs(line: str, role: Role, *, right_to_left: bool) -> list[Run]:
    """Return the runs of one line from left to right on paper.

    Levels come from the Unicode bidirectional algorithm (UAX 9); rule L2 is applied to whole runs, because
    Pillow's raqm orders the letters inside each.
    """
    levelled = _levelled(line, role, right_to_left=right_to_left)
    runs: list[tuple[int, Run]] = []
    for (level, face), group in groupby(levelled, key=lambda piece: (piece[0], piece[1])):
        text = "".join(piece[2] for piece in group)
        runs.append((level, Run(text=text, face=face, direction=_RTL if level % 2 else _LTR)))
    return [run for _, run in _reordered(runs)]


def _levelled(line: str, role: Role, *, right_to_left: bool) -> list[tuple[int, Face, str]]:
    """Pieces with their embedding levels; an isolate's are those of a line by itself, above that of its place."""
    found: list[tuple[str, Face | list[tuple[int, Face, str]]]] = []
    for part, direction in isolates.parts(line):
        if direction is None:
            found += _pieces(part, role)
        else:
            found.append((_OBJECT, _levelled(part, role, right_to_left=direction)))
    levels = _levels("".join(text for text, _ in found), right_to_left=right_to_left)
    levelled: list[tuple[int, Face, str]] = []
    position = 0
    for text, face in found:
        level = levels[position]
        position += len(text)
        if isinstance(face, list):
            levelled += [(inner + (level // 2 + 1) * 2, inner_face, inside) for inner, inner_face, inside in face]
        else:
            levelled.append((level, face, text))
    return levelled


def _pieces(line: str, role: Role) -> list[tuple[str, Face]]:
    pieces: list[tuple[str, Face]] = []
    preferred: Face | None = None
    for cluster in clusters(line):
        face = choose_face(cluster, role, preferred)
        if face is not None:
            pieces.append((cluster, face))
            preferred = face
            continue
        for character in cluster:
            if character in DRAWN_BY_THEIR_NEIGHBOURS:
                continue
            alone = choose_face(character, role, preferred)
            box_face = choose_face(BOX, role, None)
            if alone is not None:
                pieces.append((character, alone))
            elif box_face is not None:
                pieces.append((BOX, box_face))
    return pieces


def _levels(text: str, *, right_to_left: bool) -> list[int]:
    """Embedding level of each character; characters that the algorithm removes take their neighbour's."""
    storage: Any = unicode_bidi.get_empty_storage()
    storage["base_level"] = 1 if right_to_left else 0
    storage["base_dir"] = "R" if right_to_left else "L"
    unicode_bidi.get_embedding_levels(text, storage)
    unicode_bidi.explicit_embed_and_overrides(storage)
    unicode_bidi.resolve_weak_types(storage)
    unicode_bidi.resolve_neutral_types(storage, False)
    unicode_bidi.resolve_implicit_levels(storage, False)
    resolved = [(entry["ch"], entry["level"]) for entry in storage["chars"]]
    levels: list[int] = []
    index = 0
    for character in text:
        if index < len(resolved) and resolved[index][0] == character:
            levels.append(resolved[index][1])
            index += 1
        else:
            levels.append(levels[-1] if levels else storage["base_level"])
    return levels


def _reordered(runs: list[tuple[int, Run]]) -> list[tuple[int, Run]]:
    """Rule L2: from the highest level down to the lowest odd one, reverse every stretch at or above it."""
    ordered = list(runs)
    highest = max((level for level, _ in runs), default=0)
    for level in range(highest, 0, -1):
        start = 0
        while start < len(ordered):
            if ordered[start][0] < level:
                start += 1
                continue
            end = start
            while end < len(ordered) and ordered[end][0] >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = end
    return ordered
