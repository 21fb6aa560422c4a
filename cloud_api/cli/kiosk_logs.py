"""``kiosk epochs|confirm|quarantine|fork-proof``: logs that kiosks begin, and what could not be read."""

from pathlib import Path

import click

from cloud_api.cli.frame import (
    KEY_NAMES,
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    operator,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.cli.kiosk_choice import choose_kiosk, kiosk_argument
from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError
from cloud_api.policy.reach import EVERYWHERE
from cloud_api.services.confirmation import Confirmed, NotConfirmed
from cloud_api.services.fork_proofs import describe
from cloud_api.services.kiosk_logs import KioskLog, KioskLogs, Spoilt


@click.command(name="epochs")
@kiosk_argument
@org_option
@json_option
@click.pass_obj
@clear_failures
def list_epochs(frame: Frame, kiosk: str, *, org: str | None, as_json: bool) -> None:
    """List a kiosk's logs (epochs), newest first."""

    async def run(cloud: Cloud) -> KioskLogs | None:
        tenant = await choose_organisation(cloud, org)
        return await cloud.kiosk_logs.read(tenant, EVERYWHERE, await choose_kiosk(cloud, tenant, kiosk))

    found = with_cloud(frame, run)
    if found is None:
        raise ConfigurationError("there is no such kiosk")
    tell([_facts(log) for log in found.logs], "\n".join(map(_line, found.logs)) or "No log yet.", as_json=as_json)


@click.command(context_settings=KEY_NAMES)
@kiosk_argument
@click.argument("epoch")
@org_option
@json_option
@click.pass_obj
@clear_failures
def confirm(frame: Frame, kiosk: str, epoch: str, *, org: str | None, as_json: bool) -> None:
    """Believe a log that a kiosk began by itself; EPOCH as shown by epochs."""

    async def run(cloud: Cloud) -> Confirmed | NotConfirmed:
        tenant = await choose_organisation(cloud, org)
        return await cloud.confirmation.confirm(tenant, await choose_kiosk(cloud, tenant, kiosk), epoch, operator())

    outcome = with_cloud(frame, run)
    if isinstance(outcome, NotConfirmed):
        raise ConfigurationError(outcome.reason)
    tell({"confirmed": list(outcome.epochs)}, f"{epoch} is confirmed.", as_json=as_json)


@click.command()
@org_option
@json_option
@click.pass_obj
@clear_failures
def quarantine(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """List entries whose content could not be read; what they hold is never shown."""

    async def run(cloud: Cloud) -> list[Spoilt]:
        return (await cloud.kiosk_logs.quarantine(await choose_organisation(cloud, org), EVERYWHERE))[1]

    found = with_cloud(frame, run)
    facts: list[dict[str, object]] = [
        {
            "kiosk": item.kiosk,
            "at": item.at.isoformat(),
            "what": item.what,
            "fault": item.fault,
            "event": str(item.event_id),
        }
        for item in found
    ]
    lines = [f"{item.at:%Y-%m-%d %H:%M}  {item.kiosk}  {item.what}  ({item.fault})" for item in found]
    tell(list(facts), "\n".join(lines) or "Every entry could be read.", as_json=as_json)


@click.command(name="fork-proof")
@kiosk_argument
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def fork_proof(frame: Frame, kiosk: str, *, out: Path, org: str | None, as_json: bool) -> None:
    """Write the proof that a kiosk's key signed two histories, for anybody to check."""
    if not out.parent.is_dir():
        raise ConfigurationError(f"there is no folder {out.parent}")

    async def run(cloud: Cloud) -> bytes:
        tenant = await choose_organisation(cloud, org)
        return await cloud.fork_proofs.make(tenant, await choose_kiosk(cloud, tenant, kiosk))

    raw = with_cloud(frame, run)
    out.write_bytes(raw)
    facts: dict[str, object] = {"file": str(out), "bytes": len(raw)}
    tell(facts, "\n".join((f"{out} holds the proof.", *describe(raw))), as_json=as_json)


def _facts(log: KioskLog) -> dict[str, object]:
    return {
        "epoch": log.epoch,
        "standing": log.standing,
        "began": log.began_at.isoformat(),
        "why": log.why or None,
        "after": log.after,
        "forked": log.forked_seq,
        "entries": log.log.entries,
        "beside": log.branch.entries,
        "confirmable": log.confirmable,
    }


def _line(log: KioskLog) -> str:
    words = [f"{log.epoch}  {log.standing:11}  {log.log.entries} entries"]
    if log.branch.entries:
        words.append(f"{log.branch.entries} beside it")
    if log.forked_seq:
        words.append(f"two histories from {log.forked_seq} on")
    if log.why:
        words.append(f"begun after {log.after}: {log.why}")
    if log.refusal:
        words.append(log.refusal)
    return "; ".join(words)


COMMANDS = (list_epochs, confirm, quarantine, fork_proof)
