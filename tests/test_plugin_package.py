"""The example of a plugin is built, tested and installed as users do it, and nothing of a repository is imported."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import checkout, installed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

EXAMPLE = checkout.ROOT / "examples" / "plugin"
LAN = (
    "<network>\n  <name>lab</name>\n  <bridge name='virbr-lab'/>\n  <ip address='10.20.0.1' prefix='24'/>\n</network>\n"
)
TRAP = "import os\nopen(os.environ['TOUCHED'], 'a').close()\n"
PAGE = (checkout.ROOT / "docs" / "plugins.md").read_text("utf-8")
SHOWN = {
    name: text for _, name, text in re.findall(r"^(`{3,4})\w+ file=(\S+)\n(.*?)^\1$", PAGE, re.MULTILINE | re.DOTALL)
}


@pytest.fixture(scope="module")
def plugged(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with vnetlint, the example and pytest."""
    copy = tmp_path_factory.mktemp("plugin") / "plugin"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "build"))
    return installed.environment(tmp_path_factory.mktemp("plugged"), wheel, copy, "pytest")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a network, and with modules and packages that want to be imported."""
    folder = tmp_path / "repository"
    for package, module in (("evil", "evil_rules"), ("vnetlint_acme", "acme_vnetlint")):
        for info in (f"{package}.egg-info", f"{package}-9.dist-info"):
            (folder / info).mkdir(parents=True)
            (folder / info / "entry_points.txt").write_text(f"[vnetlint.rules]\n{package} = {module}\n")
            (folder / info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 9\n")
        (folder / module).mkdir()
        (folder / module / "__init__.py").write_text(f'VNETLINT_API = "1.0"\n{TRAP}')
    for module in ("typer", "lxml", "site", "sitecustomize", "difflib"):
        (folder / f"{module}.py").write_text(TRAP)
    (folder / "lan.xml").write_text(LAN)
    return folder


def run(repository: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a repository, and check that nothing of it was imported."""
    touched = repository.parent / "touched"
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command,
        cwd=repository,
        env={**own, "TOUCHED": str(touched), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not touched.exists(), "something of the repository was imported"
    return done


def test_the_example_passes_its_own_tests(plugged: Path, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    done = run(tmp_path / "tests", str(plugged / "pytest"), "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


@pytest.mark.parametrize("way", ["script", "module"])
def test_the_installed_plugin_runs_and_nothing_of_the_repository(plugged: Path, repository: Path, way: str) -> None:
    program = [str(plugged / "vnetlint")] if way == "script" else [str(plugged / "python"), "-m", "vnetlint"]
    done = run(repository, *program, "check", "--output-format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["rule"], finding["code"]) == ("bridge-without-site", "ACME001")
    off = run(repository, *program, "check", VNETLINT_NO_PLUGINS="1")
    assert (off.returncode, off.stderr) == (0, "")


def test_without_a_plugin_nothing_of_the_repository_runs(programs: Path, repository: Path) -> None:
    for program in ([str(programs / "vnetlint")], [str(programs / "python"), "-m", "vnetlint"]):
        done = run(repository, *program, "check")
        assert (done.returncode, done.stderr) == (0, "")
        assert "no findings" in done.stdout


def test_the_plugin_is_found_by_pythonpath_no_more_than_before(plugged: Path, repository: Path) -> None:
    # What Python itself imports at its start cannot be helped, so those traps are taken away.
    for module in ("typer", "lxml", "site", "sitecustomize", "difflib"):
        (repository / f"{module}.py").unlink()
    done = run(repository, str(plugged / "vnetlint"), "check", "--output-format", "concise", PYTHONPATH=".")
    assert done.stdout == (
        "lan.xml:3:11: warning: bridge name 'virbr-lab' does not begin with the site 'ham-' [bridge-without-site]\n"
    )


def test_the_tutorial_shows_the_example() -> None:
    files = [path for path in EXAMPLE.rglob("*") if path.suffix in (".py", ".toml") and "build" not in path.parts]
    assert {"lan.xml": LAN, **{str(path.relative_to(EXAMPLE)): path.read_text("utf-8") for path in files}} == SHOWN


def test_the_tutorial_shows_real_output(plugged: Path, repository: Path) -> None:
    shown = re.findall(r"^\$ vnetlint (.*)\n((?:(?!\$ |```).*\n)*)", PAGE, re.MULTILINE)
    assert shown
    for command, output in shown:
        assert run(repository, str(plugged / "vnetlint"), *command.split()).stdout == output
