"""The documents of the rules' pages."""

from collections.abc import Iterator

from vnetlint.rulebook.catalogue import builtin


def of_pages(section: str) -> Iterator[tuple[str, str]]:
    """Yield the XML in a section of every rule's page, such as `Good`, each with a name."""
    for rule in builtin():
        for number, block in enumerate(rule.page.blocks(section)):
            if block.language == "xml":
                yield f"{rule.name}-{number}", block.text
