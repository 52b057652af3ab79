"""What the playground's page is told, without a browser: the answers are those of the commands."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_architecture import ROOT

LAN = """<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.10.100' end='192.168.10.200'/>
    </dhcp>
  </ip>
</network>
"""
ODD = "<!-- 😀 --><network><name>n</name><bridge name='virbr-much-too-long'/></network>\n"


class Page:
    """A page with its files: what it asks and what it is told."""

    def __init__(self, folder: Path) -> None:
        spec = importlib.util.spec_from_file_location("playground", ROOT / "docs" / "playground" / "playground.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self._playground = module.Playground(str(folder))

    def check(self, files: dict[str, str], **options: Any) -> Any:
        return json.loads(self._playground.check(json.dumps({"files": files, **options})))

    def ask(self, what: str, *numbers: int) -> Any:
        return json.loads(getattr(self._playground, what)(*numbers))


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    # It goes back to where it was after the test.
    monkeypatch.chdir(tmp_path)
    return Page(tmp_path / "site")


def test_a_finding_with_its_fix(page: Page) -> None:
    (finding,) = page.check({"lan.xml": LAN})["findings"]
    assert finding["head"] == (
        "lan.xml:6:7: error: the range 192.168.10.100 to 192.168.10.200 is outside the subnet 192.168.20.0/24 "
        "[dhcp-range-outside-subnet]"
    )
    assert finding["fixes"][0]["level"] == "unsafe"
    fixed = page.ask("fix", 0, 0)["files"]["lan.xml"]
    assert fixed == LAN.replace("192.168.10.", "192.168.20.")
    assert page.check({"lan.xml": fixed})["findings"] == []


def test_what_fixing_would_change(page: Page) -> None:
    page.check({"lan.xml": LAN})
    assert page.ask("diff") == {"diff": "", "files": {}, "fixed": 0, "left": 1}
    page.check({"lan.xml": LAN}, unsafe=True)
    answer = page.ask("diff")
    assert answer["diff"].startswith("--- a/lan.xml\n+++ b/lan.xml\n")
    assert (answer["fixed"], answer["left"]) == (1, 0)


def test_places_are_counted_as_a_browser_counts(page: Page) -> None:
    findings = page.check({"odd.xml": ODD})["findings"]
    (found,) = (each for each in findings if "virbr-much-too-long" in each["head"])
    units = ODD.encode("utf-16-le")
    assert b"virbr-much-too-long".decode() in units[found["start"] * 2 : found["end"] * 2].decode("utf-16-le")


def test_who_reaches_whom(page: Page) -> None:
    page.check({"lan.xml": LAN}, inventory='{"version": 1}')
    answer = page.ask("reach")
    assert [each["title"] for each in answer["tables"]] == ["IPv4"]
    assert {len(row) for row in answer["tables"][0]["rows"]} == {len(answer["tables"][0]["heads"]) + 1}
    assert "allowed" in answer["legend"]


def test_options_and_files_of_an_earlier_request_are_gone(page: Page) -> None:
    assert len(page.check({"lan.xml": LAN, "a/b.xml": ODD}, rules="all", target="9.0.0")["findings"]) > 1
    assert "error" in page.check({"lan.xml": LAN}, inventory="version = 'x'")
    answer = page.check({"lan.xml": LAN})
    assert [each["rule"] for each in answer["findings"]] == ["dhcp-range-outside-subnet"]
    assert "1 file" in answer["text"]


def test_a_configuration_counts(page: Page) -> None:
    rules = 'ignore = ["dhcp-range-outside-subnet"]'
    assert page.check({"lan.xml": LAN}, configuration=rules)["findings"] == []
    assert len(page.check({"lan.xml": LAN}, configuration="")["findings"]) == 1


@pytest.mark.parametrize(
    "name",
    ["", "../x.xml", "/x.xml", "a//b.xml", "a/./b.xml", "a\\b.xml", "a/..", "x\n.xml", "vnetlint.toml", "a" * 101],
)
def test_names_that_no_file_can_have(page: Page, name: str) -> None:
    error = page.check({name: LAN}, configuration="complete = true")["error"]
    assert error == f"'{name[:100]}' cannot be the name of a file here"


def test_a_file_and_a_folder_of_one_name(page: Page) -> None:
    assert "beside the others" in page.check({"a": LAN, "a/b.xml": LAN})["error"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"rules": "nonsense"}, "unknown rule 'nonsense'"),
        ({"target": "soon"}, "soon"),
        ({"inventory": "{"}, "host.json:1:2: not JSON"),
        ({"inventory": "x"}, "host.toml:1:2: not TOML"),
        ({"configuration": "x"}, "vnetlint.toml:1:1: not TOML"),
        ({"configuration": "[metadata]\n'urn:x' = 'own.xsd'"}, "schemas for <metadata> cannot be used here"),
    ],
)
def test_errors_are_those_of_the_command_line(page: Page, options: dict[str, str], error: str) -> None:
    answer = page.check({"lan.xml": LAN, "own.xsd": "<schema/>"}, **options)
    assert error in answer["error"]
    assert "please report" not in answer["error"]
    assert page.ask("diff") == {}
