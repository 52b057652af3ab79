"""The lines that README.md and docs/ci.md give to install vnetlint do so, from a repository."""

import re
import subprocess
from pathlib import Path

import pytest

from tests import checkout
from vnetlint import __version__

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
BROKEN = "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/><ip address='10.0.0.1'/></network>\n"


def script(page: str, repository: Path) -> str:
    """Return the only block of shell commands of a page, about a repository."""
    (block,) = re.findall(r"^```sh\n(.*?)^```$", (checkout.ROOT / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    commit = checkout.git(repository, "rev-parse", "HEAD").strip()
    return str(block).replace("ADDRESS", f"file://{repository}").replace("COMMIT", commit)


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # Bare means the Python of the distribution, in whose environment nothing is installed.
    bare = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip")}
    environment = checkout.environment(**bare)
    return subprocess.run(
        ["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_lines_of_the_readme_install_it(repository: Path, tmp_path: Path) -> None:
    done = run(script("README.md", repository), tmp_path)
    assert done.returncode == 0, done.stderr
    assert "\nEverything works.\n" in done.stdout
    assert "installed: in ~/.local/share/vnetlint/lib/" in done.stdout
    command = tmp_path / ".local" / "bin" / "vnetlint"
    assert subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout == (
        f"vnetlint {__version__}\n"
    )
    # An extra is installed into the same environment; what is installed of vnetlint stays.
    done = run("~/.local/share/vnetlint/bin/pip install 'vnetlint[host]'; ~/.local/bin/vnetlint self-check", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "host installed, for" in done.stdout


def test_the_lines_for_any_ci_install_it_and_fail_for_a_finding(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "lan.xml").write_text(BROKEN)
    done = run(script("docs/ci.md", repository), tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-1].startswith("lan.xml:1:")
    assert "[ip-on-bridged-network]" in done.stdout


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md", "docs/releasing.md"])
def test_pages_name_no_release_that_does_not_exist(page: str) -> None:
    """docs/releasing.md alone has what comes with the first one."""
    text = (checkout.ROOT / page).read_text("utf-8").partition("## What the first release changes")[0]
    assert "pip install vnetlint\n" not in text
    assert f"v{__version__}" not in text
    assert "vnetlint==" not in text
