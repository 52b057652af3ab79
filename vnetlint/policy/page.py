"""The page of a rule of a policy, with the headings that the pages of all rules have."""

from vnetlint.policy.table import RuleTable


def page_of(table: RuleTable, path: str) -> str:
    """Return the page of a rule that a policy file declares."""
    sections = [
        ("What to do", table.what_to_do.strip()),
        ("Bad", _block(table.bad[0])),
        *([("Fixed", _block(table.fixed[0]))] if table.fixed else []),
        ("Good", _block(table.good[0])),
        ("Libvirt", f"Never. The rule is one of the policy {path}."),
    ]
    head = f"{table.title.strip()}\n\n{table.why.strip()}\n"
    return head + "".join(f"\n## {heading}\n{text}\n" for heading, text in sections)


def _block(example: str) -> str:
    return f"```xml\n{example.strip()}\n```"
