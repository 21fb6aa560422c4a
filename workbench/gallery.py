"""Every screen and every component of the kiosk and every kind of badge as pictures, and contact sheets of them.

    ./lodge gallery --out DIR [--size 1080x1920 ...] [--language en ...] [--theme dark ...] [--text large ...] [--reach]
    ./lodge gallery --badges --out DIR
    ./lodge gallery --components --out DIR [--language en ...] [--theme dark ...]
    ./lodge gallery --golden

Each combination is drawn by a process of its own, because a window has one size, as many at once as there are cores.
Without a display the pictures are drawn off screen, with the same pixels. Of what is not chosen everything is drawn,
thousands of pictures in half an hour; text is normal unless told. Sheets lie in DIR, pictures in a folder a language.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from PIL import Image

from kiosk.display_values import Contrast, Display, TextSize
from kiosk.views.environment import WindowOptions, prepare_environment
from kiosk.words.catalogue import languages as installed_languages
from workbench.badge_sheets import draw_sheets
from workbench.golden_set import CANVAS, FOLDER, RUNS, reduce
from workbench.picture_names import picture_name

SIZES = ("1080x1920", "1280x800", "800x480", "480x800")
COMPONENT_LANGUAGES = ("en", "ar")
"""One for each direction of reading."""
SHEET_HEIGHT = 640
GAP = 16


def contact_sheet(pictures: list[Path], target: Path, across: int) -> None:
    """Write one picture of many small ones."""
    images = [Image.open(picture).convert("RGB") for picture in pictures]
    small = [image.resize((round(image.width * SHEET_HEIGHT / image.height), SHEET_HEIGHT)) for image in images]
    wide = max(image.width for image in small) + GAP
    rows = -(-len(small) // across)
    sheet = Image.new("RGB", (across * wide + GAP, rows * (SHEET_HEIGHT + GAP) + GAP), "#8A8A86")
    for number, image in enumerate(small):
        row, column = divmod(number, across)
        sheet.paste(image, (GAP + column * wide, GAP + row * (SHEET_HEIGHT + GAP)))
    sheet.save(target, optimize=True)


def draw(out: Path, size: str, language: str, display: Display) -> list[Path]:
    """Draw every scene in this process and return the pictures."""
    width, height = (int(part) for part in size.split("x"))
    options = WindowOptions(width, height, frames_per_second=1000, quiet_frames_per_second=1000)
    with tempfile.TemporaryDirectory() as home:
        prepare_environment(Path(home), options)
        from workbench.gallery_scenes import draw_scenes  # noqa: PLC0415 - needs Kivy's environment

        return draw_scenes(out, options, language, display)


def draw_here(out: Path, size: str, language: str, display: Display) -> None:
    """Draw one combination in this process: its pictures in the language's folder, and the sheet of them."""
    folder = out / language
    folder.mkdir(exist_ok=True)
    pictures = draw(folder, size, language, display)
    width, height = (int(part) for part in size.split("x"))
    name = f"sheet-{picture_name(width, height, language, display)}.png"
    contact_sheet(pictures, out / name, 6 if size == SIZES[0] else 3)
    print(f"{len(pictures)} pictures in {folder}, and {name}")


def draw_components(out: Path, languages: list[str], themes: list[str]) -> int:
    """Draw every component in every state, in this process; returns how many pictures there are."""
    with tempfile.TemporaryDirectory() as home:
        prepare_environment(Path(home), WindowOptions(*CANVAS))
        from kivy.base import runTouchApp  # noqa: PLC0415 - needs its environment
        from kivy.core.window import Window  # noqa: PLC0415 - as above

        from workbench.components.sheet import draw_sheets  # noqa: PLC0415 - as above

        Window.create_window()
        runTouchApp(embedded=True)
        made = 0
        for picture, complaints in draw_sheets(out, languages, [Contrast(theme) for theme in themes]):
            made += 1
            for complaint in complaints:
                print(f"{picture.name}: {complaint}")
        return made


def draw_golden_set(folder: Path) -> int:
    """Draw the pictures that tests compare with, in the size in which they are kept; others in ``folder`` go."""
    with tempfile.TemporaryDirectory() as home:
        prepare_environment(Path(home), WindowOptions(*CANVAS))
        from kivy.base import runTouchApp  # noqa: PLC0415 - needs its environment
        from kivy.core.window import Window  # noqa: PLC0415 - as above

        from workbench.gallery_scenes import draw_goldens  # noqa: PLC0415 - as above

        Window.create_window()
        runTouchApp(embedded=True)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        for run in RUNS:
            for scene, path in draw_goldens(Path(home), run):
                end = picture_name(*run.size, run.language, run.display)
                with Image.open(path) as picture:
                    reduce(picture).save(folder / f"{scene}-{end}.png", optimize=True)
    return len(list(folder.glob("*.png")))


def draw_all(out: Path, combinations: Iterable[tuple[str, str, str, str]], *, reach: bool) -> None:
    """Draw each (size, language, theme, text) in a process.

    Raises:
        CalledProcessError: one of them failed; those that had begun are finished.
    """

    def draw_one(chosen: tuple[str, str, str, str]) -> None:
        size, language, theme, text = chosen
        command = [sys.executable, "-m", "workbench.gallery", "--here", "--out", str(out), "--size", size]
        command += ["--language", language, "--theme", theme, "--text", text, *(["--reach"] if reach else [])]
        subprocess.run(command, check=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for drawn in [pool.submit(draw_one, chosen) for chosen in combinations]:
            drawn.result()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./lodge gallery", description="Write pictures of every screen and badge.")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--size", action="append", choices=SIZES)
    parser.add_argument("--language", action="append")
    parser.add_argument("--theme", action="append", choices=[theme.value for theme in Contrast])
    parser.add_argument("--text", action="append", choices=[size.value for size in TextSize])
    parser.add_argument("--reach", action="store_true", help="everything that is touched lower down")
    parser.add_argument("--golden", action="store_true", help="the pictures that tests compare with, drawn anew")
    parser.add_argument("--badges", action="store_true", help="badges alone")
    parser.add_argument("--components", action="store_true", help="the sheet of components alone, in every theme")
    parser.add_argument("--here", action="store_true", help="draw the one combination in this process")
    options = parser.parse_args()
    if options.out is None and not options.golden:
        parser.error("--out is needed: where shall the pictures go?")
    return options


def main() -> None:
    """Write the pictures."""
    options = _options()
    if options.golden:
        print(f"{draw_golden_set(FOLDER if options.out is None else options.out)} pictures. Look at them.")
        return
    if options.components:
        options.out.mkdir(parents=True, exist_ok=True)
        themes = options.theme or [theme.value for theme in Contrast]
        made = draw_components(options.out, options.language or list(COMPONENT_LANGUAGES), themes)
        print(f"{made} sheets of components in {options.out}")
        return
    sizes, texts = options.size or list(SIZES), options.text or [TextSize.NORMAL.value]
    languages = options.language or sorted(installed_languages())
    themes = options.theme or [theme.value for theme in Contrast]
    options.out.mkdir(parents=True, exist_ok=True)
    if options.here:
        draw_here(options.out, sizes[0], languages[0], Display(Contrast(themes[0]), TextSize(texts[0]), options.reach))
        return
    chosen = options.size or options.language or options.theme or options.text or options.reach
    if options.badges or not chosen:
        sheets = draw_sheets(options.out)
        print(f"{len(sheets)} sheets of badges in {options.out}", flush=True)
    if options.badges:
        return
    if not chosen:
        subprocess.run(
            [sys.executable, "-m", "workbench.gallery", "--components", "--out", str(options.out)], check=True
        )
    combinations = list(product(sizes, languages, themes, texts))
    print(f"{len(combinations)} sheets to draw; --size, --language, --theme and --text choose some of them", flush=True)
    draw_all(options.out, combinations, reach=options.reach)


if __name__ == "__main__":
    main()
