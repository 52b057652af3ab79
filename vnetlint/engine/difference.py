"""What a change is to blame for: findings on the lines that it changed, and those that were nowhere before it.

A finding that is elsewhere was there before if the earlier files have as many findings of the same rule, in the same
file and kind of element, about the same text without its layout. The number of an element among its like does not
count, because a change may add one before it.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from vnetlint.engine.fingerprint import source_print
from vnetlint.files.changedlines import changed_lines
from vnetlint.finding import Finding, Span
from vnetlint.result import Result, order
from vnetlint.xml.source import Source

_NUMBER = re.compile(r"\[\d+\]")
_Recognised = tuple[str, str, str, str]
"""What a finding elsewhere is recognised by: its file, its rule, its element, and a hash of its text."""


class Difference:
    """A change of files, from which what it is to blame for in a result follows.

    `texts` has the earlier text of each file by its present path, `before` what was found in the earlier files, and
    `renamed` the present paths of files by the earlier ones.
    """

    def __init__(self, texts: Mapping[str, Source], before: Result, renamed: Mapping[str, str]) -> None:
        self._texts = texts
        found = (replace(each, path=renamed.get(each.path, each.path)) for each in before.findings)
        pairs = zip(before.findings, found, strict=True)
        self._before = Counter(_recognised(now, source_print(before, was)) for was, now in pairs)
        self._changed: dict[str, tuple[str, frozenset[int]]] = {}

    def within(self, result: Result) -> Result:
        """Return a result in which findings that the change is not to blame for are `unchanged`.

        What fixes have changed since counts as part of the change.
        """
        left = self._before.copy()
        elsewhere: set[int] = set()
        for finding in sorted((*result.findings, *result.baselined), key=order):
            if result.rules[finding.rule].fails or self._is_changed(result, finding):
                continue
            key = _recognised(finding, source_print(result, finding))
            if left[key] > 0:
                left[key] -= 1
                elsewhere.add(id(finding))
        return replace(
            result,
            findings=tuple(each for each in result.findings if id(each) not in elsewhere),
            unchanged=tuple(each for each in result.findings if id(each) in elsewhere),
        )

    def _is_changed(self, result: Result, finding: Finding) -> bool:
        """Whether a finding, or the line of a configuration that it follows from, is on a changed line."""
        configured = [(each.path, each.span) for each in finding.related if each.path not in result.sources]
        return any(
            self._touches(result.source(path), span) for path, span in [(finding.path, finding.span), *configured]
        )

    def _touches(self, source: Source, span: Span) -> bool:
        before = self._texts.get(source.path)
        if before is None:
            return True
        if before.text == source.text:
            return False
        kept = self._changed.get(source.path)
        if kept is None or kept[0] != source.text:
            kept = self._changed[source.path] = source.text, changed_lines(before.text, source.text)
        first, last = source.lines.position(span.start).line, source.lines.position(max(span.start, span.end - 1)).line
        return any(first <= line <= last for line in kept[1])


def _recognised(finding: Finding, text: str) -> _Recognised:
    return finding.path, finding.rule, _NUMBER.sub("", finding.element), text
