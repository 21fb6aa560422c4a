"""Names for what comes from Kivy, which carries no types: they say what is meant where a checker cannot know."""

from __future__ import annotations

from typing import Any

Canvas = Any
"""A group of drawing instructions."""

Touch = Any
"""One finger's motion event."""

CoreText = Any
"""Kivy's renderer of one line of text."""

KivyWindow = Any
"""The window of the operating system."""

Ignored = Any
"""An argument that Kivy passes and nobody here reads."""
