"""How large the displayed demo's window is."""

import pytest

from workbench.demo.display import Size, window_size


@pytest.mark.parametrize(
    ("screen", "window"),
    [
        (Size(1920, 1080), "540x960"),
        (Size(1366, 768), "1024x600"),
        (Size(1024, 600), "800x480"),
        (Size(640, 480), "800x480"),
        (None, "540x960"),
    ],
)
def test_the_window_stands_where_it_fits_and_lies_on_a_low_screen(screen: Size | None, window: str) -> None:
    assert str(window_size(screen)) == window
