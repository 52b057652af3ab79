"""The release workflow, run here to the end: what it publishes is what the tag has, and it installs and works."""

import email
import json
import re
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests import checkout
from tests.release.conftest import TAG, environment
from tests.release.forge import ADDRESS, Forge
from tools import release
from vnetlint import __version__

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = checkout.ROOT


def test_every_job_runs_after_those_it_needs(forge: Forge) -> None:
    assert forge.done == ["build", "test", "attest", "publish", "announce"]


def test_what_is_published_is_what_was_built_and_attested(forge: Forge) -> None:
    built = _contents(forge.folder / "artifacts" / "dist")
    assert sorted(built) == [f"vnetlint-{__version__}-py3-none-any.whl", f"vnetlint-{__version__}.tar.gz"]
    assert _contents(forge.index) == _contents(forge.attested) == built


def test_the_release_has_the_notes_of_the_changelog(forge: Forge, repository: Path) -> None:
    arguments = forge.release.read_text("utf-8").splitlines()
    assert arguments[:3] == ["release", "create", TAG]
    assert {f"dist/{name}" for name in _contents(forge.index)} <= set(arguments)
    notes = (forge.folder / "announce" / "workspace" / "notes" / "notes.md").read_text("utf-8")
    assert notes == release.notes(repository, TAG)
    assert "### Added" in notes


def test_the_source_distribution_has_what_the_repository_has(sdist: Path, repository: Path) -> None:
    tracked = set(checkout.git(repository, "ls-files", "-z").split("\0")) - {""}
    with tarfile.open(sdist) as archive:
        names = {each.name.partition("/")[2] for each in archive.getmembers() if each.isfile()}
    made = {name for name in names if name in ("PKG-INFO", "setup.cfg") or name.startswith("vnetlint.egg-info/")}
    assert names - made == tracked


def test_the_tests_run_from_the_source_distribution(sdist: Path, tmp_path: Path) -> None:
    """The tests that read the whole tree; the others need less of it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    names = ("docs", "architecture", "contributing", "prose", "editors", "names", "json_promise")
    command = [*checkout.PYTEST, *(f"tests/test_{name}.py" for name in names)]
    ran = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    # The README was made fit for an index, and what it shows is tested before.
    assert ran.returncode == 0, ran.stdout[-3000:]


def test_the_wheel_has_the_package_and_nothing_else(wheel: Path, repository: Path) -> None:
    tracked = set(checkout.git(repository, "ls-files", "-z", "vnetlint", "rules", "schemas").split("\0")) - {""}
    expected = {name if name.startswith("vnetlint/") else f"vnetlint/{name}" for name in tracked}
    manual = f"vnetlint-{__version__}.data/data/share/man/man1"
    expected |= {f"{manual}/{page.name}" for page in (checkout.ROOT / "docs" / "man").glob("*.1")}
    expected |= {"vnetlint/rules/bundle.py"}
    names = set(zipfile.ZipFile(wheel).namelist())
    info = {name for name in names if ".dist-info/" in name}
    assert names - info == expected
    assert {name.partition("/")[2] for name in info} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
        "top_level.txt",
    }


def test_the_metadata_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = email.message_from_bytes(archive.read(path))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert dict(each.split(", ") for each in metadata.get_all("Project-URL", [])) == {
        "Repository": ADDRESS,
        "Issues": f"{ADDRESS}/issues",
        "Documentation": f"{ADDRESS}/tree/{TAG}/docs",
        "Changelog": f"{ADDRESS}/blob/{TAG}/CHANGELOG.md",
    }
    links = re.findall(r"\]\(([^)\s]+)\)", str(metadata.get_payload()))
    assert len(links) > 10
    # Each link leads to a file that the tag has.
    for link in (each for each in links if each.startswith(ADDRESS)):
        found = re.fullmatch(rf"{ADDRESS}/(blob|raw)/{TAG}/([^#]+)(?:#.*)?", link)
        assert found, link
        assert (ROOT / found[2]).exists(), link
        assert (found[1] == "raw") == found[2].endswith(".png"), link
    assert [each for each in links if not each.startswith("https://")] == []


def test_what_is_published_installs_from_an_index(forge: Forge, tmp_path: Path) -> None:
    env = environment(tmp_path / "env", "--find-links", str(forge.index), f"vnetlint[host]=={__version__}")
    ran = subprocess.run([env / "bin" / "vnetlint", "self-check"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert re.search(r"^ok +files: all \d{3,} are as installed$", ran.stdout, re.MULTILINE)


def test_vnetlint_works_with_the_oldest_packages_that_it_allows(wheel: Path, tmp_path: Path) -> None:
    """With exactly the minimum versions in pyproject.toml, the commands that use each of these packages work."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    # Named one by one, because only what is asked for directly gets its lowest version.
    direct = [*project["dependencies"], *extras["host"], *extras["server"]]
    names = ("hypothesis", "jinja2", "jsonschema", "pytest", "pytest-lsp", "pytest-timeout")
    tools = [each for each in extras["test"] if each.startswith(tuple(f"{name}>" for name in names))]
    env = environment(tmp_path / "env", "--resolution", "lowest-direct", str(wheel), *direct, *tools)
    python = str(env / "bin" / "python")
    printed = json.loads(
        subprocess.run([env / "bin" / "vnetlint", "self-check", "--json"], capture_output=True, check=True).stdout
    )
    declared = dict(re.findall(r"(?m)^([a-z]+)>=([\d.]+)", "\n".join(project["dependencies"])))
    assert {**declared}.keys() == printed["packages"].keys()
    for name, least in declared.items():
        assert printed["packages"][name].removesuffix(".0") == least
    assert printed["extras"]["host"]["present"]
    assert printed["extras"]["server"]["present"]
    tests = ("test_cli_config", "test_config", "test_cli_schema", "test_host", "test_convert", "test_engine")
    command = [python, *checkout.PYTEST[1:], *(f"tests/{name}.py" for name in tests)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]


def _contents(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}
