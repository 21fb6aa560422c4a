"""``lodge-verify``: an auditor's command. It needs files alone: no server, no database, no network.

Usage::

    lodge-verify audit.zip
    lodge-verify audit.zip --root 3q2-7w...       # the fingerprint that a kiosk or the organisation shows
    lodge-verify receipt.jws --trust audit.zip    # what brings no keys along is verified by an export's, or by
    lodge-verify alarm.json --trust keys.json     # those that lodge-cloud keys pages prints
"""

import sys
from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from sync import __version__
from sync.archive_file import read_archive
from sync.protocol.archive import Verified, verify_archive
from sync.protocol.errors import EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.file_verify import MAX_FILE_BYTES, Account, verify_file
from sync.protocol.keyring import Keyring, keyring_of_members

_ZIP = b"PK"
_ROOTS = ("root", "roots")
_PATH = click.Path(path_type=Path)


@click.command(name="lodge-verify")
@click.argument("file", type=_PATH)
@click.option("--root", "pinned_root", metavar="FINGERPRINT", help="Accept this root key only.")
@click.option(
    "--trust", "trusted", type=_PATH, help="An audit export, or the organisation's keys pages: whose keys count."
)
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
@click.version_option(__version__, prog_name="lodge-verify")
def main(file: Path, pinned_root: str | None, trusted: Path | None, *, as_json: bool) -> None:
    """Verify an audit export, a batch, manifest, receipt, checkpoint, proof, keys pages, or a witness's evidence.

    Exit 0: all of it holds. Exit 1: something does not; the first damage is named in one line.
    """
    reading = file
    try:
        keys = None
        if trusted is not None:
            reading = trusted
            keys = _read_keys(trusted, pinned_root)
            reading = file
        if _is_archive(file):
            verified = verify_archive(read_archive(file), pinned_root=pinned_root)
            facts, text = asdict(verified), _account(file, verified, pinned=pinned_root is not None)
        else:
            found = verify_file(_read(file), keys=keys, pinned_root=pinned_root)
            facts, text = {"what": found.what, **found.facts}, _tell(file, found, pinned=pinned_root is not None)
    except ProtocolError as error:
        _fail(reading, str(error), as_json=as_json)
    except OSError as error:
        _fail(reading, f"cannot be read ({error.strerror or 'input error'})", as_json=as_json)
    click.echo(msgspec.json.encode({"ok": True, **facts}) if as_json else text)


def _read_keys(path: Path, pinned_root: str | None) -> Keyring:
    """The keys in an export or a file that brings keys along, verified."""
    if _is_archive(path):
        members = read_archive(path)
        verify_archive(members, pinned_root=pinned_root)
        return keyring_of_members(members)
    keys = verify_file(_read(path), keys=None, pinned_root=pinned_root).keys
    if keys is None:
        raise SignatureError("brings no keys along")
    return keys


def _is_archive(path: Path) -> bool:
    """Whether to read it as an export, or as anything else of ours.

    Raises:
        EncodingError: it begins like neither.
    """
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
    if not start:
        raise EncodingError("is empty")
    if start == _ZIP:
        return True
    if start[:1] in (b"{", b"e") or _looks_like_text(path):
        return False
    raise EncodingError("is neither an audit export (a ZIP file) nor anything else that lodge-verify knows")


def _looks_like_text(path: Path) -> bool:
    with path.open("rb") as file:
        return "\n— ".encode() in file.read(8192)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise LimitError("is larger than anything of ours but an audit export")
    return raw


def _fail(file: Path, reason: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode({"ok": False, "error": reason}))
    click.echo(f"{_shown(file)}: not verified: {reason}", err=True)
    sys.exit(1)


def _shown(file: Path) -> str:
    """The file's name on one line, whatever is in it (C37)."""
    return file.name if file.name.isprintable() else ascii(file.name)


def _tell(file: Path, found: Account, *, pinned: bool) -> str:
    lines = [f"{_shown(file)}: verified: {found.what}."]
    for name, value in found.facts.items():
        values = value if isinstance(value, list) else [value]
        texts = [text for item in values for text in _words(item)]
        if name in _ROOTS and texts:
            texts[-1] += f" ({_hint(pinned=pinned)})"
        lines += [
            f"  {name.replace('_', ' ') if at == 0 else '':<16}{text}" for at, text in enumerate(texts or ["none"])
        ]
    return "\n".join(lines)


def _words(value: object) -> list[str]:
    """On one line each, whatever a text holds (C37)."""
    if isinstance(value, dict):
        return [text for name, item in value.items() for text in (f"{name}: {word}" for word in _words(item))]
    text = str(value)
    return [text if text.isprintable() else ascii(text)]


def _hint(*, pinned: bool) -> str:
    return "the one you gave" if pinned else "compare it with the one that a kiosk or the organisation shows"


def _account(file: Path, verified: Verified, *, pinned: bool) -> str:
    shrunk = f" ({verified.shrunk_headers} of them by hash alone)" if verified.shrunk_headers else ""
    erased = verified.admin_entries - verified.bodies_shown
    gone = f"; {erased} erased, commitment intact" if erased else ""
    text = f"""\
{_shown(file)}: verified.
  organisation   {verified.tenant}
  root key       {verified.root_thumbprint} ({_hint(pinned=pinned)})
  log            {verified.log}: {verified.entries} entries, root hash {verified.root_hash}
  device events  {verified.device_events}{shrunk}, in unbroken chains of {verified.kiosks} kiosk keys, \
all signed in {verified.batches} batches
  staff acts     {verified.admin_entries}, of which {verified.bodies_shown} show their content{gone}"""
    return "\n".join([text, *(f"  generation     {_words(line)[0]}" for line in verified.generations)])


if __name__ == "__main__":
    main(prog_name="lodge-verify")
