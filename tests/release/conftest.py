"""One release for all tests here: the repository is prepared, tagged, and its release workflow runs to the end."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import checkout
from tests.release.forge import UV, Forge, workflow
from tools import release
from vnetlint import __version__

TAG = f"v{__version__}"


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working tree as a repository, with a release that is prepared and tagged."""
    copy = checkout.published(tmp_path_factory.mktemp("repository"), "before")
    release.prepare(copy, __version__, "2030-01-31")
    checkout.git(copy, "commit", "--quiet", "--all", "--message", "release", "--no-verify")
    checkout.git(copy, "tag", TAG)
    return copy


@pytest.fixture(scope="session")
def forge(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Forge:
    """The release workflow after its run."""
    path = repository / ".github" / "workflows" / "release.yml"
    made = Forge(workflow(path), repository, TAG, tmp_path_factory.mktemp("forge"))
    made.run()
    return made


@pytest.fixture(scope="session")
def wheel(forge: Forge) -> Path:
    """The wheel that was published."""
    (found,) = forge.index.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def sdist(forge: Forge) -> Path:
    """The source distribution that was published."""
    (found,) = forge.index.glob("*.tar.gz")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the published wheel, which no test changes."""
    return environment(tmp_path_factory.mktemp("installed") / "env", str(wheel))


def environment(folder: Path, *packages: str, python: str = sys.executable) -> Path:
    """Make an environment with packages, quickly, by uv."""
    subprocess.run([UV, "venv", "--quiet", "--python", python, str(folder)], check=True)
    # Files are copied, because a test that changes a link would change uv's cache.
    install = [str(UV), "pip", "install", "--quiet", "--link-mode=copy", "--python", str(folder / "bin" / "python")]
    subprocess.run([*install, *packages], check=True)
    return folder


@pytest.fixture
def damaged(installed: Path, wheel: Path, tmp_path: Path) -> Path:
    """An environment of its own for a test that breaks it."""
    return environment(tmp_path / "env", str(wheel))


def without(env: Path, package: str) -> None:
    """Remove a package from an environment by hand, as an interrupted upgrade does."""
    (site,) = env.glob("lib/python3*/site-packages")
    for each in site.glob(f"{package}*"):
        shutil.rmtree(each) if each.is_dir() else each.unlink()
