"""The one family of exceptions of this package: bytes that are not what they must be."""


class ProtocolError(Exception):
    """Bytes from outside break a rule of ``docs/protocol.md``; the message names it, not the content."""


class EncodingError(ProtocolError):
    """Not the exact JSON, base64url, zstd or text form that the specification asks for."""


class SignatureError(ProtocolError):
    """A signature, key, algorithm, type or audience is not the expected one."""


class ChainError(ProtocolError):
    """Headers do not continue one another, or do not belong to the kiosk that signed them."""


class LimitError(ProtocolError):
    """Larger, deeper or more numerous than the specification allows."""


class CodeError(ProtocolError):
    """A typed or scanned code is not one of ours, or was misread."""


class ProofError(ProtocolError):
    """A Merkle proof, checkpoint or archive does not show what it claims."""
