"""The commands of ``lodge-print`` that draw without a printer: a badge by a template, and the templates there are."""

from __future__ import annotations

import io
from pathlib import Path

import click

from printers.badge import lay_out
from printers.badge_file import read_badge
from printers.badge_pdf import render_badge_pdf
from printers.errors import PrinterError
from printers.layout.canvas import Canvas
from printers.media import Medium, medium
from printers.template import BUILT_IN, STANDARD, ElementKind, Template
from printers.template_file import find_template, template_json

_FILE = click.Path(path_type=Path)
_DEFAULT_MEDIUM = "62x100"
_ENDINGS = (".png", ".pdf")


@click.command()
@click.argument("template", required=False, default=STANDARD.name)
@click.option("--data", required=True, type=_FILE, help="JSON file that describes the badge.")
@click.option("--media", default=_DEFAULT_MEDIUM, show_default=True, help="Label medium.")
@click.option("-o", "--output", required=True, type=_FILE, help="PNG or PDF file to write.")
def preview(*, template: str, data: Path, media: str, output: Path) -> None:
    """Draw a badge into a PNG, dot for dot as it would be printed, or into a PDF whose text is text.

    TEMPLATE is a JSON file, or the name of a built-in template (lodge-print templates).
    """
    ending = output.suffix.lower()
    if ending not in _ENDINGS:
        raise PrinterError(f"{output} would be neither: a preview ends in {' or '.join(_ENDINGS)}.")
    paper = medium(media)
    wanted, content = suitable_template(template, paper), read_badge(data)
    laid_out = lay_out(content, paper, Canvas, wanted)
    if ending == ".pdf":
        write_file(output, render_badge_pdf(content, paper, wanted))
    else:
        picture = io.BytesIO()
        laid_out.canvas.bitmap().preview().save(picture, format="PNG")
        write_file(output, picture.getvalue())
    if laid_out.left_out:
        missing = ", ".join(kind.value for kind in ElementKind if kind in laid_out.left_out)
        click.echo(f"No room on {paper.name} for: {missing}.")


@click.command()
@click.argument("name", required=False)
def templates(*, name: str | None) -> None:
    """List the built-in templates, or print NAME as JSON to begin one of your own with."""
    if name is not None:
        click.echo(template_json(find_template(name)))
        return
    for each in BUILT_IN.values():
        click.echo(f"{each.name}: {', '.join(element.kind.value for element in each.elements)}")


def suitable_template(named: str, paper: Medium) -> Template:
    """The template of that name or file.

    Raises:
        TemplateError: there is none.
        PrinterError: it is not meant for this medium.
    """
    template = find_template(named)
    if not template.suits(paper):
        meant = ", ".join(template.media)
        raise PrinterError(f"The template {template.name} is not meant for {paper.name}: it names {meant}.")
    return template


def write_file(path: Path, data: bytes) -> None:
    """Write a file, or say why it cannot be written.

    Raises:
        PrinterError: it cannot.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise PrinterError(f"{path} cannot be written: {error.strerror}.") from error
