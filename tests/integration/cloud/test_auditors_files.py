"""What the server prints for auditors is verified by ``lodge-verify`` with nothing but files (R28, R29, C40, C46)."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cloud_api.services.key_ceremony import PageTerms
from cloud_api.services.log_proofs import Place
from cloud_api.store import data_keys, signing_keys
from sync.archive_file import write_archive
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import Hello
from sync.protocol.keys import base64url, private_key, public_key, thumbprint
from sync.verify_cli import main
from tests.fakes.cloud_server import OPERATOR, Ground
from tests.integration.cloud.test_log_witnesses import arrive, lost_note, newest

pytestmark = [pytest.mark.anyio, pytest.mark.above_the_store]


def verify(path: Path, *options: object) -> dict[str, Any]:
    told = CliRunner().invoke(main, [str(path), "--json", *map(str, options)])
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.output)
    return found


async def export(ground: Ground, path: Path) -> Path:
    made = await ground.cloud.audit_export.make(ground.tenant, OPERATOR)
    write_archive(path, made.members)
    return path


async def test_a_checkpoint_a_proof_and_a_comparison_are_verified(ground: Ground, tmp_path: Path) -> None:
    """R28, C40."""
    kiosk = await ground.enrol()
    first = await arrive(ground, kiosk, 3)
    second = await arrive(ground, kiosk, 4)
    files = ground.cloud.log_files
    event = kiosk.events[2].header.id
    made = {
        "checkpoint": await files.checkpoint(ground.tenant),
        "inclusion proof": await files.inclusion(ground.tenant, event),
        "consistency proof": await files.consistency(ground.tenant, Place(1, first.size), Place(1, second.size)),
    }
    root = thumbprint(private_key(ground.root).public_key())
    for what, file in made.items():
        path = tmp_path / what
        path.write_bytes(exact_json.encode(file))
        found = verify(path, "--root", root)
        assert (found["what"], found["entries"]) == (what, second.size)
    assert verify(tmp_path / "inclusion proof")["event"] == str(event)


async def test_a_receipt_and_a_batch_are_verified_by_an_export(ground: Ground, tmp_path: Path) -> None:
    kiosk = await ground.enrol()
    await arrive(ground, kiosk, 2)
    batch, receipt = tmp_path / "batch", tmp_path / "receipt"
    batch.write_bytes(kiosk.batch())
    outcome = await ground.send(kiosk, kiosk.batch())
    receipt.write_text(outcome.receipt)  # type: ignore[attr-defined]  # accepted
    archive = await export(ground, tmp_path / "audit.zip")
    assert verify(batch, "--trust", archive)["kinds"] == {"visitor.arrived": 2}
    assert verify(receipt, "--trust", archive)["accepted"] == 2


async def test_c40_an_export_of_a_reopened_log_tells_of_its_generations(ground: Ground, tmp_path: Path) -> None:
    """C40: and one proof spans them."""
    kiosk = await ground.enrol()
    before = await arrive(ground, kiosk, 2)
    device = await ground.cloud.devices.find(kiosk.key.epoch)
    assert device is not None
    hello = exact_json.read(kiosk.hello(checkpoint=await lost_note(ground, 77)), Hello, what="hello")
    await ground.cloud.log_witnesses.hear(device, hello, "192.0.2.1")
    after = await arrive(ground, kiosk)
    archive = await export(ground, tmp_path / "audit.zip")
    (told,) = verify(archive)["generations"]
    assert f"continues 1:{before.size}" in told
    assert "cites 77 entries under" in told
    assert "generation     entry" in CliRunner().invoke(main, [str(archive)]).output
    file = await ground.cloud.log_files.consistency(ground.tenant, Place(1, before.size), Place(2, after.size))
    path = tmp_path / "span"
    path.write_bytes(exact_json.encode(file))
    assert verify(path)["continues"] == before.place


async def test_c46_keys_rotate_withdraw_and_move_in_one_chain_of_pages(ground: Ground, tmp_path: Path) -> None:
    """C46: an export made after all that is verified by any log key that is listed."""
    kiosk = await ground.enrol()
    await arrive(ground, kiosk)
    old = private_key(ground.root)
    for purpose in ("log", "receipt"):
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
            await ground.cloud.ceremony.rotate(tx, cipher, purpose)
            await ground.cloud.ceremony.publish_page(tx, old)
    assert verify(await export(ground, tmp_path / "audit.zip"))["ok"]
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        found = await signing_keys.list_all(tx)
        current = next(key for key in found if (key.purpose, key.standing) == ("receipt", "current"))
        cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
        await ground.cloud.ceremony.withdraw(tx, cipher, current.id)
        page = await ground.cloud.ceremony.publish_page(tx, old, PageTerms(above=40))
    assert page.version == 41
    assert page.root_key == public_key(base64url(page.root_key)).public_bytes_raw()
    with pytest.raises(ProtocolError):
        async with ground.cloud.db.tenant(ground.tenant) as tx:
            await ground.cloud.ceremony.move_root(tx, old, old)


async def test_c46_a_key_whose_private_half_is_lost_is_rotated_away(ground: Ground) -> None:
    """C46: as after a key service that lost what it had wrapped."""
    kiosk = await ground.enrol()
    async with ground.cloud.db.tenant(ground.tenant) as tx:
        await signing_keys.retire_current(tx, "receipt")
        await tx.connection.execute(
            "update lodge.signing_key set private_key = null where tenant_id = %s and purpose = 'receipt'", (tx.id,)
        )
        cipher = await data_keys.open_organisation_key(tx, ground.cloud.ring)
        await ground.cloud.ceremony.rotate(tx, cipher, "receipt")
        await ground.cloud.ceremony.rotate(tx, cipher, "receipt")
        await ground.cloud.ceremony.publish_page(tx, private_key(ground.root))
    assert (await arrive(ground, kiosk)).size > 0
    assert (await newest(ground)).generation == 1
