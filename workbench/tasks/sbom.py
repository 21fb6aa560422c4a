"""The bill of materials (CycloneDX 1.6): every distribution that may be installed, and every file from elsewhere.

python -m workbench.tasks.sbom         write docs/security/sbom.json
./lodge check pins                     fail where it is not what requirements.txt and the vendored files say

It says nothing of the day or the machine that it was made on: the same checkout gives the same bytes. A component has
the SHA-256 of each archive that ``requirements.txt`` allows; licences are those that installed metadata states, and
where a distribution is for another system they stay as they were.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from workbench.tasks.gate import Findings
from workbench.tasks.licences import read_policy, stated_licences
from workbench.tasks.tree import CHECKOUT, project_settings
from workbench.tasks.vendored import Vendored, vendored_files
from workbench.tasks.versions import pins_of

SBOM = Path("docs", "security", "sbom.json")
_MADE_BY = "python -m workbench.tasks.sbom"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_SPDX = re.compile(r"[A-Za-z0-9.+-]+")

Component = dict[str, Any]
Licences = dict[str, list[Component]]
"""By the component's ``bom-ref``."""


def render(root: Path, licences: Licences) -> str:
    """The file: one component a line, in the order of their names."""
    project = project_settings(root)["project"]
    version = project["version"]
    subject = {
        "type": "application",
        "bom-ref": f"pkg:pypi/{project['name']}@{version}",
        "name": project["name"],
        "version": version,
        "licenses": [{"license": {"id": project["license"]}}],
        "purl": f"pkg:pypi/{project['name']}@{version}",
    }
    parts = [*_distributions(root, licences), *map(_vendored, vendored_files(root))]
    parts.sort(key=lambda part: str(part["bom-ref"]))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": subject}}
    members = [f" {_line(name)}: {_line(value)}" for name, value in head.items()]
    lines = ",\n".join(f"  {_line(part)}" for part in parts)
    members.append(f' "components": [\n{lines}\n ]')
    return "{\n" + ",\n".join(members) + "\n}\n"


def check_sbom(root: Path) -> Findings:
    """Compare the file with what there is; its licences are judged by the check of licences."""
    stored = _stored(root)
    if stored == render(root, _known_licences(stored)):
        return Findings()
    return Findings((f"{SBOM}: differs from requirements.txt and the vendored files; run {_MADE_BY}",))


def main() -> int:
    """Write the file."""
    licences = {
        **_known_licences(_stored(CHECKOUT)),
        **_excepted_licences(CHECKOUT),
        **_installed_licences(distributions()),
    }
    text = render(CHECKOUT, licences)
    (CHECKOUT / SBOM).write_text(text, encoding="utf-8")
    print(f"{SBOM}: {len(json.loads(text)['components'])} components")
    return 0


def _distributions(root: Path, licences: Licences) -> Iterator[Component]:
    path = root / "requirements.txt"
    markers = {(name, version): marker for name, pins in pins_of(path).items() for version, marker in pins}
    for name, version, hashes in _hashes_of(path.read_text(encoding="utf-8")):
        purl = f"pkg:pypi/{name}@{version}"
        found: Component = {"type": "library", "bom-ref": purl, "name": name, "version": version}
        found["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in hashes]
        if purl in licences:
            found["licenses"] = licences[purl]
        found["purl"] = purl
        if marker := markers[name, version]:
            found["properties"] = [{"name": "lodge:only-where", "value": marker}]
        yield found


def _hashes_of(requirements: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each pin's canonical name, version, and the hashes of its archives."""
    for block in re.split(r"\n(?=\S)", requirements):
        if found := _PIN.match(block):
            yield canonicalize_name(found[1]), found[2], sorted(_HASH.findall(block))


def _vendored(file: Vendored) -> Component:
    source = {"type": "library", "name": file.name, "version": file.version, "purl": file.purl}
    return {
        "type": "file",
        "bom-ref": file.path.as_posix(),
        "name": file.path.as_posix(),
        "version": file.version,
        "hashes": [{"alg": "SHA-256", "content": sha256((file.root / file.path).read_bytes()).hexdigest()}],
        "licenses": [{"license": {"id": file.licence}}],
        "pedigree": {"ancestors": [source]},
    }


def _excepted_licences(root: Path) -> Licences:
    """What licences.toml says of pins whose metadata states no allowed licence, for whatever system they are."""
    pins, reasons = pins_of(root / "requirements.txt"), read_policy().exceptions
    return {
        f"pkg:pypi/{name}@{version}": [{"license": {"name": reasons[name]}}]
        for name in pins.keys() & reasons.keys()
        for version, _ in pins[name]
    }


def _installed_licences(installed: Iterable[Distribution]) -> Licences:
    policy = read_policy()
    found: Licences = {}
    for distribution in installed:
        name = canonicalize_name(distribution.metadata["Name"])
        purl = f"pkg:pypi/{name}@{distribution.version}"
        if name in policy.exceptions:
            continue
        if "License-Expression" in distribution.metadata:
            found[purl] = [{"expression": distribution.metadata["License-Expression"]}]
        elif stated := stated_licences(distribution, policy):
            found[purl] = [{"license": _named(licence)} for licence in sorted(set(stated))]
    return found


def _named(licence: str) -> Component:
    return {"id": licence} if _SPDX.fullmatch(licence) else {"name": licence}


def _known_licences(stored: str) -> Licences:
    try:
        parts = json.loads(stored)["components"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {part["bom-ref"]: part["licenses"] for part in parts if part.get("licenses")}


def _stored(root: Path) -> str:
    path = root / SBOM
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _line(part: object) -> str:
    return json.dumps(part, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
