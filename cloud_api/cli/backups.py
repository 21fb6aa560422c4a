"""``backup``: what the server must know of the backups that an operator makes."""

from datetime import datetime
from uuid import UUID

import click

from cloud_api.cli.frame import Frame, clear_failures, fail, json_option, tell, with_cloud
from cloud_api.counting import counted
from cloud_api.services.backups import BackupState, Confirmed
from cloud_api.store.backups import Backup

_UNKNOWN = (
    "there is no backup {id} in this database: the id is not right, or the database was restored to a time before that "
    "backup began. Nothing has changed: begin a new one"
)
_SAID = {
    Confirmed.NOW: "{id} is confirmed. Kiosks hear of it within a quarter of an hour.",
    Confirmed.BEFORE: "{id} was confirmed before. Nothing has changed.",
    Confirmed.OVERTAKEN: "{id} is confirmed. A backup that began later was confirmed before, so nothing has changed.",
}
_ON = """\
Receipts wait for backups from now on: kiosks keep what no confirmed backup holds. What they were told stays said.
Make one now: backup begin, copy the database and the photos, backup confirm ID."""
_OFF = "Receipts wait for no backup: kiosks let go of what this server has stored."


@click.group()
def backup() -> None:
    """Backups that you make yourself: whether receipts wait for them, and what each covers."""


@backup.command()
@click.argument("answer", type=click.Choice(["on", "off"]))
@json_option
@click.pass_obj
@clear_failures
def expect(frame: Frame, answer: str, *, as_json: bool) -> None:
    """Whether kiosks keep events and photos until a confirmed backup holds them.

    Switched on, a server on which backups are never confirmed keeps the kiosks' bodies for ever.
    """
    expected = answer == "on"
    changed = with_cloud(frame, lambda cloud: cloud.backups.expect(expected=expected))
    said = (_ON if expected else _OFF) if changed else f"It is {answer} already."
    tell({"expected": expected, "changed": changed}, said, as_json=as_json)


@backup.command()
@json_option
@click.pass_obj
@clear_failures
def begin(frame: Frame, *, as_json: bool) -> None:
    """Note what is stored now, and print the id of the backup that you start next."""
    begun = with_cloud(frame, lambda cloud: cloud.backups.begin())
    tell({"id": str(begun.id), "begun": begun.begun_at.isoformat()}, str(begun.id), as_json=as_json)


@backup.command()
@click.argument("backup_id", metavar="ID", type=click.UUID)
@json_option
@click.pass_obj
@clear_failures
def confirm(frame: Frame, backup_id: UUID, *, as_json: bool) -> None:
    """The backup ID is complete and kept elsewhere: what was stored when it began is durable."""
    outcome = with_cloud(frame, lambda cloud: cloud.backups.confirm(backup_id))
    if outcome is Confirmed.UNKNOWN:
        fail(_UNKNOWN.format(id=backup_id))
    tell({"id": str(backup_id), "confirmed": outcome.value}, _SAID[outcome].format(id=backup_id), as_json=as_json)


@backup.command()
@json_option
@click.pass_obj
@clear_failures
def status(frame: Frame, *, as_json: bool) -> None:
    """Whether backups are expected, which was confirmed last, and what waits for one."""
    state = with_cloud(frame, lambda cloud: cloud.backups.state())
    tell(_facts(state), "\n".join(_lines(state)), as_json=as_json)


def _facts(state: BackupState) -> dict[str, object]:
    age = None if state.confirmed is None else int((state.at - state.confirmed.begun_at).total_seconds())
    return {
        "expected": state.expected,
        "confirmed": _backup_facts(state.confirmed),
        "age_seconds": age,
        "begun": _backup_facts(state.begun),
        "events_waiting": state.events,
        "photos_waiting": state.photos,
    }


def _backup_facts(found: Backup | None) -> dict[str, object] | None:
    if found is None:
        return None
    confirmed = None if found.confirmed_at is None else found.confirmed_at.isoformat()
    return {"id": str(found.id), "begun": found.begun_at.isoformat(), "confirmed": confirmed}


def _lines(state: BackupState) -> list[str]:
    expected = "yes: kiosks keep what no confirmed backup holds" if state.expected else "no"
    lines = [f"expected   {expected}"]
    if state.confirmed is None:
        lines.append("confirmed  none yet")
    else:
        lines.append(f"confirmed  {state.confirmed.id}, begun {_ago(state.at, state.confirmed.begun_at)} ago")
    if state.begun is not None:
        lines.append(f"begun      {state.begun.id}, {_ago(state.at, state.begun.begun_at)} ago, not confirmed")
    return [*lines, f"waiting    {counted(state.events, 'event')} and {counted(state.photos, 'photo')}"]


def _ago(now: datetime, then: datetime) -> str:
    minutes = max(int((now - then).total_seconds()) // 60, 0)
    sizes = (("day", 24 * 60), ("hour", 60))
    return next(
        (counted(minutes // size, unit) for unit, size in sizes if minutes >= 2 * size), counted(minutes, "minute")
    )
