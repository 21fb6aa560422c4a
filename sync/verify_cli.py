"""``lodge-verify``: an auditor's command. It needs the file alone: no server, no database, no network.

Usage::

    lodge-verify audit.zip
    lodge-verify audit.zip --root 3q2-7w...   # the fingerprint that a kiosk or the organisation shows
"""

import sys
from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from sync import __version__
from sync.archive_file import read_archive
from sync.protocol.archive import Verified, verify_archive
from sync.protocol.errors import ProtocolError


@click.command(name="lodge-verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--root", "pinned_root", metavar="FINGERPRINT", help="Accept this root key only.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
@click.version_option(__version__, prog_name="lodge-verify")
def main(file: Path, pinned_root: str | None, *, as_json: bool) -> None:
    """Verify an audit export: signatures, hash chains and the Merkle tree.

    Exit 0: all of it holds. Exit 1: something does not; the first damage is named in one line.
    """
    try:
        verified = verify_archive(read_archive(file), pinned_root=pinned_root)
    except ProtocolError as error:
        _fail(file, str(error), as_json=as_json)
    except OSError as error:
        _fail(file, f"cannot be read ({error.strerror or 'input error'})", as_json=as_json)
    if as_json:
        click.echo(msgspec.json.encode({"ok": True, **asdict(verified)}))
    else:
        click.echo(_account(file, verified, pinned=pinned_root is not None))


def _fail(file: Path, reason: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode({"ok": False, "error": reason}))
    click.echo(f"{_shown(file)}: not verified: {reason}", err=True)
    sys.exit(1)


def _shown(file: Path) -> str:
    """The file's name on one line, whatever is in it (C37)."""
    return file.name if file.name.isprintable() else ascii(file.name)


def _account(file: Path, verified: Verified, *, pinned: bool) -> str:
    hint = "the one you gave" if pinned else "compare it with the one that a kiosk or the organisation shows"
    shrunk = f" ({verified.shrunk_headers} of them by hash alone)" if verified.shrunk_headers else ""
    return f"""\
{_shown(file)}: verified.
  organisation   {verified.tenant}
  root key       {verified.root_thumbprint} ({hint})
  log            {verified.log}: {verified.entries} entries, root hash {verified.root_hash}
  device events  {verified.device_events}{shrunk}, in unbroken chains of {verified.kiosks} kiosk keys, \
all signed in {verified.batches} batches
  staff acts     {verified.admin_entries}, of which {verified.bodies_shown} show their content"""


if __name__ == "__main__":
    main(prog_name="lodge-verify")
