"""What a finding is recognised by when lines have moved: rule, file, element and the source it points at."""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from vnetlint.finding import Finding
from vnetlint.result import Result


def fingerprints(result: Result, findings: Iterable[Finding]) -> list[str]:
    """Give each finding's fingerprint, in order; of several that are alike each has its own."""
    seen: Counter[str] = Counter()
    prints = []
    for finding in findings:
        source = " ".join(result.source(finding.path).excerpt(finding.span).split())
        base = "\0".join((finding.rule, finding.path, finding.element, source))
        prints.append(sha256(f"{base}\0{seen[base]}".encode("utf-8", "surrogatepass")).hexdigest()[:16])
        seen[base] += 1
    return prints
