"""reviewdog's format: what its protocol buffer allows, places in bytes, and suggestions that make the fix.

The constraints are those of `reviewdog.proto`: a diagnostic has a message and a location, lines and columns begin with
1, columns count bytes of UTF-8, an end is exclusive, and an unknown key makes reviewdog reject the whole report.
"""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.report.cases import ANYTHING, NAMES, Ran, bridged, finding, outcome, texts_with_spans
from tests.sources import named
from vnetlint.finding import Edit, Fix, Span
from vnetlint.report import rdjson
from vnetlint.xml.splice import apply

KEYS = {"message", "location", "severity", "source", "code", "suggestions"}
OWN = bridged("own")


def diagnostics(text: str) -> list[dict[str, Any]]:
    """Read a report and check it as reviewdog does."""
    assert text.isascii()
    result = json.loads(text)
    assert result.keys() == {"source", "diagnostics"}
    found: list[dict[str, Any]] = result["diagnostics"]
    for each in found:
        assert {"message", "location"} <= each.keys() <= KEYS
        assert each["message"]
        assert each["severity"] in ("ERROR", "WARNING", "INFO")
        for where in (each["location"], *each.get("suggestions", ())):
            assert where["range"].keys() == {"start", "end"}
            assert all(min(place.values()) >= 1 for place in where["range"].values())
    return found


def offset(text: bytes, place: dict[str, int]) -> int:
    """The offset of a place in a text that is encoded in UTF-8 and whose lines end with LF."""
    return sum(len(line) + 1 for line in text.split(b"\n")[: place["line"] - 1]) + place["column"] - 1


def accepted(text: str, suggestion: dict[str, Any]) -> str:
    """The text after a suggestion is accepted."""
    raw = text.encode()
    start, end = (offset(raw, suggestion["range"][key]) for key in ("start", "end"))
    new: str = suggestion["text"]
    return (raw[:start] + new.encode() + raw[end:]).decode()


@given(st.lists(st.tuples(NAMES, ANYTHING), max_size=5))
def test_any_content_gives_a_valid_report(cases: list[tuple[str, str]]) -> None:
    findings = [finding(path, message=message, libvirt_message=message) for path, message in cases]
    found = diagnostics(rdjson.render(outcome(*findings, sources=[named(path, "") for path, _ in cases])))
    assert len(found) == len(cases)
    assert not any("](" in each["message"] for each in found)


@given(texts_with_spans(), st.text("x😀\n"))
def test_places_are_bytes_and_a_suggestion_makes_the_fix(case: tuple[str, Span], new: str) -> None:
    text, span = (case[0].replace("\r", "-"), case[1])
    edits = (Edit("lan.xml", span, new), Edit("lan.xml", Span(0, 0), "first "))
    fix = Fix("Do it", edits, "unsafe")
    source = named("lan.xml", text)
    (found,) = diagnostics(rdjson.render(outcome(finding(span=span, fixes=(fix,)), sources=[source])))
    raw = text.encode()
    start, end = (offset(raw, found["location"]["range"][key]) for key in ("start", "end"))
    assert raw[start:end].decode() == source.excerpt(span)
    (suggestion,) = found["suggestions"]
    assert accepted(text, suggestion) == apply(text, edits)


def test_other_fixes_are_suggestions_if_they_are_in_the_same_lines() -> None:
    text = "<network>\n  <ip/>\n</network>\n"
    here, there = Span(12, 17), Span(18, 28)
    fixes = (
        Fix("By hand", (), "display"),
        Fix("First", (Edit("lan.xml", here, "<a/>"),), "safe"),
        Fix("Elsewhere", (Edit("lan.xml", there, ""),), "choice"),
        Fix("In another file", (Edit("lan.xml", here, ""), Edit("b.xml", Span(0, 0), "x")), "choice"),
        Fix("Second", (Edit("lan.xml", here, "<b/>"),), "choice"),
    )
    sources = [named("lan.xml", text), named("b.xml", "")]
    (found,) = diagnostics(rdjson.render(outcome(finding(span=here, fixes=fixes), sources=sources)))
    assert [each["text"] for each in found["suggestions"]] == ["<a/>", "<b/>"]
    (found,) = diagnostics(rdjson.render(outcome(finding(span=here, fixes=fixes[:1]), sources=sources)))
    assert "suggestions" not in found


def test_elements_in_a_comment_are_code() -> None:
    one = finding(message="unknown element <forwad>; did you mean `<forward>`? 1 < 2, 'a](http://b)'")
    (found,) = diagnostics(rdjson.render(outcome(one, sources=[named("lan.xml", "")])))
    assert found["message"] == (
        "unknown element `<forwad>`; did you mean `<forward>`? 1 < 2, 'a] (http://b)'"
    )  # fmt: skip


def test_a_real_finding() -> None:
    ran = Ran("check", "-", "--stdin-filename", "own.xml", "--output-format", "rdjson", stdin=OWN.encode())
    (found,) = diagnostics(ran.out)
    assert (found["code"]["value"], found["severity"], found["source"]) == (
        "ip-on-bridged-network",
        "ERROR",
        {"name": "vnetlint"},
    )
    assert found["code"]["url"].startswith("https://")
    assert found["message"].splitlines()[1].startswith("libvirt, at define: ")
    assert accepted(OWN, found["suggestions"][0]) == OWN.replace("  <ip address='10.0.0.1' prefix='24'/>\n", "")
