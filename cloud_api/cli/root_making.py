"""``keys init``: a root key before there is an organisation, on a machine that has no server and no network."""

from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.cli.frame import clear_failures, json_option, tell
from cloud_api.cli.root_keys import keep_root
from cloud_api.errors import ConfigurationError
from sync.protocol.keys import thumbprint


@click.command("init")
@click.option(
    "--root-key",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file that the root's private key goes to; never over another one.",
)
@json_option
@clear_failures
def init(*, root_key: Path, as_json: bool) -> None:
    """Make a root key (Ed25519) in a file, offline; org create --root-key takes it.

    Needs no server: run it where the file is to stay, such as a machine without a network.
    """
    if root_key.exists():
        raise ConfigurationError(f"{root_key} exists already: it is never overwritten")
    made = Ed25519PrivateKey.generate()
    keep_root(root_key, made.private_bytes_raw())
    name = thumbprint(made.public_key())
    text = f"The root key is in {root_key}. Fingerprint: {name}\nNow: lodge-cloud org create NAME --root-key {root_key}"
    tell({"root": name, "file": str(root_key)}, text, as_json=as_json)
