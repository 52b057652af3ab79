"""SARIF: regions lead back to the text, and no content of a file can break the document or change its meaning."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report.cases import ANYTHING, NAMES, ROOT, Ran, awkward_folder, bridged, finding, outcome, texts_with_spans
from tests.sources import named
from vnetlint.finding import Edit, Fix, Related, Span
from vnetlint.inputkey import FileKey
from vnetlint.report import sarif
from vnetlint.rulebook.catalogue import builtin
from vnetlint.xml.source import Source, decode
from vnetlint.xml.splice import apply

Json = Mapping[str, Any]


def run_of(text: str) -> Any:
    assert text.isascii()
    (run,) = json.loads(text)["runs"]
    return run


def report(*arguments: str) -> Any:
    return run_of(Ran("check", *arguments, "--output-format", "sarif").out)


def offset(run: Json, text: str, line: int, column: int) -> int:
    """The offset of a place, by the column kind and line ends that the run declares."""
    assert run["columnKind"] == "utf16CodeUnits"
    ends = re.compile("|".join(re.escape(each) for each in run["newlineSequences"]))
    start = [0, *(match.end() for match in ends.finditer(text))][line - 1]
    units = text[start:].encode("utf-16-le")[: 2 * (column - 1)]
    return start + len(units.decode("utf-16-le"))


def span_of(run: Json, text: str, region: Json) -> Span:
    start = offset(run, text, region["startLine"], region["startColumn"])
    return Span(start, offset(run, text, region["endLine"], region["endColumn"]))


@given(texts_with_spans())
def test_a_region_leads_back_to_its_span(case: tuple[str, Span]) -> None:
    text, span = case
    run = run_of(sarif.render(outcome(finding(span=span), sources=[named("lan.xml", text)])))
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert min(region.values()) >= 1
    assert span_of(run, text, region) == span


@given(texts_with_spans(), st.text("x😀\n"))
def test_the_replacements_are_the_edits(case: tuple[str, Span], new: str) -> None:
    text, span = case
    fix = Fix("Fix it", (Edit("lan.xml", span, new),), "unsafe")
    run = run_of(sarif.render(outcome(finding(fixes=(fix,)), sources=[named("lan.xml", text)])))
    (written,) = run["results"][0]["fixes"]
    assert (written["description"]["text"], written["properties"]) == ("Fix it", {"safety": "unsafe"})
    (change,) = written["artifactChanges"]
    (replacement,) = change["replacements"]
    deleted = span_of(run, text, replacement["deletedRegion"])
    inserted = replacement.get("insertedContent", {"text": ""})["text"]
    assert text[: deleted.start] + inserted + text[deleted.end :] == apply(text, list(fix.edits))


@given(NAMES)
def test_a_uri_is_valid_and_leads_back_to_the_name(name: str) -> None:
    uri = sarif.uri(name)
    assert re.fullmatch(r"[A-Za-z0-9._~/:%-]*", uri)
    split = urlsplit(uri)
    assert split.scheme == ("file" if name.startswith("/") else "")
    assert (split.query, split.fragment, split.netloc) == ("", "", "")
    if not re.search("[\ud800-\udfff]", name):
        assert unquote_to_bytes(split.path).decode().lstrip("/") == name.lstrip("/")


def test_uris_are_relative_like_paths() -> None:
    assert sarif.uri("a b/100%.xml") == "a%20b/100%25.xml"
    assert sarif.uri("/srv/a b.xml") == "file:///srv/a%20b.xml"
    assert sarif.uri(os.fsdecode(b"\xff.xml")) == "%FF.xml"
    assert sarif.uri("c:x.xml") == "c%3Ax.xml"


@given(NAMES, ANYTHING, ANYTHING, ANYTHING)
def test_any_content_gives_json_that_other_parsers_read(path: str, message: str, said: str, title: str) -> None:
    fix = Fix(title, (Edit(path, Span(0, 0), title),), "safe")
    one = finding(
        path, message=message, libvirt_message=said, fixes=(fix,), related=(Related(title, path, Span(0, 0)),)
    )
    text = sarif.render(outcome(one, sources=[named(path, "")], suppressed=[(one, message)]))
    assert not re.search(r"(?<!\\)(\\\\)*\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])", text), "a lone high surrogate"
    json.loads(text)["runs"][0]["results"][0]["message"]["text"].encode()
    assert all(each["message"]["text"] for each in run_of(text)["results"])


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("'{0}' is no address", "'{{0}}' is no address"),
        ("see [here](https://example.org)", "see [here] (https://example.org)"),
        ("an empty [list]", "an empty [list]"),
        ("", "?"),
    ],
)
def test_a_message_is_neither_a_placeholder_nor_a_link(message: str, written: str) -> None:
    run = run_of(sarif.render(outcome(finding(message=message))))
    assert run["results"][0]["message"]["text"] == written


def test_a_clean_run_has_an_empty_list_of_results() -> None:
    run = run_of(sarif.render(outcome(sources=[named("lan.xml", "<network/>")])))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert [each["location"]["uri"] for each in run["artifacts"]] == ["lan.xml"]


def test_a_place_in_a_file_that_was_not_opened_has_no_line() -> None:
    elsewhere = Fix("Fix it there", (Edit("other.xml", Span(500, 510), ""),), "unsafe")
    related = (Related("the other", "other.xml", Span(500, 510)),)
    one = finding(related=related, fixes=(elsewhere,))
    (result,) = run_of(sarif.render(outcome(one, sources=[named("lan.xml", "")])))["results"]
    (place,) = result["relatedLocations"]
    assert place["physicalLocation"] == {"artifactLocation": {"uri": "other.xml"}}
    assert "fixes" not in result


def test_related_places_are_numbered_and_not_too_many() -> None:
    many = tuple(Related(f"no. {number}", "lan.xml", Span(0, 0)) for number in range(2000))
    (result,) = run_of(sarif.render(outcome(finding(related=many), sources=[named("lan.xml", "")])))["results"]
    assert [each["id"] for each in result["relatedLocations"]] == list(range(1, sarif.MOST_RELATED + 1))


def test_a_fix_without_edits_is_left_out() -> None:
    shown = Fix("Do it by hand", (), "display", snippet="systemctl restart libvirtd")
    (result,) = run_of(sarif.render(outcome(finding(fixes=(shown,)))))["results"]
    assert "fixes" not in result


def test_suppressed_results_keep_their_reason_and_have_their_own_fingerprint() -> None:
    source = named("lan.xml", bridged())
    run = run_of(sarif.render(outcome(finding(), sources=[source], suppressed=[(finding(), "{old}"), (finding(), "")])))
    kept, reasoned, reasonless = run["results"]
    assert "suppressions" not in kept
    assert reasoned["suppressions"] == [{"kind": "inSource", "justification": "{old}"}]
    assert reasonless["suppressions"] == [{"kind": "inSource"}]
    assert len({each["partialFingerprints"]["vnetlint/v1"] for each in run["results"]}) == 3


def test_the_rules_are_those_that_occur_and_indexes_point_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    run = report("examples")
    rules = run["tool"]["driver"]["rules"]
    assert len({each["id"] for each in rules}) == len({each["name"] for each in rules}) == len(rules)
    assert {each["id"] for each in rules} == {each["ruleId"] for each in run["results"]}
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])


@pytest.mark.parametrize("rule", builtin(), ids=lambda rule: rule.name)
def test_every_rule_has_what_github_asks_for(rule: Any) -> None:
    (written,) = run_of(sarif.render(outcome(finding(rule=rule.name))))["tool"]["driver"]["rules"]
    assert written["id"].lower() != written["name"].lower()
    assert len(written["name"]) <= 255
    assert 0 < len(written["shortDescription"]["text"]) <= 1024
    assert 0 < len(written["fullDescription"]["text"]) <= 1024
    assert written["help"]["text"]
    assert len(written["properties"]["tags"]) <= 10
    assert written["properties"]["problem.severity"] in ("error", "warning", "recommendation")
    assert written["defaultConfiguration"]["level"] in ("error", "warning", "note")
    if "helpUri" in written:
        assert re.fullmatch(r"https?://[a-z0-9.-]+(/[\w./#~%&?=+-]*[\w/])?", written["helpUri"])


def test_an_unreadable_file_is_a_result_and_a_notification(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("nul.xml").write_bytes(b"<network>\n \0")
    (invocation,) = (run := report("nul.xml"))["invocations"]
    assert invocation["executionSuccessful"] is False
    (notification,) = invocation["toolExecutionNotifications"]
    assert notification["message"] == run["results"][0]["message"]
    assert notification["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_awkward_files_have_the_right_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(awkward_folder(tmp_path))
    run = report(".", "../out side.xml")
    seen = set()
    for result in run["results"]:
        if result["ruleId"] != "VN1010":
            continue
        place = result["locations"][0]["physicalLocation"]
        name = unquote_to_bytes(place["artifactLocation"]["uri"].removeprefix("file://"))
        source = decode(FileKey(""), Path(os.fsdecode(name)).read_bytes())
        assert source.excerpt(span_of(run, source.text, place["region"])) == "<ip address='10.0.0.1' prefix='24'/>"
        seen.add(os.path.basename(name))
    assert {b"emoji.xml", b"crlf.xml", b"cr.xml", b"latin.xml", b"bom.xml", b"wide.xml", b"out side.xml"} < seen
    assert {b"bytes \xff\xe9.xml", b"a:b,c=d#e?.xml"} < seen
    encodings = {each["location"]["uri"]: each.get("encoding") for each in run["artifacts"]}
    assert encodings["latin.xml"] == "ISO-8859-1"
    assert encodings["wide.xml"] == "UTF-16LE"
    assert "foreign.xml" not in encodings


@pytest.mark.parametrize(
    ("codec", "name"),
    [("utf-8", "UTF-8"), ("utf-16-be", "UTF-16BE"), ("iso8859-15", "ISO-8859-15"), ("cp1252", "WINDOWS-1252"),
     ("cp437", "IBM437"), ("ascii", "US-ASCII"), ("koi8-r", "KOI8-R"), ("euc_jp", "EUC-JP"),
     ("shift_jis", "SHIFT_JIS"), ("mac-roman", "MACINTOSH")],
)  # fmt: skip
def test_encodings_have_their_registered_names(codec: str, name: str) -> None:
    run = run_of(sarif.render(outcome(sources=[Source(FileKey("lan.xml"), "", codec)])))
    assert run["artifacts"][0]["encoding"] == name
