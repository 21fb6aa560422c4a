"""Every kind of the audit log has words, and what is exported as a table commands no spreadsheet (R26, C35)."""

import re
from pathlib import Path

import pytest

import cloud_api
from cloud_api.services.audit_kinds import ADMIN_KINDS, DEVICE_KINDS
from cloud_api.services.audit_tables import harmless
from sync.protocol.kinds import Kind
from sync.protocol.log_witness import GENERATION_OPENED


def test_every_kind_that_is_recorded_has_words() -> None:
    """R26: of kiosks, and of all that the code records."""
    sources = "\n".join(path.read_text("utf-8") for path in Path(cloud_api.__file__).parent.rglob("*.py"))
    recorded = set(re.findall(r'AdminAct\(\s*"([a-z]+\.[a-z_]+)"', sources))
    assert recorded >= {"kiosk.revoked", "visit.erased", "staff.signin_failed"}
    assert sorted(recorded - set(ADMIN_KINDS)) == []
    assert set(DEVICE_KINDS) == set(Kind)
    assert GENERATION_OPENED in ADMIN_KINDS


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=1+1", "'=1+1"), ("-1", "'-1"), (" @x", "' @x"), ("\t=x", "'\t=x"), ("\rx", "'\rx"), ("a=b", "a=b"), ("", "")],
)
def test_c35_a_cell_that_begins_like_a_formula_is_written_as_text(cell: str, written: str) -> None:
    """C35."""
    assert harmless(cell) == written
