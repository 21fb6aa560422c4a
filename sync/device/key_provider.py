"""Where the database key comes from. The file provider protects a copied database, not a stolen card."""

import secrets
import stat
from pathlib import Path
from typing import Protocol

from sync.device.database import KEY_BYTES
from sync.device.errors import StorageError, WrongKeyError
from sync.device.private_files import create_private


class KeyProvider(Protocol):
    """Gives the 256-bit key of the kiosk's database."""

    def load_or_create(self) -> bytes:
        """The 32 bytes, made once."""
        ...


class FileKeyProvider:
    """A file of 64 hex digits that only the kiosk's user can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load_or_create(self) -> bytes:
        """Read the key, or make it when there is none yet.

        Raises:
            WrongKeyError: the file holds something else, or others can read it.
            StorageError: the file cannot be read or written.
        """
        try:
            create_private(self._path, secrets.token_hex(KEY_BYTES).encode("ascii"))
            if self._path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise WrongKeyError(f"Others can read the key file {self._path.name}: chmod 600 it.")
            key = bytes.fromhex(self._path.read_text(encoding="ascii").strip())
        except ValueError as error:
            raise WrongKeyError(f"The key file {self._path.name} does not hold a key.") from error
        except OSError as error:
            raise StorageError(f"The key file {self._path.name} cannot be used: {error.strerror}.") from error
        if len(key) != KEY_BYTES:
            raise WrongKeyError(f"The key file {self._path.name} does not hold a key.")
        return key
