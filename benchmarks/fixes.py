"""How many findings on the Bad examples of all rules have a fix, and how many have one that is made without asking.

usage: python -m benchmarks.fixes
"""

import sys

from vnetlint.rulebook.catalogue import builtin
from vnetlint.testing.cases import bad_case


def main() -> int:
    """Print the rules whose fixes are only shown and never made, and the figures."""
    findings = with_fix = made = 0
    shown: set[str] = set()
    for rule in builtin():
        case = bad_case(rule)
        for finding in case.lint().findings if case is not None else ():
            if finding.rule != rule.name:
                continue
            can_be_made = any(fix.safety != "display" for fix in finding.fixes)
            findings += 1
            with_fix += bool(finding.fixes)
            made += can_be_made
            shown |= set() if can_be_made else {rule.name}
    print(f"shown only: {', '.join(sorted(shown))}")
    print(f"findings {findings}, with a fix {100 * with_fix / findings:.1f} %, made {100 * made / findings:.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
