"""As a peer: 10,000 documents of an event's size by PouchDB replication into express-pouchdb, beside our drain.

Skipped by name where npm, or its packages, are not to be had.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row, beside, skipped
from benchmarks.sync_drain import drain_seconds

DOCUMENTS, DOCUMENT_BYTES = 10_000, 900
NAME = f"drain of {DOCUMENTS} events"
WHAT = f"PouchDB replicating {DOCUMENTS} documents over HTTP"
_INSTALL_SECONDS, _RUN_SECONDS = 300, 600
_SCRIPT = """
const PouchDB = require('pouchdb');
const express = require('express');
const path = require('path');
const folder = process.argv[2];
require('fs').mkdirSync(path.join(folder, 'server'));
const Server = PouchDB.defaults({ prefix: path.join(folder, 'server') + path.sep });
const app = express();
const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: path.join(folder, 'log') };
app.use('/', require('express-pouchdb')(Server, options));
const listening = app.listen(0, '127.0.0.1', async () => {
  const local = new PouchDB(path.join(folder, 'kiosk'));
  const filler = 'x'.repeat(Number(process.argv[4]));
  const docs = Array.from({ length: Number(process.argv[3]) }, (_, n) => ({ _id: String(n).padStart(8, '0'), filler }));
  for (let at = 0; at < docs.length; at += 250) await local.bulkDocs(docs.slice(at, at + 250));
  const begun = process.hrtime.bigint();
  const done = await local.replicate.to(`http://127.0.0.1:${listening.address().port}/server`, { batch_size: 256 });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(JSON.stringify({ seconds, written: done.docs_written }));
  process.exit(0);
});
"""


def rows() -> Iterator[Row]:
    """Ours beside theirs, or a row that says why not."""
    theirs, reason = _replicate()
    if theirs is None:
        yield skipped(NAME, f"{WHAT}: {reason}")
        return
    yield beside(NAME, drain_seconds(DOCUMENTS), "s", theirs, WHAT, bar=1.0)


def _replicate() -> tuple[float | None, str]:
    if shutil.which("npm") is None or shutil.which("node") is None:
        return None, "npm is not installed"
    with tempfile.TemporaryDirectory(prefix="lodge-bench-") as name:
        folder = Path(name)
        (folder / "package.json").write_text("{}", encoding="utf-8")
        packages = ["pouchdb@9", "express-pouchdb@4", "express@4"]
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages]
        done = subprocess.run(install, capture_output=True, text=True, check=False, timeout=_INSTALL_SECONDS)
        if done.returncode:
            return None, "its packages are not to be had"
        (folder / "run.js").write_text(_SCRIPT, encoding="utf-8")
        run = ["node", "run.js", str(folder), str(DOCUMENTS), str(DOCUMENT_BYTES)]
        ran = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False, timeout=_RUN_SECONDS)
        if ran.returncode:
            return None, f"it failed ({(ran.stderr.strip().splitlines() or ['no reason'])[-1][:120]})"
        facts = json.loads(ran.stdout.strip().splitlines()[-1])
        if facts["written"] != DOCUMENTS:
            return None, f"it wrote {facts['written']} documents"
        return float(facts["seconds"]), ""
