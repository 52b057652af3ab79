"""`vnetlint self-check` on an installation, whole and damaged: what is wrong is one line with what to do."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.release.conftest import without

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LAN = "<network><name>lan</name><bridge name='virbr9'/></network>\n"


def check(env: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(env / "bin" / "vnetlint"), "self-check", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def broken(ran: subprocess.CompletedProcess[str]) -> list[str]:
    assert (ran.returncode, ran.stderr) == (2, "")
    return re.findall(r"^BROKEN (.*)$", ran.stdout, re.MULTILINE)


def test_a_whole_installation_works(installed: Path) -> None:
    ran = check(installed)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("\nEverything works.\n")
    assert re.search(r"^ok +files: all \d{3,} are as installed$", ran.stdout, re.MULTILINE)
    assert re.search(r"^ok +sample: all 3 known faults are found$", ran.stdout, re.MULTILINE)
    assert "server not installed, for vnetlint server" in ran.stdout


def test_nothing_private_is_printed(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home of somebody"
    (home / "kvm").mkdir(parents=True)
    (home / "kvm" / "vnetlint.toml").touch()
    shutil.copytree(installed, home / "env", symlinks=True)
    # Not its script, which has the path of the environment that it was made in.
    command = [str(home / "env" / "bin" / "python"), "-m", "vnetlint", "self-check"]
    own = {**os.environ, "HOME": str(home), "TMPDIR": str(home)}
    for options in ((), ("--json",)):
        ran = subprocess.run(
            [*command, *options], cwd=home / "kvm", env=own, capture_output=True, text=True, check=True
        )
        assert "somebody" not in ran.stdout + ran.stderr
        assert "~/kvm/vnetlint.toml" in ran.stdout
        assert os.uname().nodename not in re.split(r"[^\w.-]", ran.stdout)
    printed = json.loads(ran.stdout)
    assert printed["installed"].startswith("in ~/env/lib/")
    assert printed["extras"]["server"] == {"present": False, "for": "vnetlint server, for editors"}


@pytest.mark.parametrize("package", ["lxml", "pydantic", "xmlschema"])
def test_a_missing_package_is_one_line(damaged: Path, package: str) -> None:
    without(damaged, package)
    (line,) = broken(check(damaged))
    remedy = "install vnetlint again, with pip's option --force-reinstall"
    assert line == f"{package}: the package {package} is not installed; {remedy}"
    printed = check(damaged, "--json")
    assert printed.returncode == 2
    assert json.loads(printed.stdout)["works"] is False


def test_a_command_names_the_package_that_it_misses(damaged: Path, tmp_path: Path) -> None:
    without(damaged, "lxml")
    (tmp_path / "lan.xml").write_text(LAN)
    command = [str(damaged / "bin" / "vnetlint"), "check", str(tmp_path / "lan.xml")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "vnetlint: No module named 'lxml'; vnetlint is not completely installed: "
        "`vnetlint self-check` says what is missing\n"
    )
    without(damaged, "typer")
    ran = check(damaged)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == ("vnetlint: No module named 'typer'; vnetlint is not completely installed: install it again\n")


def test_changed_and_missing_files_are_found(damaged: Path) -> None:
    (package,) = damaged.glob("lib/python3*/site-packages/vnetlint")
    (package / "schemas" / "network.rng").write_text("<grammar/>")
    lines = broken(check(damaged))
    assert lines[0].startswith("files: vnetlint/schemas/network.rng: missing, or not what was installed; install ")
    assert [line.partition(":")[0] for line in lines] == ["files", "schemas", "sample"]
    shutil.rmtree(package / "rules" / "network")
    lines = broken(check(damaged))
    assert re.match(r"files: vnetlint/rules/network/\S+ and \d+ more: missing, or not", lines[0])
    shutil.rmtree(package / "project")
    assert broken(check(damaged))[-1].startswith("sample: ModuleNotFoundError: No module named 'vnetlint.project'")


def test_an_old_package_is_found(damaged: Path) -> None:
    (metadata,) = damaged.glob("lib/python3*/site-packages/lxml-*.dist-info/METADATA")
    metadata.write_text(re.sub(r"(?m)^Version: .*$", "Version: 4.9.3", metadata.read_text("utf-8")))
    (line,) = broken(check(damaged))
    assert line.startswith("lxml: lxml 4.9.3 is installed; expected >=5.2; install vnetlint again")


def test_no_place_for_temporary_files_is_found(installed: Path) -> None:
    program = "import tempfile; tempfile.tempdir = '/dev/null/no'; from vnetlint.cli.main import run; run()"
    command = [str(installed / "bin" / "python"), "-c", program, "self-check"]
    (line,) = broken(subprocess.run(command, capture_output=True, text=True, check=False))
    assert line == "temporary files: cannot be written: Not a directory; set TMPDIR to a folder that can"
