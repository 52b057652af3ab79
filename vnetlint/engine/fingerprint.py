"""Fingerprints recognise a finding after lines have moved: a hash of its rule, file, element and source text."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from vnetlint.files.paths import stable
from vnetlint.finding import Finding
from vnetlint.inputkey import FileKey
from vnetlint.result import Result
from vnetlint.xml.normal import normal


def fingerprints(result: Result, findings: Iterable[Finding]) -> list[str]:
    """Return the fingerprint of each finding, in order: 16 hexadecimal digits.

    Equal findings get different fingerprints. A fingerprint depends neither on the current folder nor on the layout.
    """
    seen: Counter[str] = Counter()
    prints = []
    for finding in findings:
        source = result.source(finding.path)
        where = stable(finding.path) if isinstance(source.key, FileKey) else source.key.display
        base = "\0".join((finding.rule, where, finding.element, normal(source.excerpt(finding.span))))
        prints.append(_digest(f"{base}\0{seen[base]}"))
        seen[base] += 1
    return prints


def source_print(result: Result, finding: Finding) -> str:
    """Return a hash of the text that a finding is about, without its layout: 16 hexadecimal digits."""
    return _digest(normal(result.source(finding.path).excerpt(finding.span)))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
