"""Which checks of a catalogue the rules cover, by class; the reasons for the others stand in docs/coverage.md.

FILE is a JSON list of checks with `id`, `cls` and `name`. A rule names those that its Bad examples show with `covers`.

usage: python -m benchmarks.catalogue FILE
"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from vnetlint.registry import all_rules

REASONS = Path(__file__).parent.parent / "docs" / "coverage.md"
_REASON = re.compile(r"^\| (?P<ids>[A-Z]\d{3}(?:, [A-Z]\d{3})*) \| (?P<reason>.+) \|$", re.MULTILINE)


def main(file: str) -> int:
    """Print each check with its rules or the reason why it has none, then the figures."""
    checks = json.loads(Path(file).read_text("utf-8"))
    rules: defaultdict[str, list[str]] = defaultdict(list)
    for rule in all_rules():
        for each in rule.covers:
            rules[each].append(rule.name)
    reasons = {
        each: match["reason"]
        for match in _REASON.finditer(REASONS.read_text("utf-8") if REASONS.is_file() else "")
        for each in match["ids"].split(", ")
    }
    covered: Counter[str] = Counter()
    for check in checks:
        by = rules.get(check["id"], [])
        covered[check["cls"]] += bool(by)
        print(f"{check['id']} {check['name']}: {', '.join(by) or reasons.get(check['id'], 'NO RULE AND NO REASON')}")
    unknown = sorted(set(rules) - {check["id"] for check in checks})
    if unknown:
        print(f"not in the catalogue: {', '.join(unknown)}")
    silent = [check["id"] for check in checks if check["id"] not in rules and check["id"] not in reasons]
    sizes = Counter(check["cls"] for check in checks)
    print(", ".join(f"{cls} {covered[cls]} of {size}" for cls, size in sorted(sizes.items())))
    share = 100 * sum(covered.values()) / len(checks)
    print(f"covered {sum(covered.values())} of {len(checks)} ({share:.1f} %), without a reason {len(silent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
