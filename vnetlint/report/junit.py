"""JUnit's XML, as Jenkins and GitLab read it: a suite for each file, a case for each finding.

A file without findings is a case that passes, because most readers treat a report without cases as a mistake. A
finding that does not fail the run is a case that passes too, with the finding as its output. A case is named by rule
and element, so a finding that moves within its file stays the same case. A finding that a comment or the baseline
suppresses is a case that was skipped, with the reason.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

from vnetlint.finding import Finding
from vnetlint.report.content import Report, SuppressedFinding, is_at_or_above
from vnetlint.report.display import clean
from vnetlint.report.full import frame
from vnetlint.report.text import xml
from vnetlint.report.xmltext import document


def render(report: Report) -> str:
    """Return the XML with a suite for each file that was checked or could not be."""
    report, result = replace(report, colour=False), report.result
    found: dict[str, list[Finding]] = {path: [] for path in result.sources.keys() - result.foreign.keys()}
    for finding in result.findings:
        found.setdefault(finding.path, []).append(finding)
    skipped: dict[str, list[SuppressedFinding]] = {}
    for each in report.suppressed:
        skipped.setdefault(each.finding.path, []).append(each)
    paths = sorted(found.keys() | skipped.keys())
    suites = [_suite(report, path, found.get(path, ()), skipped.get(path, ())) for path in paths] or [_nothing()]
    root = ElementTree.Element("testsuites", name="vnetlint")
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.extend(suites)
    return document(root)


def _suite(
    report: Report, path: str, findings: Iterable[Finding], skipped: Iterable[SuppressedFinding]
) -> ElementTree.Element:
    shown = xml(clean(path))
    seen: Counter[str] = Counter()
    cases = []
    for finding in findings:
        case = _case(_name(finding, seen), shown)
        text = "\n".join(frame(report, finding))
        # In JUnit a failure is found by a test, and an error means that the test could not be done.
        fails = report.result.rules[finding.rule].fails
        if fails or is_at_or_above(finding, report.fail_on):
            fault = ElementTree.SubElement(case, "error" if fails else "failure")
            fault.set("message", xml(clean(finding.message)))
            fault.set("type", finding.severity)
            fault.text = xml(text)
        else:
            ElementTree.SubElement(case, "system-out").text = xml(text)
        cases.append(case)
    cases = cases or [_case("no findings", shown)]
    for each in skipped:
        case = _case(_name(each.finding, seen), shown)
        ElementTree.SubElement(case, "skipped").text = xml(clean(_why_skipped(each)))
        cases.append(case)
    return _element(shown, cases)


def _name(finding: Finding, seen: Counter[str]) -> str:
    """Return the name of a finding's case, which no other case of its file has; `seen` counts them."""
    name = xml(clean(f"{finding.rule} {finding.element}"))
    seen[name] += 1
    return name if seen[name] == 1 else f"{name} ({seen[name]})"


def _why_skipped(suppressed: SuppressedFinding) -> str:
    by = "in the baseline" if suppressed.kind == "external" else "suppressed in the file"
    reason = f": {suppressed.reason}" if suppressed.kind == "inSource" and suppressed.reason else ""
    return f"{by}{reason}; {suppressed.finding.message}"


def _nothing() -> ElementTree.Element:
    case = _case("no libvirt XML", "vnetlint")
    ElementTree.SubElement(case, "skipped").text = "nothing to check"
    return _element("vnetlint", [case])


def _case(name: str, classname: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", name=name, classname=classname)


def _element(name: str, cases: list[ElementTree.Element]) -> ElementTree.Element:
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    suite = ElementTree.Element("testsuite", name=name, tests=str(len(cases)))
    suite.set("failures", str(counts["failure"]))
    suite.set("errors", str(counts["error"]))
    suite.set("skipped", str(counts["skipped"]))
    suite.extend(cases)
    return suite
