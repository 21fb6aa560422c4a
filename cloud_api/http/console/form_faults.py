"""What is wrong with a form, by the names of its inputs: faults name places of an entry, such as ``steps[1]``."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cloud_api.http.console.filled_forms import Filled

_FAULT = re.compile(r'(?P<place>[\w.\[\]]+(?:\."[^"]*")?): (?P<said>.*)', re.DOTALL)
_ROWS = frozenset({"fields", "quiz"})
"""Lists whose entries have pages of their own: what is wrong with one stands at its row."""
_OF_LIST = re.compile(r"(?P<list>\w+)\[(?P<index>\d+)\](?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Sentences by the name of an input; ``""`` for what is wrong with the whole."""

    said: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.said)

    def at(self, name: str) -> str:
        """What is wrong with one input, or nothing."""
        return " ".join(words for found, words in self.said if found == name)

    def under(self, name: str) -> str:
        """What is wrong with a part of a form, or nothing."""
        return " ".join(words for found, words in self.said if found == name or found.startswith(f"{name}."))


def wrong_with(faults: Iterable[str], form: Filled, inside: Callable[[str], str] = lambda fault: fault) -> Wrong:
    """Faults by input. ``inside``: takes from a fault the place of the entry within the organisation's file."""
    return Wrong(tuple(_placed(inside(fault), form) for fault in faults))


def without_place(pattern: str) -> Callable[[str], str]:
    """Takes the place of an entry away, such as ``visitor_types[3].``, where a fault begins with it."""
    begins = re.compile(pattern)
    return lambda fault: begins.sub("", fault, count=1)


def labelled(wrong: Wrong, labels: Mapping[str, str], form: Filled) -> list[tuple[str, str, str]]:
    """Each fault with the id of what it stands beside, and what that is called; for the list at the top of a page."""
    found = []
    for name, words in wrong.said:
        part = name.partition(".")[0]
        rows = [f"{part}.{entry}" for entry in form.all(part)]
        row = next((row for row in rows if name.startswith(f"{row}.") and part in _ROWS), None)
        found.append(("when" if part == "when" else row or name, labels.get(part, ""), words))
    return found


def _placed(fault: str, form: Filled) -> tuple[str, str]:
    found = _FAULT.fullmatch(fault)
    if found is None:
        return "", _sentence(fault)
    place = found["place"].replace('"', "")
    of_list = _OF_LIST.fullmatch(place)
    if of_list is not None:
        entries = form.all(of_list["list"])
        index = int(of_list["index"])
        entry = f".{entries[index]}" if index < len(entries) else ""
        place = f"{of_list['list']}{entry}{of_list['rest']}"
    return re.sub(r"\[\d+\]", "", place), _sentence(found["said"])


def _sentence(said: str) -> str:
    words = said.strip()
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith(('.', '?', '!')) else '.'}"
