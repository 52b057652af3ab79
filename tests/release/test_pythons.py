"""The wheel installs and works on every Python that the package names, with Debian's own pip where Debian has it.

3.11 is Debian 12's: tests/release/test_install.py installs with it. 3.13 is that of Debian 13 and 3.14 that of
unstable, in the systems that .ci/oracles makes. Debian has no 3.12: it is tested where pyenv has one, and on the forge.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import checkout
from tests.oracle.libvirtd import ROOTS
from tests.release.conftest import environment
from tests.release.forge import UV

pytestmark = [pytest.mark.oracle, pytest.mark.timeout(300)]
SYSTEMS = {"3.13": ROOTS["11.3"], "3.14": ROOTS["12.8"]}
"""The systems that have a Python which this one does not have."""
OTHERS = sorted(Path.home().glob(".pyenv/versions/3.1[2-9].*/bin/python"))[:1]
PLATFORMS = ("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64")


def test_every_declared_python_is_tested_but_that_which_debian_does_not_have() -> None:
    text = (checkout.ROOT / "pyproject.toml").read_text("utf-8")
    declared = re.findall(r"Programming Language :: Python :: (3\.\d+)", text)
    assert declared == sorted(["3.11", "3.12", *SYSTEMS])


@pytest.mark.parametrize("version", SYSTEMS)
def test_the_wheel_installs_and_works_in_debian(version: str, wheel: Path) -> None:
    root = SYSTEMS[version]
    assert root is not None
    with _folder(root) as folder:
        _download(wheel, version, folder / "wheels")
        wheels = [f"{_inside(root, folder)}/wheels/{each.name}" for each in (folder / "wheels").iterdir()]
        shutil.copytree(checkout.ROOT / "examples", folder / "examples")
        env = f"{_inside(root, folder)}/env/bin"
        _run(root, "/usr/bin/python3", "-m", "venv", f"{_inside(root, folder)}/env")
        # The other system has no network here, so pip gets the packages as files.
        _run(root, f"{env}/python", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", *wheels)
        _run(root, f"{env}/python", "-m", "pip", "check")
        _works(version, f"{_inside(root, folder)}/examples", ["chroot", str(root), f"{env}/python"], f"{env}/vnetlint")


@pytest.mark.parametrize("python", OTHERS, ids=lambda path: path.parent.parent.name)
def test_the_wheel_works_on_a_python_of_pyenv(python: Path, wheel: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "env", str(wheel), python=str(python))
    version = re.match(r"3\.\d+", python.parent.parent.name)
    assert version
    _works(version[0], str(checkout.ROOT / "examples"), [str(env / "bin" / "python")], str(env / "bin" / "vnetlint"))


def _works(version: str, examples: str, python: list[str], script: str) -> None:
    """Run what uses each package, without a warning."""
    site = (examples, "--host", f"{examples}/host.json")
    printed = _output([*python, script, "self-check"])
    assert f"\npython: {version}." in printed
    assert "\nEverything works.\n" in printed
    assert "[routed-without-upstream-route]" in _output([*python, "-W", "error", script, "check", *site], code=1)


@contextmanager
def _folder(root: Path) -> Iterator[Path]:
    """A new folder in a system, which is removed afterwards."""
    with tempfile.TemporaryDirectory(dir=root / "tmp") as made:
        yield Path(made)


def _inside(root: Path, path: Path) -> str:
    return f"/{path.relative_to(root)}"


def _download(wheel: Path, version: str, folder: Path) -> None:
    """Download what a wheel needs on a Python, as wheels, and put the wheel beside them."""
    folder.mkdir()
    locked = subprocess.run(
        [UV, "pip", "compile", "--quiet", "--no-header", "--python-version", version, "--no-annotate", "-"],
        input=f"vnetlint @ file://{wheel}\n",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    packages = [line for line in locked.splitlines() if not line.startswith("vnetlint")]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    wanted = ["--dest", str(folder), "--python-version", version, *PLATFORMS, *packages]
    subprocess.run([*command, *wanted], check=True, capture_output=True)
    shutil.copy(wheel, folder)


def _run(root: Path, *command: str) -> str:
    return _output(["chroot", str(root), *command])


def _output(command: list[str], code: int = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    ran = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (code, ""), ran.stdout + ran.stderr
    return ran.stdout
