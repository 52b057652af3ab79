"""JUnit's XML, as Jenkins and GitLab read it: a suite for each file, a case for each finding.

A file without findings is a case that passes, because most readers treat a report without cases as a mistake. A
finding that does not fail the run is a case that passes too, with the finding as its output. A case is named by rule
and element, so a finding that moves within its file stays the same case.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from xml.etree import ElementTree

from vnetlint.finding import Finding
from vnetlint.report.content import Report, is_at_or_above
from vnetlint.report.display import clean
from vnetlint.report.full import frame
from vnetlint.report.text import xml


def render(report: Report) -> str:
    """Return the XML with a suite for each file that was checked or could not be."""
    report, result = replace(report, colour=False), report.result
    found: dict[str, list[Finding]] = {path: [] for path in result.sources.keys() - result.foreign.keys()}
    for finding in result.findings:
        found.setdefault(finding.path, []).append(finding)
    suites = [_suite(report, path, found[path]) for path in sorted(found)] or [_nothing()]
    root = ElementTree.Element("testsuites", name="vnetlint")
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.extend(suites)
    ElementTree.indent(root)
    # ASCII does not depend on the encoding of the terminal.
    written: bytes = ElementTree.tostring(root, "us-ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written.decode()}\n'


def _suite(report: Report, path: str, findings: Iterable[Finding]) -> ElementTree.Element:
    shown = xml(clean(path))
    seen: Counter[str] = Counter()
    cases = []
    for finding in findings:
        name = xml(clean(f"{finding.rule} {finding.element}"))
        seen[name] += 1
        case = _case(name if seen[name] == 1 else f"{name} ({seen[name]})", shown)
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
    return _element(shown, cases or [_case("no findings", shown)])


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
