"""Checkstyle's XML: its structure, and any content in it.

The structure is that of Checkstyle's own XMLLogger: `checkstyle` with a version, `file` with a name, and `error` with
line, column, severity (`error`, `warning` or `info`), message and source, all of them attributes.
"""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.report.cases import ANYTHING, NAMES, Ran, awkward_folder, finding, outcome, texts_with_spans
from tests.sources import named
from vnetlint.finding import Span
from vnetlint.report import checkstyle


def files(text: str) -> dict[str, list[ElementTree.Element]]:
    """Read a report with two parsers, and check its structure."""
    assert text.isascii()
    etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True))
    root = ElementTree.fromstring(text)
    assert (root.tag, list(root.attrib), {each.tag for each in root} - {"file"}) == ("checkstyle", ["version"], set())
    for each in root.iter("error"):
        assert list(each.attrib) == ["line", "column", "severity", "message", "source"]
        assert each.attrib["severity"] in ("error", "warning", "info")
        assert min(int(each.attrib["line"]), int(each.attrib["column"])) >= 1
    assert [each.tag for file in root for each in file] == ["error"] * len(list(root.iter("error")))
    names = [file.get("name", "") for file in root]
    assert all(names)
    assert len(set(names)) == len(names)
    return {file.get("name", ""): list(file) for file in root}


@given(st.lists(st.tuples(NAMES, ANYTHING), max_size=4, unique_by=lambda case: case[0]))
def test_any_content_gives_valid_xml(cases: list[tuple[str, str]]) -> None:
    findings = [finding(path, message=message) for path, message in cases]
    text = checkstyle.render(outcome(*findings, sources=[named(path, "") for path, _ in cases]))
    assert len(list(ElementTree.fromstring(text).iter("error"))) == len(cases)
    etree.fromstring(text.encode())


@given(texts_with_spans())
def test_columns_are_those_of_java(case: tuple[str, Span]) -> None:
    text, span = case
    source = named("lan.xml", text)
    (error,) = files(checkstyle.render(outcome(finding(span=span), sources=[source])))["lan.xml"]
    line, column = source.lines.position(span.start)
    before = text[source.lines.starts[line - 1] :][: column - 1]
    assert int(error.attrib["line"]) == line
    assert int(error.attrib["column"]) == len(before.encode("utf-16-le")) // 2 + 1


@pytest.mark.parametrize("character", list("\0\x0b\x1b\n\u202e\ufffe\uffff\ud800\udcff"))
def test_characters_that_break_xml_or_a_log_are_replaced(character: str) -> None:
    one = finding(f"{character}.xml", message=f"a{character}b")
    found = files(checkstyle.render(outcome(one, sources=[named(one.path, "")])))
    ((name, (error,)),) = found.items()
    assert character not in name + error.attrib["message"]


def test_severities_and_sources() -> None:
    rules = ("ip-on-bridged-network", "unknown-portgroup", "macvtap-host-isolation")
    found = files(checkstyle.render(outcome(*(finding(rule=rule) for rule in rules), sources=[named("lan.xml", "")])))
    assert [each.attrib["severity"] for each in found["lan.xml"]] == ["error", "warning", "info"]
    assert found["lan.xml"][0].attrib["source"] == "vnetlint.network.ip-on-bridged-network"


def test_a_clean_file_is_listed_and_a_foreign_one_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    found = files(Ran("check", ".", "--output-format", "checkstyle").out)
    assert found["good.xml"] == []
    assert "foreign.xml" not in found
    assert {r"bytes \xff\xe9.xml", "empty.xml", "nul.xml"} < found.keys()
