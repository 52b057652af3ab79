"""Findings that a comment or the baseline suppresses differ in every format that can express it."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.report.cases import Ran, bridged

COMMENT = "  <!-- vnetlint: ignore[ip-on-bridged-network] known since May -->\n"
REASONS = {"inSource": "known since May", "external": "in the baseline"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a finding that counts, one that a comment suppresses, and one in the baseline."""
    monkeypatch.chdir(tmp_path)
    Path("held.xml").write_text(bridged("held"))
    Path("vnetlint.toml").write_text("baseline = 'vnetlint-baseline.json'\n")
    assert Ran("baseline", "write").code == 0
    Path("comment.xml").write_text(bridged("comment", inner=COMMENT))
    Path("new.xml").write_text(bridged("new"))


def report(name: str) -> str:
    return Ran("check", "--select", "ip-on-bridged-network", "--output-format", name).out


def test_json() -> None:
    document = json.loads(report("json"))
    assert [each["path"] for each in document["findings"]] == ["new.xml"]
    found = {each["suppression"]["kind"]: each for each in document["suppressed"]}
    assert {kind: each["suppression"]["reason"] for kind, each in found.items()} == REASONS
    assert (found["inSource"]["path"], found["external"]["path"]) == ("comment.xml", "held.xml")
    assert (document["summary"]["suppressed"], document["summary"]["baselined"]) == (1, 1)


def test_json_lines() -> None:
    lines = [json.loads(line) for line in report("jsonl").splitlines()]
    suppressions = [each["suppression"] for each in lines if each["type"] == "suppressed"]
    assert {each["kind"]: each["reason"] for each in suppressions} == REASONS
    assert not any("suppression" in each for each in lines if each["type"] == "finding")


def test_sarif() -> None:
    (run,) = json.loads(report("sarif"))["runs"]
    found = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: each for each in run["results"]}
    assert "suppressions" not in found["new.xml"]
    both = [*found["comment.xml"]["suppressions"], *found["held.xml"]["suppressions"]]
    assert {each["kind"]: each["justification"] for each in both} == REASONS


def test_junit() -> None:
    root = ElementTree.fromstring(report("junit"))
    assert (root.get("failures"), root.get("errors")) == ("1", "0")
    skipped = {suite.get("name"): [each.text or "" for each in suite.iter("skipped")] for suite in root}
    assert skipped["new.xml"] == []
    assert skipped["comment.xml"][0].startswith("suppressed in the file: known since May; ")
    assert skipped["held.xml"][0].startswith("in the baseline; ")
    (suite,) = (each for each in root if each.get("name") == "held.xml")
    assert [case.get("name") for case in suite] == ["no findings", "ip-on-bridged-network /network/ip[1]"]


@pytest.mark.parametrize("name", ["concise", "full", "github", "gitlab", "rdjson", "checkstyle"])
def test_formats_without_a_word_for_it_leave_them_out(name: str) -> None:
    text = report(name)
    assert "new.xml" in text
    assert text.count("ip-on-bridged-network") <= 2
    assert ("held.xml" in text, "comment.xml" in text) == ((True, True) if name == "checkstyle" else (False, False))
