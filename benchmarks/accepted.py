"""No finding says that libvirt refuses what it accepts: lint each accepted network and guest of a corpus alone.

usage: python -m benchmarks.accepted CORPUS
"""

import sys
from collections import Counter
from pathlib import Path

from benchmarks.manifest import Entry, entries
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.settings import Settings


def main(corpus: str) -> int:
    """Print each false alarm, the other findings by rule, and the figure."""
    accepted = [entry for entry in entries(Path(corpus)) if _is_accepted(entry)]
    others: Counter[str] = Counter()
    example: dict[str, str] = {}
    wrong = 0
    settings = Settings()
    for entry in accepted:
        for finding in lint([entry.open()], settings).findings:
            if _contradicts(entry, finding):
                print(f"{entry.name}: {finding.rule}: {finding.when}: {finding.message}")
                wrong += 1
            else:
                key = f"{finding.rule} ({finding.severity})"
                others[key] += 1
                example.setdefault(key, f"{entry.name}: {finding.message}")
    for key, count in others.most_common():
        print(f"{count:6} {key}, such as {example[key]}")
    networks = sum(entry.root == "network" for entry in accepted)
    print(f"networks {networks}, domains {len(accepted) - networks}, false alarms {wrong}")
    return 1 if wrong else 0


def _is_accepted(entry: Entry) -> bool:
    return entry.libvirtd_define == "accept" or (
        entry.root == "domain" and entry.jing == "valid" and entry.virsh_define == "accept"
    )


def _contradicts(entry: Entry, finding: Finding) -> bool:
    if finding.when == "define":
        return True
    return finding.when == "start" and entry.libvirtd_start == "start"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
