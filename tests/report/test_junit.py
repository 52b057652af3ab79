"""JUnit's XML: valid whatever a file contains, with correct counts, and never without a case."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.report.cases import ANYTHING, NAMES, ROOT, Ran, awkward_folder, finding, outcome
from tests.sources import named
from vnetlint.finding import Fix, Related, Span
from vnetlint.report import junit


def suites(text: str) -> list[ElementTree.Element]:
    """Read a report with two parsers, and check the counts in it."""
    assert text.isascii()
    etree.fromstring(text.encode(), etree.XMLParser(huge_tree=True))
    root = ElementTree.fromstring(text)
    for each in [root, *root]:
        assert int(each.get("tests", "")) == len(list(each.iter("testcase"))) > 0
        for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            if count in each.attrib or each is not root:
                assert int(each.get(count, "")) == len(list(each.iter(tag)))
    assert (root.tag, {suite.tag for suite in root}) == ("testsuites", {"testsuite"})
    for suite in root:
        cases = [(case.get("classname"), case.get("name")) for case in suite]
        assert len(set(cases)) == len(cases), "of two cases of one name GitLab keeps one"
    return list(root)


@given(st.lists(st.tuples(NAMES, ANYTHING, ANYTHING), max_size=4))
def test_any_content_gives_valid_xml(cases: list[tuple[str, str, str]]) -> None:
    findings = [
        finding(
            path,
            Span(0, len(text)),
            message,
            fixes=(Fix(message, (), "display", snippet=text),),
            related=(Related(message, path, Span(0, 0)),),
            libvirt_message=text,
        )
        for path, message, text in cases
    ]
    suites(junit.render(outcome(*findings, sources=[named(path, text) for path, _, text in cases])))


@pytest.mark.parametrize("character", list("\0\x0b\x1b\ufffe\uffff\ud800\udcff"))
def test_characters_that_xml_forbids_are_replaced(character: str) -> None:
    one = finding(f"{character}.xml", message=character, libvirt_message=character)
    (suite,) = suites(junit.render(outcome(one, sources=[named(one.path, character)])))
    assert character not in "".join(suite.itertext()) + "".join(
        v for each in suite.iter() for v in each.attrib.values()
    )


def test_a_clean_file_is_a_case_that_passes() -> None:
    (suite,) = suites(junit.render(outcome(sources=[named("lan.xml", "<network/>")])))
    assert (suite.get("name"), [case.get("name") for case in suite]) == ("lan.xml", ["no findings"])
    assert [list(case) for case in suite] == [[]]


def test_similar_findings_are_separate_cases() -> None:
    (suite,) = suites(junit.render(outcome(finding(), finding(), sources=[named("lan.xml", "")])))
    name = "ip-on-bridged-network /network/ip[1]"
    assert [case.get("name") for case in suite] == [name, f"{name} (2)"]


def test_a_failure_has_the_frame_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = Ran("check", "examples/networks/build.xml", "--output-format", "junit").out
    (failure,) = ElementTree.fromstring(text).iter("failure")
    assert failure.text is not None
    assert "10 |       <range start='10.30.0.100' end='10.30.0.199'/>\n   |       ^^^" in failure.text
    assert "�" not in failure.text


def test_awkward_files_are_suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    found = {suite.get("name"): suite for suite in suites(Ran("check", ".", "--output-format", "junit").out)}
    assert {r"bytes \xff\xe9.xml", "good.xml", "empty.xml"} < found.keys()
    assert "foreign.xml" not in found
    assert [fault.get("type") for fault in found["nul.xml"].iter("error")] == ["error"]
    assert not list(found["nul.xml"].iter("failure"))
    assert "two lines␊::error::injected, 100% 'of' \"it\".xml" in found


def test_a_run_without_libvirt_files_is_one_skipped_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pom.xml").write_text("<project/>")
    (suite,) = suites(Ran("check", "--output-format", "junit").out)
    assert [fault.text for fault in suite.iter("skipped")] == ["nothing to check"]
