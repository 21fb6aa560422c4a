"""What the server's log says of an occurrence, and what it keeps to itself."""

import json
import logging

import psycopg
import pytest

from cloud_api.errors import StoreError
from cloud_api.observing.forms import LogFormat
from cloud_api.observing.log_lines import set_up_logging

_SECRET = "Yarrow Wintersedge"


@pytest.fixture(autouse=True)
def _as_before() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def _raise_plain() -> None:
    raise ValueError(_SECRET)


def _raise_ours(words: str) -> None:
    raise StoreError(words)


def _fail() -> None:
    try:
        raise psycopg.errors.UniqueViolation(f"Key (name)=({_SECRET}) already exists")
    except psycopg.Error as error:
        raise StoreError("the database broke off") from error


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_told_by_kind_and_place_and_not_by_a_librarys_words(
    form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(form)
    try:
        _fail()
    except StoreError:
        logging.getLogger("lodge.worker").exception("a job failed", extra={"job": 7})
    try:
        _raise_plain()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    written = capsys.readouterr().err
    assert _SECRET not in written
    for told in ("a job failed", "the database broke off", "23505", "UniqueViolation", "builtins.ValueError", "_fail"):
        assert told in written
    if form == "json":
        first, second = (json.loads(line) for line in written.splitlines())
        assert (first["level"], first["logger"], first["job"]) == ("error", "lodge.worker", 7)
        assert [one["kind"] for one in second["exception"]] == ["builtins.ValueError"]


def test_what_a_library_says_below_a_warning_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text")
    logging.getLogger("psycopg").info(_SECRET)
    logging.getLogger("apprise").error(_SECRET)
    logging.getLogger("lodge.server").info("serving", extra={"color_message": "\x1b[1mserving\x1b[0m"})
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert written.rstrip().endswith("INFO lodge.server serving")


@pytest.mark.parametrize("form", ["text", "json"])
def test_c37_line_ends_and_signs_that_command_a_terminal_are_written_as_escapes(
    form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = "Lobby\r\n2026-11-29T05:12:44Z INFO lodge.server forged \x1b[2J \x9b31m \u202egnorw\u2028"
    set_up_logging(form)
    logging.getLogger("lodge.worker").warning("it said %s", forged, extra={"who": forged})
    (line,) = capsys.readouterr().err.splitlines()
    assert "forged" in line
    assert line.isprintable()
    logging.getLogger("lodge.worker").error("it failed", exc_info=StoreError(forged))
    lines = capsys.readouterr().err.splitlines()
    assert all(each.isprintable() for each in lines)
    assert [each for each in lines if each.startswith("2026-11-29T05:12:44Z")] == []
