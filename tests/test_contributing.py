"""What CONTRIBUTING.md and the pages list is what there is: files, formats, options, settings."""

import io
import re
import subprocess
from dataclasses import Field, fields
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from vnetlint import report
from vnetlint.cli.main import main
from vnetlint.config import runoptions
from vnetlint.lsp.client import UserSettings
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
SECTIONS = {each.partition("\n")[0]: each for each in PAGE.split("\n## ")[1:]}
OPTIONS = fields(UserSettings().options)
IN_EXAMPLES = re.compile(r"NAME|FAMILY|the_name")
PATH = re.compile(r"\.?[\w.-]+(?:/[\w.-]*)+|[A-Z]+\.md")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def table(path: str, heading: str) -> list[str]:
    """The names in the first column of a table."""
    after = read(path).partition(f"| {heading} |")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([\w-]+)` \|", after, re.MULTILINE)


def mentioned() -> list[str]:
    spans = re.findall(r"`([^`\n]+)`", PAGE)
    found = {each for each in spans if PATH.fullmatch(each) and not IN_EXAMPLES.search(Path(each).stem)}
    return sorted(found - {"build/"})


@pytest.mark.parametrize("path", mentioned())
def test_every_path_that_is_named_exists(path: str) -> None:
    # `vnetlint/host` may be a module or a folder of modules.
    assert (ROOT / path).exists() or (ROOT / f"{path}.py").exists()


def test_paths_are_named() -> None:
    assert {"vnetlint/config/runoptions.py", "docs/reports.md", "schemas/common.rnc", ".ci/oracles"} <= {*mentioned()}


def test_there_is_a_list_for_each_kind_of_addition() -> None:
    assert [each for each in SECTIONS if each.startswith("Add ")] == [
        "Add a rule",
        "Add a report format",
        "Add a question across files",
        "Add an option of a run",
        "Add a libvirt release",
        "Add a scenario with packets",
        "Add a page of documentation",
    ]


def test_the_sections_of_a_page_are_those_that_pages_have() -> None:
    named = re.findall(r"`## ([A-Z][a-z ]+)`", SECTIONS["Add a rule"])
    assert {*named} == {section for rule in builtin() for section in rule.page.sections}


def test_a_rule_is_one_file() -> None:
    for rule in builtin():
        folder, stem = rule.module.split(".")[-2:]
        assert (folder, stem) == (rule.family, rule.name.replace("-", "_"))
        assert (ROOT / "rules" / folder / f"{stem}.py").is_file()


def test_a_format_is_one_module_and_a_row_of_the_table() -> None:
    assert {*table("docs/reports.md", "format")} == {*report.formats()}
    shown = re.search(r"`--output-format (\w+`(?:(?:,| or) `\w+`)+)", read("README.md").replace("\n", " "))
    assert shown
    assert {*re.findall(r"(\w+)`", shown[1])} == {*report.formats()}
    for each in iter_modules(report.__path__):
        module = import_module(f"vnetlint.report.{each.name}")
        assert hasattr(module, "render") == (each.name in report.formats()), each.name


@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: str(each.name))
def test_an_option_is_on_the_command_line_and_on_a_page(option: Field[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--help"], io.BytesIO(), io.StringIO(), io.StringIO()) == 0
    flag = option.metadata["flag"]
    assert re.search(rf"^ +{flag}\b", capsys.readouterr().out, re.MULTILINE)
    assert re.search(rf"{flag}\b", read("README.md") + read("docs/configuration.md"))


@pytest.mark.parametrize("option", OPTIONS, ids=lambda each: str(each.name))
def test_an_option_for_editors_is_among_the_settings_of_the_server(option: Field[Any]) -> None:
    if name := option.metadata["setting"]:
        assert f"`{name}`" in read("docs/server.md").partition("## Settings")[2]
        assert f'"vnetlint.{name}"' in read("editors/vscode/package.json")
        assert f":{name}" in read("editors/emacs/vnetlint.el")


def test_the_documentation_of_options_names_their_home() -> None:
    assert Path(str(runoptions.__file__)).relative_to(ROOT).as_posix() in SECTIONS["Add an option of a run"]


def test_the_releases_that_are_asked_are_those_that_the_page_names() -> None:
    roots = re.search(r"^ROOTS\b.*?= \{(.*)\}", read("tests/oracle/libvirtd.py"), re.MULTILINE)
    assert roots
    named = re.search(r"`Seen on (.*?)\.`", PAGE)
    assert named
    assert re.findall(r"\d+\.\d+", named[1]) == re.findall(r'"(\d+\.\d+)":', roots[1])


def test_every_room_is_on_the_page_of_the_architecture() -> None:
    page = read("docs/architecture.md")
    rooms = [f"{each.parent.name}/" for each in sorted(ROOT.glob("vnetlint/*/__init__.py"))]
    loose = [each.name for each in sorted(ROOT.glob("vnetlint/*.py")) if not each.name.startswith("__")]
    missing = [each for each in (*rooms, *loose) if f"`{each}`" not in page]
    assert [each for each in missing if f"`{each.removesuffix('.py')}/`" not in page] == []


def test_make_says_what_there_is() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    shown = {
        arguments: subprocess.run(
            ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout
        for arguments in ((), ("help",))
    }
    assert shown[()] == shown["help",]
    assert [line.split()[1] for line in shown[()].splitlines()] == targets
