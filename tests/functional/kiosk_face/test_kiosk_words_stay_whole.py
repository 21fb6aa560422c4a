"""F22, F23: in every language and size, on every scene of the gallery, the kiosk's own words are neither cut, nor
broken, nor much smaller than others; and nothing lies over anything else.
"""

from __future__ import annotations

import pytest

from kiosk.display_values import Display, TextSize
from kiosk.words.catalogue import languages
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL

DISPLAYS = (Display(), Display(text=TextSize.LARGEST), Display(text=TextSize.LARGEST, reach=True))


@pytest.mark.slow
@pytest.mark.parametrize("display", DISPLAYS, ids=["normal", "largest", "largest-low"])
@pytest.mark.parametrize("size", [SMALL, LANDSCAPE, PORTRAIT], ids=["small", "landscape", "portrait"])
@pytest.mark.parametrize("language", languages())
def test_f22_every_language_stays_whole_in_every_size(
    kivy_ready: None, language: str, size: tuple[int, int], display: Display
) -> None:
    from workbench.gallery_scenes import crooked_scenes  # noqa: PLC0415 - only after Kivy's environment is set

    assert crooked_scenes(size, language, display) == {}
