"""The pages of the rules for an editor that shows them as documents: the list of rules, and one page."""

from typing import Any

from vnetlint.report.display import clean
from vnetlint.rulebook.catalogue import Catalogue

LIST_METHOD = "vnetlint/rules"
"""The request for the list."""
PAGE_METHOD = "vnetlint/rule"
"""The request for a page, by the rule's name."""


def listed(catalogue: Catalogue) -> list[dict[str, str]]:
    """Return the name, code and title of each rule."""
    return [
        {"name": each.info.name, "code": each.info.code, "title": clean(each.info.page.title)} for each in catalogue
    ]


def page(catalogue: Catalogue, name: str) -> dict[str, Any] | None:
    """Return a rule's page as Markdown; None if there is no such rule."""
    rule = catalogue.by_name.get(name)
    if rule is None:
        return None
    return {"name": name, "text": f"# {name} ({rule.info.code})\n\n{rule.info.full_text}"}
