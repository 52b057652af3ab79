"""Write docs/rules.md from the pages of the rules; `--check` tells whether it is current.

usage: python docs/generate.py [--check]
"""

import sys
from pathlib import Path

from vnetlint.registry import all_rules

TARGET = Path(__file__).with_name("rules.md")
FAMILIES = {
    "network": "Networks",
    "interface": "Guests' interfaces",
    "domain": "Guests",
    "filter": "Network filters",
    "project": "Across files, and against the host",
    "tool": "vnetlint itself and the schema",
}


def main(*options: str) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in options:
        current = TARGET.is_file() and TARGET.read_text("utf-8") == text
        sys.stdout.write("" if current else f"{TARGET.name} is not current; run `make docs`\n")
        return 0 if current else 1
    TARGET.write_text(text, "utf-8")
    return 0


def page() -> str:
    """Give all rules: a table by family, then each page."""
    parts = ["# Rules", "Made from the rules' own pages by `make docs`; `vnetlint rule NAME` shows one."]
    for family, title in FAMILIES.items():
        found = [rule for rule in all_rules() if rule.family == family]
        rows = [
            f"| [{rule.name}](#{rule.name}) | {rule.code} | {rule.severity} | {rule.when} | {_cell(rule.page.title)} |"
            for rule in found
        ]
        parts.append(
            "\n".join(
                [f"## {title}", "", "| rule | code | severity | libvirt complains | |", "|---|---|---|---|---|", *rows]
            )
        )
    for rule in all_rules():
        body = rule.page.text.replace("\n## ", "\n#### ")
        parts.append(f"### {rule.name}\n\n`{rule.code}` · {rule.severity} · libvirt complains: {rule.when}\n\n{body}")
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
