"""JSON, version 1, keeps what docs/report.schema.json publishes, and self-check's JSON keeps its keys."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vnetlint.cli.main import main
from vnetlint.finding import Confidence, Safety, Severity, When

ROOT = Path(__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))
OPTIONAL = {"snippet"}
"""The keys that are not in every object of their kind."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The report on the example, and that of a run that fixes a copy of it."""
    copy = tmp_path_factory.mktemp("site") / "examples"
    shutil.copytree(ROOT / "examples", copy)
    found = [str(copy), "--host", str(copy / "host.json"), "--output-format", "json"]
    return [_printed("check", *found), _printed("check", *found, "--fix", "--unsafe-fixes")]


def _printed(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    assert main(arguments, io.BytesIO(), out, io.StringIO()) in (0, 1)
    printed: dict[str, Any] = json.loads(out.getvalue())
    return printed


def test_reports_follow_the_published_schema(reports: list[dict[str, Any]]) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    for report in reports:
        assert [each.message for each in validator.iter_errors(report)] == []
    assert {bool(each["findings"]) for each in reports} == {True}
    assert reports[1]["fixed"]
    assert {fix["safety"] for report in reports for each in report["findings"] for fix in each["fixes"]} >= {
        "unsafe",
        "choice",
        "display",
    }


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema and "type" in schema:
            yield schema
        for each in schema.values():
            yield from _objects(each)


def test_the_schema_requires_all_keys_and_allows_new_ones() -> None:
    objects = list(_objects(SCHEMA))
    assert len(objects) == 10
    for each in objects:
        assert {*each["properties"]} - {*each["required"]} <= OPTIONAL
        assert "additionalProperties" not in each


def test_every_key_of_a_report_is_in_the_schema(reports: list[dict[str, Any]]) -> None:
    """A new key is published too."""
    assert {*reports[0]} == {*SCHEMA["properties"]}
    assert {*reports[0]["summary"]} == {*SCHEMA["properties"]["summary"]["properties"]}
    finding = SCHEMA["$defs"]["finding"]["properties"]
    assert {key for each in reports[0]["findings"] for key in each} == {*finding}


def test_the_values_that_are_listed_are_all_there_are() -> None:
    finding, fix = (SCHEMA["$defs"][each]["properties"] for each in ("finding", "fix"))
    assert finding["severity"]["enum"] == [*Severity.__args__]  # type: ignore[attr-defined]
    assert finding["when"]["enum"] == [*When.__args__]  # type: ignore[attr-defined]
    assert finding["confidence"]["enum"] == [*Confidence.__args__]  # type: ignore[attr-defined]
    assert fix["safety"]["enum"] == [*Safety.__args__]  # type: ignore[attr-defined]


def test_self_check_keeps_its_keys() -> None:
    printed = _printed("self-check", "--json")
    assert {
        "version",
        "works",
        "vnetlint",
        "installed",
        "python",
        "platform",
        "packages",
        "libxml2",
        "extras",
        "plugins",
        "schemas",
        "libvirt-schemas",
        "configuration",
        "terminal",
        "checks",
    } <= {*printed}
    assert printed["version"] == 1
    assert {*printed["checks"][0]} == {"name", "found", "works"}
