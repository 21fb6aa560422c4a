"""Lines of paper that are put together: each part reads whole in its own direction, the line in that of the language.

Names are isolated before they go into a sentence; ``clean`` makes them drawable first, as the paper's own text is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiosk.evacuation_list.muster_belief import belief
from kiosk.evacuation_list.remarks import remarks
from kiosk.ports import EvacuationList, PersonOnSite
from kiosk.words.catalogue import Words
from printers.layout.isolates import isolated, paragraph_toward

Clean = Callable[[str], str]


def runs_from_the_right(words: Words) -> bool:
    """Whether a page in this language begins at its right edge."""
    return words.direction == "rtl"


def sentence(text: str, words: Words) -> str:
    """A line or paragraph in the direction of its language, whatever it begins with."""
    return paragraph_toward(text, right_to_left=runs_from_the_right(words))


def beside(parts: Iterable[str]) -> str:
    """Parts beside each other, those that there are."""
    return " · ".join(isolated(part) for part in parts if part)


def belief_on_paper(people: EvacuationList, words: Words, clean: Clean) -> str:
    """How far to believe the list, in full."""
    return sentence(" ".join(belief(people, words, lambda name: isolated(clean(name)))).strip(), words)


def remarks_on_paper(entry: PersonOnSite, words: Words, clean: Clean) -> tuple[str, ...]:
    """What is said of a person beside who they are."""
    return tuple(sentence(said, words) for said in remarks(entry, words, lambda name: isolated(clean(name))))
