"""Which checks of a catalogue the rules cover, by class.

FILE is a JSON list of checks with `id`, `cls` and `name`. The cases in tests/catalogue have the rules of each check, or
the reason why it has none.

usage: python -m benchmarks.catalogue FILE
"""

import json
import sys
import tomllib
from collections import Counter
from pathlib import Path

from tests.catalogue.cases import FOLDER, forms


def main(file: str) -> int:
    """Print each check with its rules or the reason why it has none, then the figures."""
    checks = json.loads(Path(file).read_text("utf-8"))
    cases = {path.name.partition("-")[0]: path for path in FOLDER.glob("*.toml")}
    rules = {check: sorted({rule for form in forms(path) for rule in form.rules}) for check, path in cases.items()}
    reasons = {check: tomllib.loads(path.read_text("utf-8")).get("why") for check, path in cases.items()}
    covered: Counter[str] = Counter()
    for check in checks:
        by = rules.get(check["id"], [])
        covered[check["cls"]] += bool(by)
        print(f"{check['id']} {check['name']}: {', '.join(by) or reasons.get(check['id']) or 'NO RULE AND NO REASON'}")
    unknown = sorted(cases.keys() - {check["id"] for check in checks})
    if unknown:
        print(f"not in the catalogue: {', '.join(unknown)}")
    silent = [check["id"] for check in checks if not rules.get(check["id"]) and not reasons.get(check["id"])]
    sizes = Counter(check["cls"] for check in checks)
    print(", ".join(f"{cls} {covered[cls]} of {size}" for cls, size in sorted(sizes.items())))
    share = 100 * sum(covered.values()) / len(checks)
    print(f"covered {sum(covered.values())} of {len(checks)} ({share:.1f} %), without a reason {len(silent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
