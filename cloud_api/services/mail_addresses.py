"""Which addresses this server can send to: one rule for accounts, invitations and hosts.

A mail server that does not announce SMTPUTF8 (RFC 6531) takes ASCII alone. A domain can be written in it (RFC 5890),
what stands before it cannot.
"""

import re

_NOT_BEFORE_AT = frozenset(" ,;<>\"'()[]:\\@%!")
"""Signs that end an address, or that servers have read as a route to another one (``a%b@c``, ``a!b``, ``a@b@c``)."""
_LONGEST_LOCAL = 64
"""What stands before the ``@``, for servers refuse more (RFC 5321, 4.5.3.1.1)."""
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.ASCII | re.IGNORECASE)


def is_mailable(text: str) -> bool:
    """Whether a message could be sent there, as far as its text tells."""
    local, at, domain = text.rpartition("@")
    if not at or not 1 <= len(local) <= _LONGEST_LOCAL or set(local) & _NOT_BEFORE_AT:
        return False
    if not local.isascii() or not local.isprintable():
        return False
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return _DOMAIN.fullmatch(plain) is not None
