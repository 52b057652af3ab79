"""JSON lines: an object a line, with what the format `json` has, and a summary at the end."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.cases import ANYTHING, NAMES, Ran, awkward_folder, bridged, finding, outcome
from tests.sources import named
from vnetlint.report import json as json_report
from vnetlint.report import jsonl


def objects(text: str) -> list[dict[str, Any]]:
    """Read a report as a stream: at line feeds only, each line by itself. The last line is the summary."""
    assert text.isascii()
    assert text.endswith("\n")
    found: list[dict[str, Any]] = [json.loads(line) for line in text[:-1].split("\n")]
    assert {each["version"] for each in found} == {1}
    assert [number for number, each in enumerate(found, 1) if each["type"] == "summary"] == [len(found)]
    return found


@given(st.lists(st.tuples(NAMES, ANYTHING), max_size=5))
def test_any_content_gives_a_line_each(cases: list[tuple[str, str]]) -> None:
    findings = [finding(path, message=message) for path, message in cases]
    sources = [named(path, "") for path, _ in cases]
    found = objects(jsonl.render(outcome(*findings, sources=sources, baselined=findings)))
    assert [each["type"] for each in found] == ["finding"] * len(cases) + ["suppressed"] * len(cases) + ["summary"]


def test_the_lines_are_the_objects_of_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    whole = json.loads(Ran("check", ".", "--output-format", "json").out)
    lines = objects(Ran("check", ".", "--output-format", "jsonl").out)
    for kind, key in (("finding", "findings"), ("suppressed", "suppressed"), ("fixed", "fixed")):
        expected = [{"version": 1, "type": kind, **each} for each in whole[key]]
        assert [each for each in lines if each["type"] == kind] == expected
    assert lines[-1] == {"version": 1, "type": "summary", **whole["summary"]}


def test_fixes_that_were_made_are_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(bridged())
    made, summary = objects(Ran("check", "--fix", "--unsafe-fixes", "--output-format", "jsonl").out)
    assert (made["type"], made["rule"], summary["fixed"]) == ("fixed", "ip-on-bridged-network", 1)


def test_a_clean_run_is_a_summary() -> None:
    (summary,) = objects(jsonl.render(outcome(sources=[named("lan.xml", "<network/>")])))
    assert (summary["files"], summary["errors"]) == (1, 0)


def test_suppressed_findings_have_fingerprints_of_their_own() -> None:
    same = finding()
    document = json.loads(json_report.render(outcome(same, same, suppressed=[(same, "known")], baselined=[same])))
    prints = [each["fingerprint"] for each in (*document["findings"], *document["suppressed"])]
    assert len(set(prints)) == 4
