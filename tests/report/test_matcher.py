"""The problem matcher for GitHub, applied to the format `concise` as a runner does it.

A runner requires owners that differ, one of its own words as the default severity, and groups that exist; a finding
whose severity is another word, such as `info`, is not shown. Regular expressions are those of ECMAScript.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.cases import ANYTHING, ROOT, Ran, awkward_folder, bridged, finding, outcome
from tests.sources import named
from vnetlint.finding import Severity
from vnetlint.report import concise
from vnetlint.report.display import clean

FILE = ROOT / "templates" / "problem-matcher.json"
MATCHERS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))["problemMatcher"]
GROUPS = ("file", "line", "column", "severity", "code", "message")
RULES: dict[Severity, str] = {
    "error": "ip-on-bridged-network",
    "warning": "unknown-portgroup",
    "info": "macvtap-host-isolation",
}
SHOWN: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
NODE = """
const fs = require("fs");
const matchers = JSON.parse(fs.readFileSync(process.argv[1], "utf-8")).problemMatcher;
for (const line of fs.readFileSync(0, "utf-8").split("\\n").slice(0, -1)) {
  for (const { severity, pattern: [each] } of matchers) {
    const found = new RegExp(each.regexp).exec(line);
    if (!found) continue;
    const of = (name) => (each[name] ? found[each[name]] : severity);
    console.log(JSON.stringify(["file", "line", "column", "severity", "code", "message"].map(of)));
    break;
  }
}
"""


def annotation(line: str) -> tuple[str, ...] | None:
    """Return what a runner makes of a line: the values of GROUPS, or None."""
    for each in MATCHERS:
        (pattern,) = each["pattern"]
        if found := re.search(pattern["regexp"], line, re.ASCII):
            return tuple(found[pattern[name]] if name in pattern else each["severity"] for name in GROUPS)
    return None


def test_the_file_is_what_a_runner_accepts() -> None:
    assert len({each["owner"].lower() for each in MATCHERS}) == len(MATCHERS)
    for each in MATCHERS:
        assert each.get("severity", "error") in ("error", "warning", "notice")
        (pattern,) = each["pattern"]
        assert "message" in pattern
        groups = re.compile(pattern["regexp"]).groups
        assert {pattern[name] for name in pattern if name != "regexp"} == set(range(1, groups + 1))


@given(
    st.sampled_from(list(RULES)),
    st.sampled_from(["lan.xml", "old hosts/a b.xml", "a:b.xml", "/srv/[x]/lan.xml", "ö 1:2.xml"]),
    ANYTHING,
)
def test_every_line_is_an_annotation(severity: Severity, path: str, message: str) -> None:
    one = finding(path, message=f"x{message}", rule=RULES[severity])
    (line,) = concise.render(outcome(one, sources=[named(path, "")])).splitlines()
    assert annotation(line) == (path, "1", "1", SHOWN[severity], RULES[severity], clean(one.message))


@pytest.mark.parametrize("message", ["a [b] [c]", "b.xml:1:1: error: is fine [zero-mac]", "x: warning: y", "[z]"])
def test_no_message_moves_its_annotation(message: str) -> None:
    (line,) = concise.render(outcome(finding(message=message), sources=[named("lan.xml", "")])).splitlines()
    assert annotation(line) == ("lan.xml", "1", "1", "error", "ip-on-bridged-network", message)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "fixed lan.xml:5: ip-on-bridged-network: Remove <ip>",
        "and 15 more of this kind in lan.xml; --show-all lists them",
        "vnetlint: vnetlint.toml:1:1: unknown key 'x'; did you mean 'y'?",
        "Checked 1 file: 1 error.",
    ],
)
def test_no_other_line_is_an_annotation(line: str) -> None:
    assert annotation(line) is None


@pytest.mark.oracle
def test_node_reads_real_output_in_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    Path("milder.xml").write_text(bridged("milder", inner="  <mtu size='9000'/>\n"))
    milder = "[severity]\nsetting-on-bridged-network = 'info'\nip-on-bridged-network = 'warning'\n"
    Path("vnetlint.toml").write_text(milder)
    text = Ran("check", ".", "../out side.xml", "--output-format", "concise").out
    # A terminal's encoding decides what is printed of a name that is not UTF-8.
    text = text.encode("utf-8", "backslashreplace").decode()
    command = ["node", "-e", NODE, str(FILE)]
    read = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    found = [tuple(json.loads(line)) for line in read.splitlines()]
    assert found == [annotation(line) for line in text.split("\n")[:-1]]
    assert {severity for _, _, _, severity, *_ in found} == {"error", "warning", "notice"}
    assert "emoji.xml" in {file for file, *_ in found}
    assert f"{tmp_path}/out side.xml" in {file for file, *_ in found}
