"""One measured figure and what it stands beside."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A figure: ``ratio`` is ours divided by the other's; ``ok`` is ``ratio <= bar`` (``None``: nothing to judge)."""

    name: str
    value: float
    unit: str
    beside: str
    ratio: float | None
    bar: float | None
    ok: bool | None
    runs: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Seconds of ours and of the other, measured in turn."""

    ours: list[float]
    other: list[float]

    @property
    def ratio(self) -> float:
        """Ours at the median, divided by the other at the median."""
        return median(self.ours) / median(self.other)


def measure_in_turn(ours: Callable[[int], float], other: Callable[[int], float], *, runs: int, warm: int) -> Pair:
    """Call both in turn; each returns the seconds that count. The first ``warm`` rounds are left out."""
    pair = Pair([], [])
    for index in range(runs + warm):
        first, second = ours(index), other(index)
        if index >= warm:
            pair.ours.append(first)
            pair.other.append(second)
    return pair


def at_most(name: str, pair: Pair, *, beside: str, bar: float | None) -> Row:
    """The row of a time that must not exceed ``bar`` times the other's (``None``: one to know); the value is in
    milliseconds, p50.
    """
    ratio = round(pair.ratio, 3)
    return Row(
        name=name,
        value=round(median(pair.ours) * 1000, 3),
        unit="ms p50",
        beside=beside,
        ratio=ratio,
        bar=bar,
        ok=None if bar is None else ratio <= bar,
        runs=len(pair.ours),
    )


def at_least(name: str, pair: Pair, *, units: int, unit: str, beside: str, bar: float | None) -> Row:
    """The row of a throughput that must reach ``bar`` times the other's (``None``: one to know); each run handles
    ``units`` things.
    """
    ratio = round(1 / pair.ratio, 3)
    return Row(
        name=name,
        value=round(units / median(pair.ours)),
        unit=unit,
        beside=beside,
        ratio=ratio,
        bar=bar,
        ok=None if bar is None else ratio >= bar,
        runs=len(pair.ours),
    )


def beside(name: str, value: float, unit: str, other: float, what: str, *, bar: float | None) -> Row:
    """The row of a figure and another one in the same unit; ``bar`` is the highest ratio, ``None`` for one to know."""
    ratio = round(value / other, 3)
    ok = None if bar is None else ratio <= bar
    return Row(name=name, value=round(value, 3), unit=unit, beside=what, ratio=ratio, bar=bar, ok=ok, runs=1)


def skipped(name: str, why: str) -> Row:
    """The row of what could not be measured here."""
    return Row(name=name, value=0, unit="", beside=f"skipped: {why}", ratio=None, bar=None, ok=None, runs=0)
