"""A machine for ./lodge to meet: a checkout's copy, and a PATH that holds only what the test plants there.

Python, apt-get, dpkg-query and sudo are small shell scripts that write what they were asked to `calls`.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
_TOOLS = (
    *("awk", "cat", "cp", "df", "dirname", "env", "flock", "getconf", "grep", "id", "mkdir", "readlink"),
    *("rm", "sed", "sha256sum", "sleep", "sh", "tr", "true", "uname"),
)

_PYTHON = r"""#!/bin/sh
case "$*" in
    "-I -S -c"*) echo 'python 3.11' ;;
    "-I -c"*) [ ! -e "$MACHINE/python-is-unfit" ] ;;
    -V*) echo 'Python 3.11.0' ;;
    "-m venv "*)
        echo "venv $3" >>"$MACHINE/calls"
        mkdir -p "$3/bin" "$3/lib/python3.11/site-packages"
        cp "$0" "$3/bin/python" ;;
    "-I -m pip --version") echo 'pip 1' ;;
    "-I -m pip "*)
        echo "pip $*" >>"$MACHINE/calls"
        [ ! -e "$MACHINE/pip-is-slow" ] || sleep 0.3
        if [ -e "$MACHINE/pip-fails" ]; then cat "$MACHINE/pip-fails"; exit 1; fi
        echo 'Collecting click==8.5.1'
        mkdir -p "${0%/bin/python}/lib/python3.11/site-packages/click-8.5.1.dist-info" ;;
    *) echo "ran in $PWD:"; for argument in "$@"; do echo "<$argument>"; done; echo "path <$PYTHONPATH>" ;;
esac
"""
_APT_GET = r"""#!/bin/sh
echo "apt-get $*" >>"$MACHINE/calls"
if [ -e "$MACHINE/apt-fails" ]; then cat "$MACHINE/apt-fails"; exit 100; fi
case " $* " in *" install "*)
    for word in "$@"; do echo "Setting up $word"; echo "$word" >>"$MACHINE/packages"; done
    case " $* " in *" python3 "*) rm -f "$MACHINE/python-is-unfit" ;; esac ;;
esac
"""
_DPKG_QUERY = r"""#!/bin/sh
for word in "$@"; do
    if grep -qxF -e "$word" "$MACHINE/packages"; then echo "installed $word"; fi
done
"""
_SUDO = r"""#!/bin/sh
echo "sudo $*" >>"$MACHINE/calls"
[ "$1" != -n ] || shift
"$@"
"""


class BareMachine:
    """A 64-bit Debian machine with Python, apt-get and none of the packages, until told otherwise."""

    def __init__(self, folder: Path) -> None:
        """Make `folder`, and in it `a checkout` that has two commands: check and verify."""
        self.folder = folder
        self.checkout = folder / "a checkout"
        self.state = self.checkout / ".lodge"
        self._bin = folder / "bin"
        self.environment = {"PATH": str(self._bin), "MACHINE": str(folder)}
        self._bin.mkdir(parents=True)
        for name in _TOOLS:
            found = shutil.which(name)
            if found is None:
                raise FileNotFoundError(name)
            (self._bin / name).symlink_to(found)
        self.plant("python3", _PYTHON)
        self.plant("apt-get", _APT_GET)
        self.plant("dpkg-query", _DPKG_QUERY)
        (folder / "packages").write_text("", encoding="utf-8")
        for name in ("workbench/tasks/check.py", "sync/verify_cli.py"):
            module = self.checkout / name
            module.parent.mkdir(parents=True)
            module.write_text("", encoding="utf-8")
        shutil.copy(_CHECKOUT / "lodge", self.checkout / "lodge")
        self.write_packages("shellcheck check\nchromium|chromium-browser demo\npython3 python\n")
        self.pin("click==8.5.1")

    def plant(self, name: str, script: str = _PYTHON) -> None:
        """Put a program on PATH, a fit Python if no script is given, in the place of the machine's own."""
        program = self._bin / name
        program.unlink(missing_ok=True)
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)

    def lacks(self, name: str) -> None:
        """Take a program away."""
        (self._bin / name).unlink(missing_ok=True)

    def become_a_user(self, *, with_sudo: bool) -> None:
        """Be somebody other than root."""
        self.plant("id", "#!/bin/sh\necho 1000\n")
        if with_sudo:
            self.plant("sudo", _SUDO)

    def state_that(self, fact: str, words: str = "") -> None:
        """Turn on a fault (pip-fails, apt-fails, pip-is-slow, python-is-unfit), with what it prints."""
        (self.folder / fact).write_text(words, encoding="utf-8")

    def mend(self, fact: str) -> None:
        """Turn a fault off."""
        (self.folder / fact).unlink()

    def write_packages(self, text: str) -> None:
        """Replace apt-packages.txt."""
        (self.checkout / "apt-packages.txt").write_text(text, encoding="utf-8")

    def has(self, *packages: str) -> None:
        """Have Debian packages installed."""
        (self.folder / "packages").write_text("".join(f"{name}\n" for name in packages), encoding="utf-8")

    def pin(self, requirement: str) -> None:
        """Replace both requirements files."""
        for name in ("requirements.txt", "requirements-dev.txt"):
            (self.checkout / name).write_text(f"{requirement} \\\n    --hash=sha256:00\n", encoding="utf-8")

    def lodge(
        self, *arguments: str, script: Path | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run ./lodge to its end, without a terminal."""
        with self.start(*arguments, script=script, cwd=cwd) as process:
            out, err = process.communicate(timeout=60)
            return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start(self, *arguments: str, script: Path | None = None, cwd: Path | None = None) -> subprocess.Popen[str]:
        """Start ./lodge, by another path or from another folder if one is given."""
        return subprocess.Popen(
            [str(script or self.checkout / "lodge"), *arguments],
            cwd=cwd or self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def calls(self, program: str = "") -> list[str]:
        """Return what the planted programs were asked, all or those of one program."""
        log = self.folder / "calls"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(program)]
