"""How a log's lines are written; apart, for settings need no more of logging."""

from typing import Literal

LogFormat = Literal["text", "json"]
