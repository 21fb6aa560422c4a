"""The server's log: one line an occurrence, as text or as JSON, with nothing of visitors or staff in it.

What our own modules log is written by us and names nobody. What libraries raise may repeat the values of a statement
or a request, so of their exceptions only the kind, the SQLSTATE and the places in the code are written down.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import psycopg
import structlog

from cloud_api.errors import CloudError
from cloud_api.observing.forms import LogFormat

_Line = MutableMapping[str, Any]
_QUIET = ("procrastinate", "psycopg", "uvicorn.access", "asyncio", "PIL", "urllib3", "multipart", "python_multipart")
_DEEPEST = 12


def set_up_logging(form: LogFormat) -> None:
    """Write everything that is logged to standard error from here on."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending = structlog.processors.JSONRenderer() if form == "json" else _as_text
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _leave_colour,
            _describe_exception,
            ending,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # Names and addresses of people: apprise would log recipients, uvicorn and psycopg statements and paths.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    for chatty in _QUIET:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def describe(error: BaseException) -> list[dict[str, object]]:
    """An exception and what caused it, innermost last: kind, places, and its words where they are ours."""
    found: list[dict[str, object]] = []
    seen: BaseException | None = error
    while seen is not None and len(found) < _DEEPEST:
        one: dict[str, object] = {"kind": f"{type(seen).__module__}.{type(seen).__qualname__}"}
        if isinstance(seen, CloudError):
            one["says"] = str(seen)
        if isinstance(seen, psycopg.Error) and seen.sqlstate:
            one["sqlstate"] = seen.sqlstate
        one["at"] = _places(seen.__traceback__)
        found.append(one)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return found


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_DEEPEST:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def _leave_colour(_logger: object, _name: str, line: _Line) -> _Line:
    """The same words again, with a terminal's colours: uvicorn adds them."""
    line.pop("color_message", None)
    return line


def _describe_exception(_logger: object, _name: str, line: _Line) -> _Line:
    told = line.pop("exc_info", None)
    # Formatted by the standard library with the message, which may hold anything.
    line.pop("exception", None)
    line.pop("stack_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        line["exception"] = describe(error)
    return line


def _one_line(text: str) -> str:
    """Line ends, and signs that command a terminal or turn the order of text, as escapes (C37)."""
    shown = (sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text.strip())
    return "".join(shown)


def _as_text(_logger: object, _name: str, line: _Line) -> str:
    """``2026-11-29T05:12:44Z WARNING lodge.worker the words, then what belongs to them``."""
    words = (line.pop("timestamp", ""), str(line.pop("level", "info")).upper(), line.pop("logger", ""))
    event, exception = line.pop("event", ""), line.pop("exception", None)
    rest = [f"{name}={value}" for name, value in line.items()]
    text = _one_line(" ".join(str(word) for word in (*words, event, *rest) if str(word)))
    if exception is None:
        return text
    told = [
        "  " + _one_line(" ".join(str(one[key]) for key in ("kind", "sqlstate", "says") if one.get(key)))
        + "".join(f"\n    {place}" for place in one["at"])
        for one in exception
    ]  # fmt: skip
    return "\n".join((text, *told))
