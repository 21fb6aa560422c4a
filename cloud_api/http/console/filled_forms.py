"""A form as somebody filled it in, kept as it is over requests until it can be saved.

A list whose order matters is one name that comes once for each entry: ``steps=details&steps=photo``. What an entry says
has names that begin with both: ``choices=0&choices.0.words.en=Yes``. A button that is pressed sends ``do``, such as
``steps:up:photo``, which changes the list and saves nothing; without one the form is to be saved.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cloud_api.http.problems import ProblemError

DO = "do"
ON = "on"
_LONGEST_NUMBER = 10
_ACTS = frozenset({"add", "up", "down", "remove"})


@dataclass(frozen=True, slots=True)
class Act:
    """What a button does to a list: ``add``, ``up``, ``down`` or ``remove``. ``entry``: empty for a fresh one."""

    list: str
    way: str
    entry: str


@dataclass(frozen=True, slots=True)
class Filled:
    """Names with their values, in the order of the form."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Filled":
        """A form that came; lines end as they do here, and not as browsers send them."""
        return cls(tuple((name, value.replace("\r\n", "\n").replace("\r", "\n")) for name, value in pairs))

    def text(self, name: str) -> str:
        """The value of a name, or nothing."""
        return next((value for found, value in self.pairs if found == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a name, in order."""
        return tuple(value for found, value in self.pairs if found == name)

    def on(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self.text(name) == ON

    def words(self, name: str) -> dict[str, str]:
        """Texts by language; who leaves one empty has none in it."""
        start = f"{name}."
        told = {found.removeprefix(start): value for found, value in self.pairs if found.startswith(start)}
        return {code: value for code, value in told.items() if value.strip()}

    def under(self, name: str) -> "Filled":
        """What an entry of a list says, by its own names."""
        start = f"{name}."
        return Filled(tuple((found.removeprefix(start), told) for found, told in self.pairs if found.startswith(start)))

    def replaced(self, name: str, values: Iterable[str]) -> "Filled":
        """The same with other values of a name."""
        kept = tuple(pair for pair in self.pairs if pair[0] != name)
        return Filled((*kept, *((name, value) for value in values)))

    def act(self, lists: Collection[str]) -> Act | None:
        """What is to be done to one of these lists; ``None`` where the form is to be saved.

        Raises:
            ProblemError: 422, there is no such button.
        """
        given = self.text(DO)
        if not given or given == "save":
            return None
        name, _, rest = given.partition(":")
        way, _, entry = rest.partition(":")
        if name not in lists or way not in _ACTS:
            raise ProblemError(422, "invalid", "The form is not filled in as it must be")
        return Act(name, way, entry)

    def after(self, act: Act) -> tuple["Filled", Act]:
        """The form with its list changed, and the act with the entry that it came to be about. An entry that is taken
        away is named under ``gone.``.
        """
        held = list(self.all(act.list))
        entry = act.entry or str(max((int(one) for one in held if one.isdecimal()), default=-1) + 1)
        if act.way == "add" and entry not in held:
            held.append(entry)
        elif act.way == "remove" and entry in held:
            held.remove(entry)
            gone = f"gone.{act.list}"
            return self.replaced(act.list, held).replaced(gone, (*self.all(gone), entry)), act
        elif entry in held:
            place = held.index(entry)
            held.insert(max(0, place - 1) if act.way == "up" else place + 1, held.pop(place))
        return self.replaced(act.list, held), Act(act.list, act.way, entry)


def write_words(name: str, words: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Texts by language as a form has them."""
    return ((f"{name}.{code}", text) for code, text in words.items())


def write_ticks(ticks: Mapping[str, bool]) -> Iterable[tuple[str, str]]:
    """Boxes that are ticked."""
    return ((name, ON) for name, ticked in ticks.items() if ticked)


def read_number(text: str, empty: int | None = 0) -> int | str | None:
    """A number, ``empty`` where there is none; what is no number as it was typed, for the shape to refuse."""
    plain = text.strip()
    if not plain:
        return empty
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < _LONGEST_NUMBER else plain


def read_lines(text: str, before: Iterable[str] = ()) -> list[str]:
    """One value a line. What was not touched stays as it was, were it of several lines."""
    held = list(before)
    return held if text == "\n".join(held) else [line.strip() for line in text.split("\n") if line.strip()]
