"""The wheel contains the rules and schemas, and a bare checkout finds them too."""

import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent
BAD = "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/><ip address='10.0.0.1'/></network>\n"


def _left_behind(folder: str, names: list[str]) -> set[str]:
    made = {"build"} if Path(folder) == ROOT else set()
    return shutil.ignore_patterns("dist", "node_modules", "*.egg-info", ".*")(folder, names) | made


@pytest.mark.slow
def test_wheel_works_in_a_new_environment(tmp_path: Path) -> None:
    # Built from a copy, because leftovers of an earlier build would go into the wheel too.
    shutil.copytree(ROOT, tmp_path / "source", ignore=_left_behind)
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(tmp_path / "source"))
    (wheel,) = tmp_path.glob("*.whl")
    _contains_only_the_package(wheel)
    venv.create(tmp_path / "env", with_pip=True)
    python = str(tmp_path / "env" / "bin" / "python")
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel))
    (tmp_path / "lan.xml").write_text(BAD)
    _check(str(tmp_path / "env" / "bin" / "vnetlint"), cwd=tmp_path)
    listed = _run(str(tmp_path / "env" / "bin" / "vnetlint"), "rules").splitlines()
    assert len(listed) == len(builtin())


def test_bare_checkout_works(tmp_path: Path) -> None:
    (tmp_path / "lan.xml").write_text(BAD)
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from vnetlint.cli.main import run; run()"
    _check(sys.executable, "-P", "-c", program, cwd=tmp_path)


def _contains_only_the_package(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"vnetlint"}
    assert "vnetlint/rules/bundle.py" in names
    assert any(name.endswith(".data/data/share/man/man1/vnetlint.1") for name in names)
    schemas = [name for name in names if name.startswith("vnetlint/schemas/")]
    assert [name for name in schemas if name.endswith(".py")] == ["vnetlint/schemas/__init__.py"]
    assert "vnetlint/schemas/domain.rng" in schemas


def _check(*command: str, cwd: Path) -> None:
    run = subprocess.run([*command, "check", "lan.xml"], cwd=cwd, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (1, "")
    assert "[ip-on-bridged-network]" in run.stdout
    assert "schema" not in run.stdout


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_wheel_has_every_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    below = [path.parent.relative_to(ROOT) for path in ROOT.glob("vnetlint/**/__init__.py")]
    content = [
        path.parent.relative_to(ROOT) for name in ("rules", "schemas") for path in ROOT.glob(f"{name}/**/__init__.py")
    ]
    packages = {".".join(path.parts) for path in below} | {f"vnetlint.{'.'.join(path.parts)}" for path in content}
    assert sorted(packages) == declared
