"""Files that hold an organisation's root key: read, or made where there is none."""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.errors import ConfigurationError
from sync.protocol.keys import base64url, from_base64url, private_key

_SEED_BYTES = 32  # RFC 8032: a private key is 32 bytes


def read_root(path: Path) -> Ed25519PrivateKey:
    """The root key in a file that nobody else may read.

    Raises:
        ConfigurationError: others can read it, or it holds no root key.
        ProtocolError: it holds something else.
    """
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{path} can be read by others: run chmod 600 {path}")
    raw = from_base64url(path.read_text("ascii", errors="replace").strip(), what="the root key's file")
    if len(raw) != _SEED_BYTES:
        raise ConfigurationError(f"{path} does not hold a root key")
    return private_key(raw)


def keep_root(path: Path, key: bytes) -> None:
    """Write a new root key (32 bytes) where there is nothing yet, on disk before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64url(key) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_or_make_root(path: Path) -> Ed25519PrivateKey:
    """The root key in a file; a new one is made where there is none, so that it may come from another machine.

    Raises:
        ConfigurationError, ProtocolError: as ``read_root``.
    """
    if not path.exists():
        keep_root(path, Ed25519PrivateKey.generate().private_bytes_raw())
    return read_root(path)
