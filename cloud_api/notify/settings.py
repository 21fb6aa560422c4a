"""What must be known of a mail server."""

from dataclasses import dataclass
from typing import Literal

Security = Literal["starttls", "ssl", "insecure"]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server. ``insecure`` is for a server on this machine only."""

    host: str
    port: int
    sender: str
    sender_name: str = "Lodge"
    user: str = ""
    password: str = ""
    security: Security = "starttls"
    connect_seconds: float = 10.0
    read_seconds: float = 20.0
    verify: bool = True
