"""The default key service: one file of mode 0600 on this machine, AES key wrap (RFC 3394) under a key for
each context (HKDF-SHA-256).
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from cloud_api.errors import KeyServiceError
from cloud_api.keys.service import WrapContext

KEY_BYTES = 32
_ID_BYTES = 4
_INFO = b"lodge-kms-local-v1\x00"

KeyHex = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
KeyName = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}$")]


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file: every key that anything may still be wrapped with, and the one that wraps now."""

    v: Literal[1]
    current: KeyName
    keys: dict[KeyName, KeyHex]


class LocalKeyService:
    """Wraps with a key file. Whoever has file and database reads everything: back them up apart.

    ``path``: where it came from. It is read again before anything is wrapped, and where something was wrapped by a key
    that it did not hold then: a server that runs follows the operator who replaces its key (``keys rotate-master``).
    """

    def __init__(self, content: KeyFile, path: Path | None = None) -> None:
        self._content = content
        self._path = path

    @classmethod
    def create(cls, path: Path) -> "LocalKeyService":
        """Make a key file of mode 0600.

        Raises:
            KeyServiceError: it exists already, or cannot be written.
        """
        content = add_key(None)
        try:
            _write_new(path, content)
        except FileExistsError as error:
            raise KeyServiceError(f"{path} exists already: it is never overwritten") from error
        except OSError as error:
            raise KeyServiceError(f"the key file {path} cannot be written: {error.strerror}") from error
        return cls(content, path)

    @classmethod
    def open(cls, path: Path) -> "LocalKeyService":
        """Read a key file.

        Raises:
            KeyServiceError: missing, damaged, or readable by others.
        """
        return cls(read_key_file(path), path)

    @property
    def name(self) -> str:
        """``local:`` and the name of the current key."""
        return f"local:{self._content.current}"

    async def wrap(self, key: bytes, context: WrapContext) -> bytes:
        """Protect a 32-byte key: the name of our key (4 bytes), then RFC 3394 (40 bytes)."""
        if len(key) != KEY_BYTES:
            raise KeyServiceError("a key to be wrapped has 32 bytes")
        if self._path is not None:
            self._content = read_key_file(self._path)  # rare, and must not use a key that is on its way out
        name = self._content.current
        return bytes.fromhex(name) + aes_key_wrap(self._wrapping_key(name, context), key)

    async def unwrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """Get a key back.

        Raises:
            KeyServiceError: damaged, of another context, or wrapped by a key that this file does not hold.
        """
        name = wrapped[:_ID_BYTES].hex()
        if name not in self._content.keys and self._path is not None:
            self._content = read_key_file(self._path)
        if name not in self._content.keys:
            raise KeyServiceError("a key was wrapped by another key file than this one")
        try:
            return aes_key_unwrap(self._wrapping_key(name, context), wrapped[_ID_BYTES:])
        except (InvalidUnwrap, ValueError) as error:
            raise KeyServiceError("a wrapped key does not open: it is damaged or belongs elsewhere") from error

    async def rewrap(self, wrapped: bytes, context: WrapContext) -> bytes:
        """The same key, wrapped by the file's current key."""
        return await self.wrap(await self.unwrap(wrapped, context), context)

    def _wrapping_key(self, name: str, context: WrapContext) -> bytes:
        kdf = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=_INFO + context.encoded())
        return kdf.derive(bytes.fromhex(self._content.keys[name]))


def add_key(content: KeyFile | None) -> KeyFile:
    """The same file with a fresh key that wraps from now on; older keys stay, to unwrap."""
    name = secrets.token_hex(_ID_BYTES)
    kept = {} if content is None else content.keys
    return KeyFile(v=1, current=name, keys={**kept, name: secrets.token_hex(KEY_BYTES)})


def read_key_file(path: Path) -> KeyFile:
    """What a key file holds.

    Raises:
        KeyServiceError: missing, damaged, or readable by others.
    """
    try:
        mode = path.stat().st_mode
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyServiceError(f"the key file {path} is missing: without it nothing can be read") from error
    except OSError as error:
        raise KeyServiceError(f"the key file {path} cannot be read: {error.strerror}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyServiceError(f"the key file {path} can be read by others: run chmod 600 {path}")
    try:
        content = msgspec.json.decode(raw, type=KeyFile)
    except msgspec.MsgspecError as error:
        raise KeyServiceError(f"the key file {path} is damaged") from error
    if content.current not in content.keys:
        raise KeyServiceError(f"the key file {path} names a current key that it does not hold")
    return content


def replace_key_file(path: Path, content: KeyFile) -> None:
    """Put another content in its place, whole or not at all, on disk when this returns.

    Raises:
        KeyServiceError: it cannot be written; the old one is still there.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        try:
            _write_new(draft, content)
            before = path.stat()
            # As root, for a service that runs under another account.
            os.chown(draft, before.st_uid, before.st_gid)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise KeyServiceError(f"the key file {path} cannot be replaced: {error.strerror}") from error


def drop_older(content: KeyFile) -> KeyFile:
    """The same file with none but the key that wraps now."""
    return KeyFile(v=1, current=content.current, keys={content.current: content.keys[content.current]})


def _write_new(path: Path, content: KeyFile) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(content))
        file.flush()
        os.fsync(file.fileno())
