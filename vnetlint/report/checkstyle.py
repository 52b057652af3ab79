"""Checkstyle's XML, for Jenkins and the many tools that read it: a file for each that was checked, with its findings.

Columns are UTF-16 code units from 1, as Checkstyle's own are. `source` is `vnetlint.FAMILY.RULE`: Jenkins takes what is
behind the last dot as the type of an issue, and what is before it as its category.
"""

from xml.etree import ElementTree

from vnetlint.finding import Finding
from vnetlint.report.content import Report
from vnetlint.report.display import clean
from vnetlint.report.text import xml
from vnetlint.report.xmltext import document
from vnetlint.result import Result

VERSION = "4.3"
"""The version of Checkstyle whose format this is. Readers warn about versions that they do not know."""


def render(report: Report) -> str:
    """Return the XML with all files that were checked or could not be."""
    result = report.result
    found: dict[str, list[Finding]] = {path: [] for path in result.sources.keys() - result.foreign.keys()}
    for finding in result.findings:
        found.setdefault(finding.path, []).append(finding)
    root = ElementTree.Element("checkstyle", version=VERSION)
    for path in sorted(found):
        file = ElementTree.SubElement(root, "file", name=xml(clean(path)))
        file.extend(_error(result, each) for each in found[path])
    return document(root)


def _error(result: Result, finding: Finding) -> ElementTree.Element:
    lines, start = result.source(finding.path).lines, finding.span.start
    return ElementTree.Element(
        "error",
        line=str(lines.position(start).line),
        column=str(lines.utf16_column(start) + 1),
        severity=finding.severity,
        message=xml(clean(finding.message)),
        source=f"vnetlint.{result.rules[finding.rule].family}.{finding.rule}",
    )
