"""What somebody shows or types: the eight characters beside a code, or the code itself."""

from sync.protocol import base32
from sync.protocol.codes import Code, read_code

READABLE_SIGNS = 8


def read_shown(text: str) -> Code | str:
    """Return the readable characters in their one form, or the code, of which nothing is verified yet.

    Raises:
        CodeError: it is neither.
    """
    typed = base32.normalise(text)
    return typed if len(typed) == READABLE_SIGNS else read_code(text)
