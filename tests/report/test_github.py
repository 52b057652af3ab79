"""Workflow commands, read back as a runner reads them: no file can inject a command."""

import re
from pathlib import Path

import pytest
from hypothesis import given

from tests.report.cases import ANYTHING, NAMES, Ran, awkward_folder, finding, outcome, texts_with_spans
from tests.sources import named
from vnetlint.finding import Span
from vnetlint.report import github
from vnetlint.report.display import clean_lines
from vnetlint.report.text import scalar

_PROPERTY_ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Read commands as a runner does: a line each, properties apart at commas, the data behind the second `::`."""
    assert text == "" or text.endswith("\n")
    return [_command(line) for line in re.split("\r\n|\r|\n", text)[:-1]]


def _command(line: str) -> tuple[str, dict[str, str], str]:
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    name, _, properties = head.partition(" ")
    pairs = (each.split("=", 1) for each in properties.split(","))
    return name, {key: _unescaped(value) for key, value in pairs}, _unescaped(data)


def _unescaped(text: str) -> str:
    return re.sub("%(0D|0A|3A|2C|25)", lambda match: _PROPERTY_ESCAPES[match.group()], text)


@given(NAMES, ANYTHING, ANYTHING)
def test_a_finding_is_one_command_whatever_is_in_it(path: str, message: str, said: str) -> None:
    one = finding(path, message=message, libvirt_message=said)
    ((name, properties, data),) = commands(github.render(outcome(one, sources=[named(path, "")])))
    assert (name, properties["file"], properties["title"]) == (
        "error",
        scalar(clean_lines(path)),
        "vnetlint (ip-on-bridged-network)",
    )
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", properties["file"])
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", data), "the log of a run is a terminal too"


@given(texts_with_spans())
def test_columns_are_given_only_on_one_line_and_in_order(case: tuple[str, Span]) -> None:
    text, span = case
    source = named("lan.xml", text)
    ((_, properties, _),) = commands(github.render(outcome(finding(span=span), sources=[source])))
    start, end = (source.lines.position(offset) for offset in span)
    assert (int(properties["line"]), int(properties["endLine"])) == (start.line, end.line)
    assert ("col" in properties) == ("endColumn" in properties) == (start.line == end.line)
    if start.line == end.line:
        units = len(source.excerpt(span).encode("utf-16-le")) // 2
        assert int(properties["endColumn"]) - int(properties["col"]) == units


def test_severities_and_an_empty_report() -> None:
    rules = ("ip-on-bridged-network", "unknown-portgroup", "macvtap-host-isolation")
    text = github.render(outcome(*(finding(rule=rule) for rule in rules), sources=[named("lan.xml", "")]))
    assert [name for name, _, _ in commands(text)] == ["error", "warning", "notice"]
    assert github.render(outcome()) == ""


def test_the_form_of_a_command() -> None:
    source = named("a,b: 100%.xml", "<network>\n  <ip/>😀<ip/>\n</network>\n")
    one = finding(source.path, Span(18, 23), "100% wrong", libvirt_message="no, never: ever")
    assert github.render(outcome(one, sources=[source])) == (
        "::error file=a%2Cb%3A 100%25.xml,line=2,endLine=2,col=10,endColumn=15,title=vnetlint (ip-on-bridged-network)"
        "::a,b: 100%25.xml:2:9: 100%25 wrong%0Alibvirt, at define: no, never: ever\n"
    )


def test_a_file_name_injects_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    ran = Ran("check", ".", "--output-format", "github")
    names = {properties["file"] for _, properties, _ in commands(ran.out)}
    assert "two lines\n::error::injected, 100% 'of' \"it\".xml" in names
    assert r"bytes \xff\xe9.xml" in names
