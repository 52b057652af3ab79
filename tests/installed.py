"""vnetlint as users have it: a wheel of this working tree, installed in an environment of its own."""

import subprocess
import sys
import venv
from pathlib import Path

from tests import checkout


def wheel(folder: Path) -> Path:
    """Build a wheel from a copy, because leftovers of an earlier build would go into it too."""
    (folder / "source").mkdir(parents=True)
    copy = checkout.published(folder / "source", "built")
    run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(copy))
    (made,) = folder.glob("*.whl")
    return made


def environment(folder: Path, *packages: Path | str) -> Path:
    """Make an environment with packages; return its folder of programs."""
    venv.create(folder, with_pip=True)
    install(folder / "bin", *packages)
    return folder / "bin"


def install(programs: Path, *packages: Path | str) -> None:
    """Install packages into an environment. Their modules are compiled, as pip does."""
    names = map(str, packages)
    run(str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *names)


def run(*command: str) -> None:
    """Run a command, and show what it says if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
