"""The port by which the screen is read aloud."""

from __future__ import annotations

from typing import Protocol


class Speech(Protocol):
    """Says words aloud. Returns at once and never raises."""

    @property
    def available(self) -> bool:
        """Whether anything can be heard."""

    @property
    def speaking(self) -> bool:
        """Whether something is being said now."""

    def say(self, text: str, language: str) -> None:
        """Say this, and nothing that was being said before."""

    def stop(self) -> None:
        """Be silent."""


class NoSpeech:
    """A kiosk without a voice."""

    available = False
    speaking = False

    def say(self, text: str, language: str) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""
