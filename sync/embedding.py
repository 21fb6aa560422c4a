"""How deep each sign of a text lies (Unicode annex 9, W1 to I2): python-bidi's steps, and brackets in pairs (N0)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TypedDict

from bidi import algorithm
from bidi.mirror import MIRRORED

OBJECT = "\ufffc"
"""Stands in a text for what is put in order by itself."""


class Sign(TypedDict):
    """A sign as python-bidi keeps it, with its place in the text."""

    ch: str
    level: int
    type: str
    at: int


def embedding_levels(text: str, base: int) -> list[int]:
    """Return the level of each sign of a text whose own is ``base``; what is not drawn has that of the sign before."""
    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base % 2]
    algorithm.get_embedding_levels(text, storage)
    for at, sign in enumerate(storage["chars"]):
        sign["at"] = at
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _resolve_brackets(storage["chars"], "LR"[base % 2])
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    found = {sign["at"]: sign["level"] for sign in storage["chars"]}
    levels: list[int] = []
    for at in range(len(text)):
        levels.append(found.get(at, levels[-1] if levels else base))
    return levels


def _resolve_brackets(signs: list[Sign], base: str) -> None:
    """N0: a pair of brackets runs as what it holds, "Co. (Ltd.)" in Hebrew; but as the text around, where that is in it
    or before it.
    """
    for opening, closing in sorted(_pairs(signs)):
        inside = {_strong(sign) for sign in signs[opening + 1 : closing]}
        other = "L" if base == "R" else "R"
        if base in inside:
            direction = base
        elif other in inside:
            before = (_strong(sign) for sign in reversed(signs[:opening]))
            direction = other if next((found for found in before if found), base) == other else base
        else:
            continue
        signs[opening]["type"] = signs[closing]["type"] = direction


def _pairs(signs: list[Sign]) -> Iterator[tuple[int, int]]:
    """BD16."""
    opened: list[tuple[int, str]] = []
    for at, sign in enumerate(signs):
        if sign["type"] != "ON":
            continue
        category = unicodedata.category(sign["ch"])
        if category == "Ps" and sign["ch"] in MIRRORED:
            opened.append((at, MIRRORED[sign["ch"]]))
        elif category == "Pe":
            fitting = [number for number, (_, closes) in enumerate(opened) if closes == sign["ch"]]
            if fitting:
                yield opened[fitting[-1]][0], at
                del opened[fitting[-1] :]


def _strong(sign: Sign) -> str:
    """L, R or nothing; numbers count as R."""
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(sign["type"], "")
