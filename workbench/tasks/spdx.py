"""Licence expressions (SPDX annex D): which of their licences are outside a given set.

>>> refused_by("MIT AND GPL-2.0-only", frozenset({"MIT"}))
['GPL-2.0-only']
>>> refused_by("MIT OR GPL-2.0-only", frozenset({"MIT"}))
[]
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(r"[()]|[^\s()]+")


class LicenceExpressionError(ValueError):
    """The text is no SPDX expression."""


def refused_by(expression: str, allowed: frozenset[str]) -> list[str]:
    """Return the licences that stand in the way, [] when the expression can be met within `allowed`.

    `A OR B` is met by either, `A AND B` by both; `A WITH exception` counts as A: exceptions only permit more.
    """
    tokens = _TOKEN.findall(expression)
    known = {name.lower() for name in allowed}
    refused = _alternatives(tokens, known)
    if tokens:
        raise LicenceExpressionError(f"unexpected {tokens[0]!r} in {expression!r}")
    return refused


def _alternatives(tokens: list[str], known: set[str]) -> list[str]:
    return _joined(tokens, "or", _conjunction, known, lambda left, right: left and right and left + right)


def _conjunction(tokens: list[str], known: set[str]) -> list[str]:
    return _joined(tokens, "and", _licence, known, lambda left, right: left + right)


def _joined(
    tokens: list[str],
    word: str,
    part: Callable[[list[str], set[str]], list[str]],
    known: set[str],
    join: Callable[[list[str], list[str]], list[str]],
) -> list[str]:
    refused = part(tokens, known)
    while tokens and tokens[0].lower() == word:
        tokens.pop(0)
        refused = join(refused, part(tokens, known))
    return refused


def _licence(tokens: list[str], known: set[str]) -> list[str]:
    if not tokens or tokens[0] == ")" or tokens[0].lower() in {"and", "or", "with"}:
        raise LicenceExpressionError("a licence is missing")
    name = tokens.pop(0)
    if name == "(":
        refused = _alternatives(tokens, known)
        if not tokens or tokens.pop(0) != ")":
            raise LicenceExpressionError("a bracket is not closed")
        return refused
    if tokens and tokens[0].lower() == "with":
        del tokens[:2]
    return [] if name.lower() in known else [name]
