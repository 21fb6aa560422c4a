"""The keyboard's behaviour: what a key does to the field in use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import (
    BY_SYLLABLE,
    CHOICES,
    LATIN_FIRST,
    FieldKind,
    Key,
    has_capitals,
    layout_for,
    layouts,
    rows,
    with_choices,
)
from kiosk.words.catalogue import Words
from kiosk.words.pinyin import Syllable, syllable_before, with_sign
from sync.visual_order import runs_right_to_left

_BY_SYLLABLE = frozenset({FieldKind.NAME, FieldKind.PLAIN, FieldKind.SEARCH})


@dataclass(frozen=True, slots=True)
class KeyboardState:
    """The keys to show; equal states are the same picture, so views may keep one widget for each."""

    rows: tuple[tuple[Key, ...], ...]


class Typing:
    """One keyboard over one or more fields. ``entry`` is the text that keys change."""

    def __init__(self, words: Words, language: str, *, digits: bool) -> None:
        self._words = words
        self._layout = self._chosen = language if language in layouts() else layouts()[0]
        self._digits = digits
        self._letters = True
        self._shift = False
        self._by_hand = False
        self._page = 0
        self.kind = FieldKind.NAME
        self.entry = TextEntry()
        self.go_on = "key.next"

    def use(self, kind: FieldKind, entry: TextEntry, go_on: str) -> None:
        """Turn to another field; ``go_on`` is the sentence on the key that leads on."""
        self.kind, self.entry, self.go_on = kind, entry, go_on
        self._letters, self._by_hand = True, False
        self._layout = layout_for(kind, self._chosen)
        self._settle()

    def press(self, key: str, forward: Callable[[], None]) -> None:
        """Do what the key with this id does; ``forward`` is called for the key that leads on."""
        if key == "next":
            forward()
        elif key.startswith("choice."):
            self._choose(key.removeprefix("choice."))
        elif key == "symbols":
            self._letters = not self._letters
        elif key == "layout":
            names = layouts()
            self._layout = names[(names.index(self._layout) + 1) % len(names)]
            if self.kind not in LATIN_FIRST:
                self._chosen = self._layout
            self._by_hand = False
            self._settle()
        elif key == "shift":
            self._shift, self._by_hand = not self._shift, True
        elif key == "delete":
            self.entry = self.entry.delete()
            self._settle()
        else:
            self.type(" " if key == "space" else self._label(key))

    def move(self, signs: int) -> bool:
        """Move the cursor a sign to the right (1) or to the left (-1), as it is seen; ``False`` where there is none."""
        if not self.entry.text:
            return False
        self.entry = self.entry.step(-signs if runs_right_to_left(self.entry.text) else signs)
        self._settle()
        return True

    def type(self, text: str) -> None:
        """Put characters into the field, as a key, an accent or a real keyboard does."""
        if self.kind is FieldKind.EMAIL:
            text = text.replace(" ", "")
        if len(text) == 1 and text in "123456789" and self._syllable is not None:
            self._choose(str(int(text) - 1))
            return
        if self.kind is FieldKind.CODE:
            text = "".join(character for character in text.upper() if character.isalnum())
        self.entry = self.entry.insert(text)
        self._by_hand = False
        self._settle()

    def _settle(self) -> None:
        """Begin words of a name with a capital, unless the visitor decided about shift."""
        self._page = 0
        if self._by_hand:
            return
        if not has_capitals(self._layout):
            self._shift = False
            return
        before = self.entry.text[: self.entry.cursor]
        if self.kind is FieldKind.PLATE:
            self._shift = True
        elif self.kind is FieldKind.NAME:
            self._shift = not before or before[-1] in " -'’"
        else:
            self._shift = self.kind is FieldKind.PLAIN and (not before or before[-1] == " ")

    @property
    def _syllable(self) -> Syllable | None:
        """What a character is to be chosen for, where characters are typed by syllables."""
        if self._layout != BY_SYLLABLE or self.kind not in _BY_SYLLABLE or not self._letters:
            return None
        return syllable_before(self.entry.text[: self.entry.cursor])

    def _choose(self, choice: str) -> None:
        """Put a character in the place of its syllable, or show the next ones."""
        syllable = self._syllable
        if syllable is None:
            return
        if choice == "more":
            self._page = (self._page + CHOICES) % (-(-len(syllable.signs) // CHOICES) * CHOICES)
            return
        shown = syllable.signs[self._page : self._page + CHOICES]
        if int(choice) < len(shown):
            before, after = self.entry.text[: self.entry.cursor], self.entry.text[self.entry.cursor :]
            made = with_sign(before, syllable, shown[int(choice)])
            self.entry = self.entry.with_text(made + after).place(len(made))
            self._by_hand = False
            self._settle()

    def _label(self, key: str) -> str:
        for row in self.state().rows:
            for candidate in row:
                if candidate.id == key and not candidate.function:
                    return candidate.label
        return ""

    def state(self) -> KeyboardState:
        """Return the keys as they stand now."""
        labels = (self._words.say("key.space"), self._words.say(self.go_on))
        by_syllable = self._layout == BY_SYLLABLE and self.kind in _BY_SYLLABLE
        made = rows(
            self._layout,
            self.kind,
            labels,
            shift=self._shift,
            letters=self._letters,
            digits=self._digits or by_syllable,
        )
        syllable = self._syllable
        if syllable is None:
            return KeyboardState(made)
        shown = syllable.signs[self._page : self._page + CHOICES]
        return KeyboardState(with_choices(made, shown, more=len(syllable.signs) > CHOICES))
