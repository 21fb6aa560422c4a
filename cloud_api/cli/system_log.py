"""``system-log``: what concerns the whole server, for whoever runs it (R27)."""

from datetime import UTC, datetime
from typing import get_args

import click

from cloud_api.cli.frame import Frame, clear_failures, json_option, plain, tell, with_cloud
from cloud_api.composition import Cloud
from cloud_api.services.system_log_reading import SystemEntry
from cloud_api.store.system_log import LogClass

_CLASSES: tuple[LogClass, ...] = get_args(LogClass)
_MOST = 10_000


@click.group(name="system-log")
def system_log() -> None:
    """What concerns the whole server: refusals (security, kept) and acts on organisations (operation, kept a year)."""


@system_log.command(name="list")
@click.option("--class", "wanted", type=click.Choice(_CLASSES), help="One class only.")
@click.option("--since", type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")), help="From this moment on (UTC).")
@click.option("--limit", type=click.IntRange(1, _MOST), default=200, show_default=True, help="At most so many.")
@json_option
@click.pass_obj
@clear_failures
def list_entries(frame: Frame, *, wanted: LogClass | None, since: datetime | None, limit: int, as_json: bool) -> None:
    """List entries, newest first. What was typed as an address at a sign-in that failed is shown as 8 letters, the same
    for the same text; nobody can read the text.
    """
    begin = since.replace(tzinfo=UTC) if since else None

    async def run(cloud: Cloud) -> list[SystemEntry]:
        return await cloud.operator.system_log.list([wanted] if wanted else _CLASSES, since=begin, limit=limit)

    found = with_cloud(frame, run)
    facts = [
        {
            "at": entry.at.isoformat(),
            "class": entry.log_class,
            "kind": entry.kind,
            "words": entry.words,
            "address": entry.address,
            "name": entry.name,
            "reason": entry.reason,
        }
        for entry in found
    ]
    tell(list(facts), "\n".join(map(_line, found)) or "Nothing is written down.", as_json=as_json)


def _line(entry: SystemEntry) -> str:
    said = "  ".join(filter(None, (entry.address, plain(entry.name), plain(entry.reason))))
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.log_class:9}  {entry.kind:26}  {said}"
