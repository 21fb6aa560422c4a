"""C33, C44: a hand scanner is told from a person by its pace, and nothing of what it reads is typed or pressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kiosk.key_bursts import MOST_SIGNS, KeyBursts
from kiosk.us_keys import US_KEYS
from sync.protocol import base45
from workbench.sample_licence import licence_text

KEY_J = 13
PLACES = {sign: (code, shift) for code, pair in reversed(list(US_KEYS.items())) for shift, sign in enumerate(pair)}
GERMAN = {"y": "z", "z": "y", "Y": "Z", "Z": "Y", "-": "ß", "/": "-", ":": "Ö", "*": "(", "+": "`", ".": "."}
CODE = "7/A $%*+-.:YZ0"


@dataclass
class Keyboard:
    """Keys that go down at moments of our choosing, and what became of them."""

    now: float = 0.0
    scans: list[tuple[str, ...]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    due: list[tuple[float, Callable[[], None]]] = field(default_factory=list)
    bursts: KeyBursts = field(init=False)

    def __post_init__(self) -> None:
        self.bursts = KeyBursts(
            lambda: self.now,
            self.later,
            lambda *readings: self.scans.append(readings),
            self.done.append,
            lambda key: self.done.append(f"<{key}>"),
        )

    def later(self, seconds: float, act: Callable[[], None]) -> Callable[[], None]:
        entry = (self.now + seconds, act)
        self.due.append(entry)
        return lambda: self.due.remove(entry) if entry in self.due else None

    def wait(self, seconds: float) -> None:
        self.now += seconds
        for entry in [each for each in self.due if each[0] <= self.now]:
            self.due.remove(entry)
            entry[1]()

    def send(self, text: str, gap: float = 0.004, layout: dict[str, str] | None = None) -> None:
        for sign in text:
            self.wait(gap)
            if sign == "\n":
                self.bursts.key(0, ends=True)
                continue
            code, shift = PLACES[sign]
            self.bursts.key(code, ["shift"] if shift else [])
            self.bursts.text((layout or {}).get(sign, sign))


def test_f03_a_scanner_s_burst_is_one_code_and_types_nothing() -> None:
    keyboard = Keyboard()
    keyboard.send(CODE + "\n")
    keyboard.wait(0.3)
    assert (keyboard.scans, keyboard.done) == ([(CODE,)], [])


@pytest.mark.parametrize("gap", [0.06, 0.1, 0.2, 0.6])
def test_a_person_types_and_presses_as_ever_however_fast(gap: float) -> None:
    keyboard = Keyboard()
    keyboard.send("odalys fernhollow\n", gap)
    keyboard.wait(1)
    assert ("".join(keyboard.done), keyboard.scans) == ("odalys fernhollow<next>", [])


def test_two_keys_at_once_and_a_quick_end_are_no_scan() -> None:
    keyboard = Keyboard()
    for word in ("the", "re", "\n"):
        keyboard.send(word, 0.0)
        keyboard.wait(0.12)
    assert ("".join(keyboard.done), keyboard.scans) == ("there<next>", [])


def test_frames_that_deliver_keys_in_lots_do_not_cut_a_scan() -> None:
    """A window that was at rest draws five times a second: the first lot waits for it, the rest comes by thirty."""
    keyboard = Keyboard()
    lots = (CODE[:2], CODE[2:9], CODE[9:], "\n")
    for lot, frame in zip(lots, (0.2, 0.033, 0.12, 0.033), strict=True):
        keyboard.wait(frame)
        keyboard.send(lot, 0.0)
    keyboard.wait(0.3)
    assert (keyboard.scans, keyboard.done) == ([(CODE,)], [])


def test_c33_the_signs_of_our_codes_are_read_whatever_the_kiosk_s_own_layout_is() -> None:
    """A scanner that sends the places of a keyboard of the United States, at a machine with a German one."""
    ours = base45.encode(bytes(range(60, 154)))
    assert set(ours) - set(GERMAN)
    keyboard = Keyboard()
    keyboard.send(ours + "\n", layout=GERMAN)
    keyboard.wait(0.3)
    ((here, there),) = keyboard.scans
    assert here != ours
    assert there == ours
    assert set(base45.encode(bytes(range(256)) * 8)) <= set(PLACES)


def test_a_scanner_without_an_end_is_known_by_its_length_and_a_short_run_stays_a_person_s() -> None:
    keyboard = Keyboard()
    keyboard.send("ABCDEFGHIJKL")
    keyboard.wait(0.3)
    keyboard.send("ABC\n")
    keyboard.wait(0.3)
    assert (keyboard.scans, keyboard.done) == ([("ABCDEFGHIJKL",)], ["ABC", "<next>"])


def test_f07_a_licence_comes_in_many_lines_and_other_controls_are_dropped() -> None:
    text = licence_text()
    keyboard = Keyboard()
    for sign in text:
        if sign == "\r":
            keyboard.bursts.key(0, ends=True)
        elif sign == "\n":
            keyboard.bursts.key(KEY_J, ["ctrl"])
        elif sign == "\x1e":
            keyboard.bursts.key(PLACES["6"][0], ["ctrl", "shift"])
        else:
            keyboard.send(sign)
    keyboard.wait(0.3)
    ((read,),) = keyboard.scans
    assert read == text.replace("\x1e", "").replace("\r", "\n").strip("\n")
    assert keyboard.done == []


@pytest.mark.parametrize(("sign", "done"), [("a", "a" * 40), ("\n", "<next>")])
def test_c44_a_key_that_is_held_down_is_a_person_s_or_a_bag_on_the_keyboard(sign: str, done: str) -> None:
    """It repeats thirty times a second, which is as fast as a scanner."""
    keyboard = Keyboard()
    keyboard.send(sign * 40, 0.033)
    keyboard.wait(0.3)
    assert ("".join(keyboard.done), keyboard.scans) == (done, [])


def test_c33_a_flood_of_keys_is_bounded_and_delete_ends_what_was_held() -> None:
    keyboard = Keyboard()
    keyboard.send("AB" * 10_000 + "\n", 0.0005)
    assert len(keyboard.bursts._held) <= MOST_SIGNS + 1
    keyboard.wait(0.3)
    assert [len(reading) for reading in keyboard.scans[0]] == [MOST_SIGNS]
    keyboard.send("pim", 0.001)
    keyboard.bursts.delete()
    keyboard.bursts.text("مرحبا")
    assert keyboard.done == ["pim", "<delete>", "مرحبا"]


def test_a_number_pad_types_digits_without_numlock_too_and_each_once() -> None:
    keyboard = Keyboard()
    for code, text in ((89, ""), (90, "2"), (98, "")):
        keyboard.wait(0.2)
        keyboard.bursts.key(code)
        if text:
            keyboard.bursts.text(text)
    keyboard.wait(0.2)
    keyboard.bursts.key(91, ["alt"])
    keyboard.wait(0.2)
    assert "".join(keyboard.done) == "120"
