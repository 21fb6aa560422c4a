"""Reads the screen aloud by espeak-ng, in the visitor's language.

    speaker = find_speaker()              # a silent one where espeak-ng is not installed
    speaker.say("Tell us who you are", "en")

Words go to the program's standard input as plain text: a name is never an option of the command, nor markup. A new
sentence ends the one before. Nothing is written to a disk.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Mapping, Sequence

from kiosk.ports import NoSpeech, Speech
from kiosk.spoken_text import MOST_CHARACTERS

PROGRAM = "espeak-ng"
VOICES: Mapping[str, str] = {
    "en": "en-gb",
    "de": "de",
    "fr": "fr-fr",
    "es": "es",
    "ar": "ar",
    "he": "he",
    "hi": "hi",
    "zh": "cmn",
}
VOLUME = 110
"""Of 200. The machine's own volume bounds it further; a lobby hears it, and the street does not."""
WORDS_A_MINUTE = 155


class Speaker:
    """The kiosk's ``Speech``. ``more``: further options of the program, such as ``("-w", "spoken.wav")``."""

    def __init__(self, program: str, more: Sequence[str] = ()) -> None:
        self._program = program
        self._more = tuple(more)
        self._lock = threading.Lock()
        self._speaking: subprocess.Popen[bytes] | None = None

    @property
    def available(self) -> bool:
        """Whether anything can be heard."""
        return True

    @property
    def speaking(self) -> bool:
        """Whether the program still speaks."""
        speaking = self._speaking
        return speaking is not None and speaking.poll() is None

    def say(self, text: str, language: str) -> None:
        """Say this and nothing that was being said before; of a text that nobody shortened, the beginning."""
        words = " ".join(text.split())[:MOST_CHARACTERS].encode()
        voice = VOICES.get(language, VOICES["en"])
        command = [self._program, "-v", voice, "-a", str(VOLUME), "-s", str(WORDS_A_MINUTE), *self._more, "--stdin"]
        with self._lock:
            self._end()
            if not words:
                return
            try:
                speaking = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            except OSError:
                return
            self._speaking = speaking
        threading.Thread(target=_feed, args=(speaking, words), daemon=True).start()

    def stop(self) -> None:
        """Be silent."""
        with self._lock:
            self._end()

    def wait(self) -> None:
        """Return once everything is said."""
        speaking = self._speaking
        if speaking is not None:
            speaking.wait()

    def _end(self) -> None:
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.kill()
            self._speaking.wait()
        self._speaking = None


def _feed(speaking: subprocess.Popen[bytes], words: bytes) -> None:
    """Hand the words over; a program that was ended takes no more."""
    try:
        speaking.communicate(words)
    except (OSError, ValueError):
        return


def find_speaker() -> Speech:
    """The speaker of this machine, silent where espeak-ng is not installed."""
    program = shutil.which(PROGRAM)
    return NoSpeech() if program is None else Speaker(program)
