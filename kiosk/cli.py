"""``lodge-kiosk``: the lobby application and its commands.

Usage::

    lodge-kiosk enrol 8K2QD-... --server https://lodge.example.org
    lodge-kiosk run --printer usb:04f9:209d
    lodge-kiosk roster --pdf evacuation.pdf
    lodge-kiosk reprint K7QF2M9D --why "fell into the river"
    lodge-kiosk roster --print --printer usb: --medium 62x100
    lodge-kiosk read-list scan-1.png scan-2.png
    lodge-kiosk salvage
"""

from importlib import import_module

import click

from kiosk import __version__

_COMMANDS = {
    "badges": ("kiosk.cli_badges", "badges"),
    "enrol": ("kiosk.cli_enrol", "enrol"),
    "read-list": ("kiosk.cli_lists", "read_list"),
    "reprint": ("kiosk.cli_badges", "reprint"),
    "roster": ("kiosk.cli_lists", "roster"),
    "run": ("kiosk.cli_run", "run"),
    "salvage": ("kiosk.cli_records", "salvage"),
    "status": ("kiosk.cli_records", "status"),
}


class _Commands(click.Group):
    """Loads a command when it is asked for: the lobby waits for no table, and a list in a fire for no window."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Commands)
@click.version_option(__version__, prog_name="lodge-kiosk")
def main() -> None:
    """The lobby kiosk: check-in, badges and the evacuation list, with the network or without it."""


if __name__ == "__main__":
    main(prog_name="lodge-kiosk")
