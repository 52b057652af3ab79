"""GitLab's Code Quality report: what its parser needs, and unique fingerprints."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.cases import ANYTHING, NAMES, Ran, awkward_folder, finding, outcome
from tests.sources import named
from vnetlint.finding import Span
from vnetlint.report import gitlab

SEVERITIES = ("info", "minor", "major", "critical", "blocker")


def issues(text: str) -> list[dict[str, Any]]:
    """Read a report and check it as GitLab does, whose parser stops at the first invalid issue."""
    assert text.isascii()
    found = json.loads(text)
    assert isinstance(found, list)
    for each in found:
        assert all(isinstance(each[key], str) and each[key] for key in ("description", "check_name", "fingerprint"))
        assert each["severity"] in SEVERITIES
        assert isinstance(each["location"]["path"], str)
        assert each["location"]["lines"]["begin"] >= 1
    assert len({each["fingerprint"] for each in found}) == len(found)
    return found


@given(st.lists(st.tuples(NAMES, ANYTHING), max_size=5))
def test_any_content_gives_a_valid_report(cases: list[tuple[str, str]]) -> None:
    findings = [finding(path, message=message) for path, message in cases]
    found = issues(gitlab.render(outcome(*findings, sources=[named(path, "") for path, _ in cases])))
    assert len(found) == len(cases)
    for each in found:
        (each["description"] + each["location"]["path"]).encode()


def test_similar_findings_have_different_fingerprints() -> None:
    same = [finding(span=Span(10, 15)) for _ in range(3)]
    assert len(issues(gitlab.render(outcome(*same, sources=[named("lan.xml", "<network>\n<ip/>")])))) == 3


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        ("ip-on-bridged-network", "critical"),
        ("unknown-network", "major"),
        ("unknown-portgroup", "minor"),
        ("macvtap-host-isolation", "info"),
    ],
)
def test_severities(rule: str, severity: str) -> None:
    (issue,) = issues(gitlab.render(outcome(finding(rule=rule))))
    assert issue["severity"] == severity


def test_a_clean_run_is_an_empty_array() -> None:
    assert gitlab.render(outcome(sources=[named("lan.xml", "<network/>")])) == "[]\n"


def test_paths_are_relative_and_lines_are_those_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    found = issues(Ran("check", "./emoji.xml", "crlf.xml", "../out side.xml", "--output-format", "gitlab").out)
    places = {each["location"]["path"]: each["location"]["lines"] for each in found}
    line = {"begin": 5, "end": 5}
    assert places == {"emoji.xml": line, "crlf.xml": line, f"{tmp_path}/out side.xml": line}
