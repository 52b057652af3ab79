"""What docs/versioning.md says is supported is what the packages, hooks and plugins declare."""

import json
import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "versioning.md").read_text("utf-8")
SUPPORTED = dict(re.findall(r"^\| ([\w -]+) \| (.*) \|$", PAGE.partition("## What is supported")[2], re.MULTILINE))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_pythons_are_those_of_the_package() -> None:
    classified = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))
    assert re.findall(r"3\.\d+", SUPPORTED["Python"]) == classified
    assert PROJECT["requires-python"] == f">={classified[0]}"


def test_the_libvirts_are_those_that_are_asked() -> None:
    asked = re.search(r"^ROOTS\b.*?= \{(.*)\}", (ROOT / "tests/oracle/libvirtd.py").read_text("utf-8"), re.MULTILINE)
    newest, *seen = re.findall(r"\d+\.\d+", SUPPORTED["libvirt that files are for"])
    assert asked
    assert seen == re.findall(r'"(\d+\.\d+)":', asked[1])
    schemas = "".join(path.read_text("utf-8") for path in (ROOT / "schemas").glob("*.rng"))
    since = {tuple(map(int, each.split("."))) for each in re.findall(r"since=\"(\d+\.\d+)\.\d+\"", schemas)}
    assert max(since) == tuple(map(int, newest.split(".")))


def test_the_hooks_and_the_editors_are_those_that_are_declared() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert {f"{hook['minimum_pre_commit_version']} and newer" for hook in hooks} == {SUPPORTED["pre-commit"]}
    manifest = json.loads((ROOT / "editors/vscode/package.json").read_text("utf-8"))
    assert manifest["engines"]["vscode"] == f"^{SUPPORTED['VS Code'].removesuffix(' and newer')}.0"
    lisp = (ROOT / "editors/emacs/vnetlint.el").read_text("utf-8")
    wanted = re.search(r'\(emacs "([\d.]+)"\) \(eglot "([\d.]+)"\)', lisp)
    assert wanted
    assert SUPPORTED["Emacs"] == f"{wanted[1]} and newer, with Eglot {wanted[2]}"


def test_every_extra_is_explained_by_self_check() -> None:
    from vnetlint.cli.installation import PURPOSES

    assert {*PURPOSES} == {*PROJECT["optional-dependencies"]} - {"docs", "test"}
