"""Lint every file of a corpus as one project: no internal error, and every finding is at a valid place.

usage: python -m benchmarks.soundness CORPUS
"""

import re
import sys
from collections import Counter
from pathlib import Path

from benchmarks.manifest import entries
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.result import Result
from vnetlint.settings import Settings
from vnetlint.xml.source import Unreadable

_STARTS = re.compile(r"<[^!?/\s]|[\w:.-]+\s*=")
PLACED_ANYWHERE = {"xml-syntax", "unreadable-file"}
"""Rules whose findings are where the text breaks off, which may be outside an element."""


def main(corpus: str) -> int:
    """Print what is unsound, then the figure."""
    files = entries(Path(corpus))
    result = lint([entry.open() for entry in files], Settings())
    wrong = [finding for finding in result.findings if not _is_sound(result, finding)]
    for finding in wrong:
        print(f"{finding.path}: {finding.rule}: {finding.span}: {finding.message}")
    for unreadable in result.unreadable:
        print(f"unreadable, as it should say: {unreadable.path}: {unreadable.message}")
    for rule, count in Counter(finding.rule for finding in result.findings).most_common():
        print(f"{count:6} {rule}")
    print(f"files {result.files} of {len(files)}, findings {len(result.findings)}, unsound {len(wrong)}")
    return 1 if wrong or result.files != len(files) else 0


def _is_sound(result: Result, finding: Finding) -> bool:
    if finding.rule == "internal-error":
        return False
    source = result.source(finding.path)
    start, end = finding.span
    inside = 0 <= start <= end <= len(source.text)
    if finding.rule in PLACED_ANYWHERE:
        return inside
    assert not isinstance(source, Unreadable)
    return inside and _STARTS.match(source.text, start) is not None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
