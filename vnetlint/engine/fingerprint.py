"""Fingerprints recognise a finding after lines have moved: a hash of its rule, file, element and source text."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from vnetlint.files.paths import stable
from vnetlint.finding import Finding
from vnetlint.inputkey import FileKey
from vnetlint.result import Result


def fingerprints(result: Result, findings: Iterable[Finding]) -> list[str]:
    """Return the fingerprint of each finding, in order: 16 hexadecimal digits.

    Equal findings get different fingerprints. A fingerprint does not depend on the current folder.
    """
    seen: Counter[str] = Counter()
    prints = []
    for finding in findings:
        source = result.source(finding.path)
        where = stable(finding.path) if isinstance(source.key, FileKey) else source.key.display
        base = "\0".join((finding.rule, where, finding.element, " ".join(source.excerpt(finding.span).split())))
        prints.append(sha256(f"{base}\0{seen[base]}".encode("utf-8", "surrogatepass")).hexdigest()[:16])
        seen[base] += 1
    return prints
